"""What happens to tiers and levels that others may care about."""

from dataclasses import dataclass
from datetime import date

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TierChanged(Event):
    """`subject`, a member, is in another tier; `object` is the member, too.

    before, after -- keys of tiers; None: no tier.
    rose  -- False: they fell.
    until -- the last day of its validity; None: it does not end.
    """

    before: str | None
    after: str | None
    rose: bool
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChanged(Event):
    """`subject`, a member, is on another level; `object` is the member, too.

    xp -- points of a whole life.
    """

    before: int
    after: int
    xp: int
