"""What happens to points that others may care about."""

from dataclasses import dataclass

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned(Event):
    """`subject`, a member, earned for `object`, an activity; never written for no points.

    pending -- True when the points are promised and arrive later.
    """

    points: int
    pending: bool
    text: str
