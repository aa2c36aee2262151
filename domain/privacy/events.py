"""What happens to members' privacy that others may care about."""

from dataclasses import dataclass

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased(Event):
    """The member was forgotten; subject and object are the member.

    points -- how many they gave up.
    """

    points: int
