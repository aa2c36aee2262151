"""Campaign: bonuses that the programme pays for activities that are told while they are done.

A budget is a promise as well: what an activity under way may earn is reserved when its member is
told of it, so that what is promised can be paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain import activities, ledger, programmes
from domain.activities import Type
from domain.moments.checking import (
    LASTS_MAX,
    MEMBER_DAYS_MAX,
    MEMBER_MAX,
    NAME_CHARACTERS_MAX,
    POINTS_MAX,
    SECONDS_MAX,
)
from domain.moments.errors import BadBonus, NoSuchCampaign
from infra.db import Row, Tx

HUNDREDTHS = (101, 1_000)
METRES_MAX = 1_000_000
BUDGET_MAX = 1_000_000_000

ADD = """
INSERT INTO bonus_campaign (programme, id, name, fits, seconds_min, metres_min, hundredths, most,
                            share, member_max, member_days, valid_from, valid_until, budget,
                            reserved, paid, open, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0, true, $15)
"""
END = """
UPDATE bonus_campaign SET open = false WHERE programme = $1 AND id = $2
RETURNING id, programme, name, fits, seconds_min, metres_min, hundredths, most, share, member_max,
          member_days, valid_from, valid_until, budget, reserved, paid, open, created_at
"""
FIND = """
SELECT id, programme, name, fits, seconds_min, metres_min, hundredths, most, share, member_max,
       member_days, valid_from, valid_until, budget, reserved, paid, open, created_at
FROM bonus_campaign WHERE programme = $1 AND id = $2
"""
LISTED = """
SELECT id, programme, name, fits, seconds_min, metres_min, hundredths, most, share, member_max,
       member_days, valid_from, valid_until, budget, reserved, paid, open, created_at
FROM bonus_campaign WHERE programme = $1 AND ($2::uuid IS NULL OR id < $2)
ORDER BY id DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Chance:
    """What a bonus campaign gives, and to whom.

    fits        -- types of activity; seconds_min, metres_min: how long the activity must be.
    hundredths  -- 200: twice the points that the activity earns by itself.
    most        -- points more at most, for one activity.
    share       -- percent of the activities begun that get the chance.
    member_max  -- how often at most a member gets it within member_days, of 24 hours.
    budget      -- points at most in all.
    """

    name: str
    fits: frozenset[Type]
    hundredths: int
    most: int
    budget: int
    valid_from: datetime
    valid_until: datetime
    seconds_min: int = 0
    metres_min: int = 0
    share: int = 100
    member_max: int = 1
    member_days: int = 1


@dataclass(frozen=True, slots=True)
class Campaign:
    """A bonus campaign.

    reserved -- points promised to activities under way; paid: to members, less what came back.
    open     -- False once an operator has ended it; what was promised is kept.
    """

    id: UUID
    programme: int
    chance: Chance
    reserved: int
    paid: int
    open: bool
    created_at: datetime

    @property
    def left(self) -> int:
        """Points that may still be promised."""
        return self.chance.budget - self.reserved - self.paid


async def create_campaign(
    chance: Chance, *, programme: int, id: UUID, at: datetime, tx: Tx
) -> Campaign:
    """A campaign that is open at once, within its times.

    id -- the same id again with the same words answers with the campaign as it stands now.
    Refuses, in this order: BadBonus, ledger.KeyReused.
    """
    chance = sound_chance(chance, at=at)
    row = await tx.row(FIND, programme, id)
    if row is not None:
        first = campaign_of(row)
        if first.chance != chance:
            raise ledger.KeyReused
        return first
    one = chance
    least = (one.seconds_min, one.metres_min, one.hundredths, one.most, one.share)
    limits = (one.member_max, one.member_days, one.valid_from, one.valid_until, one.budget)
    await tx.run(ADD, programme, id, one.name, sorted(one.fits), *least, *limits, at)
    return Campaign(id, programme, chance, 0, 0, open=True, created_at=at)


async def end_campaign(id: UUID, *, programme: int, tx: Tx) -> Campaign:
    """No activity gets the chance any more. Ending again answers the same. Refuses
    NoSuchCampaign."""
    row = await tx.row(END, programme, id)
    if row is None:
        raise NoSuchCampaign("there is no such campaign")
    return campaign_of(row)


async def campaigns(
    *, programme: int, before: UUID | None, limit: int, tx: Tx
) -> Sequence[Campaign]:
    """The campaigns of the programme, newest first."""
    return [campaign_of(row) for row in await tx.rows(LISTED, programme, before, limit)]


def sound_chance(chance: Chance, *, at: datetime) -> Chance:
    """The chance as it is kept. Refuses BadBonus: `name`, `fits`, `hundredths`, `most`, `budget`,
    `seconds_min`, `metres_min`, `share`, `member_max`, `member_days`, `valid_until`, in this
    order."""
    name = programmes.plain(chance.name, longest=NAME_CHARACTERS_MAX)
    if not name:
        raise BadBonus(f"a name is 1 to {NAME_CHARACTERS_MAX} characters", "name")
    if not chance.fits or not chance.fits <= set(activities.SPORTS):
        raise BadBonus("a bonus is for one type of sport at least", "fits")
    least, most = HUNDREDTHS
    _check(chance.hundredths, "hundredths", least=least, most=most)
    _check(chance.most, "most", least=1, most=POINTS_MAX)
    _check(chance.budget, "budget", least=chance.most, most=BUDGET_MAX)
    _check(chance.seconds_min, "seconds_min", least=0, most=SECONDS_MAX)
    _check(chance.metres_min, "metres_min", least=0, most=METRES_MAX)
    _check(chance.share, "share", least=1, most=100)
    _check(chance.member_max, "member_max", least=1, most=MEMBER_MAX)
    _check(chance.member_days, "member_days", least=1, most=MEMBER_DAYS_MAX)
    begun = max(chance.valid_from, at)
    if not begun < chance.valid_until <= chance.valid_from + LASTS_MAX:
        raise BadBonus("it ends after it begins, not in the past, and within two years",
                       "valid_until")  # fmt: skip
    return replace(chance, name=name)


def campaign_of(row: Row) -> Campaign:
    """One row of the table as a value."""
    chance = Chance(
        name=row["name"],
        fits=frozenset(map(Type, row["fits"])),
        hundredths=row["hundredths"],
        most=row["most"],
        budget=row["budget"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        seconds_min=row["seconds_min"],
        metres_min=row["metres_min"],
        share=row["share"],
        member_max=row["member_max"],
        member_days=row["member_days"],
    )
    words = (row["reserved"], row["paid"], row["open"], row["created_at"])
    return Campaign(row["id"], row["programme"], chance, *words)


def _check(number: int, field: str, *, least: int, most: int) -> None:
    if not least <= number <= most:
        raise BadBonus(f"it is a whole number from {least} to {most}", field)
