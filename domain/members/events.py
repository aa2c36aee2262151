"""What happens to members that others may care about."""

from dataclasses import dataclass

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Event):
    """A member joined the programme; subject and object are the member."""
