"""What happens to points that others may care about."""

from dataclasses import dataclass

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned(Event):
    """`subject`, a member, earned for `object`, an activity; never written for no points.

    pending  -- True when the points are promised and arrive later; Matured tells when.
    revision -- of the activity; what an earlier one earned has been TakenBack before.
    """

    points: int
    pending: bool
    text: str
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Matured(Event):
    """Points that were promised to `subject` for `object`, an activity, are there now."""

    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack(Event):
    """What `object`, an activity of `subject`, had earned is no longer earned.

    points   -- what had been given; never 0.
    returned -- what of it came back. The rest was spent: a claim, or a debt in the ledger.
    revision -- the one whose award is undone.
    """

    points: int
    returned: int
    revision: int
