"""Set, end and read the multipliers of a programme.

One that has been set is never changed, only ended, from now on: what it has given can be
explained for ever, and reckoning the past again gives the same.
"""

from collections.abc import Sequence
from datetime import datetime

from domain.activities import Type
from domain.points.errors import (
    BadMultiplier,
    MultiplierEnded,
    MultiplierInPast,
    NoSuchMultiplier,
    TooManyMultipliers,
)
from domain.points.records import Multiplier
from domain.programmes import Programme, plain
from infra.db import Row, Tx

NAME_CHARACTERS_MAX = 60
LABEL_CHARACTERS_MAX = 80
PERCENT_MAX = 1_000
OPEN_MAX = 100

# One at a time for a programme: they are numbered without gaps.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('points.set_multiplier', $1))"
COUNTS = """
SELECT count(*) AS every, count(*) FILTER (WHERE active_until IS NULL OR active_until > $2) AS open
FROM multiplier WHERE programme = $1
"""
ADD = """
INSERT INTO multiplier (programme, number, name, activity, tier, segment, percent, active_from,
                        active_until, set_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
ONE = """
SELECT number, name, activity, tier, segment, percent, active_from, active_until, set_at
FROM multiplier WHERE programme = $1 AND number = $2 FOR NO KEY UPDATE
"""
END = "UPDATE multiplier SET active_until = $3 WHERE programme = $1 AND number = $2"
MULTIPLIERS = """
SELECT number, name, activity, tier, segment, percent, active_from, active_until, set_at
FROM multiplier WHERE programme = $1 ORDER BY number
"""


async def set_multiplier(
    programme: Programme,
    *,
    name: str,
    percent: int,
    activity: Type | None = None,
    tier: str | None = None,
    segment: str | None = None,
    active_from: datetime | None = None,
    active_until: datetime | None = None,
    at: datetime,
    tx: Tx,
) -> Multiplier:
    """A new multiplier; the arguments are the fields of Multiplier.

    active_from -- None: now.
    Refuses, in this order: BadMultiplier, MultiplierInPast, TooManyMultipliers.
    """
    starts = active_from or at
    check_multiplier(name, percent, tier, segment, active_from=starts, active_until=active_until)
    if starts < at:
        raise MultiplierInPast("active_from", "a multiplier begins now or later")
    await tx.run(LOCK, programme.id)
    counts = await tx.row(COUNTS, programme.id, at)
    assert counts is not None, "a count is always one row"
    if counts["open"] >= OPEN_MAX:
        raise TooManyMultipliers(limit=OPEN_MAX)
    whom, when = (activity, tier, segment), (starts, active_until, at)
    made = Multiplier(counts["every"] + 1, name, *whom, percent, *when)
    await tx.run(ADD, programme.id, made.number, name, *whom, percent, *when)
    return made


async def end_multiplier(
    programme: Programme, *, number: int, until: datetime | None = None, at: datetime, tx: Tx
) -> Multiplier:
    """End a multiplier; one that has not begun never will.

    until -- when, by the start of an activity; None: now.
    Refuses, in this order: NoSuchMultiplier, MultiplierEnded, MultiplierInPast.
    """
    row = await tx.row(ONE, programme.id, number)
    if row is None:
        raise NoSuchMultiplier("there is no such multiplier")
    if row["active_until"] is not None and row["active_until"] <= at:
        raise MultiplierEnded("the multiplier has ended already")
    ends = max(until or at, row["active_from"])
    if ends < at:
        raise MultiplierInPast("until", "a multiplier ends now or later")
    await tx.run(END, programme.id, number, ends)
    return _multiplier({**row, "active_until": ends})


async def multipliers(programme: int, *, tx: Tx) -> Sequence[Multiplier]:
    """The multipliers of a programme by number, those that ended too."""
    return [_multiplier(row) for row in await tx.rows(MULTIPLIERS, programme)]


def check_multiplier(
    name: str,
    percent: int,
    tier: str | None,
    segment: str | None,
    *,
    active_from: datetime,
    active_until: datetime | None,
) -> None:
    """Refuses with BadMultiplier, in the order of the arguments, what no multiplier may say."""
    _check_text("name", name, NAME_CHARACTERS_MAX)
    if not 1 <= percent <= PERCENT_MAX:
        raise BadMultiplier("percent", f"percent must be between 1 and {PERCENT_MAX}")
    _check_text("tier", tier, LABEL_CHARACTERS_MAX)
    _check_text("segment", segment, LABEL_CHARACTERS_MAX)
    if active_until is not None and active_until <= active_from:
        raise BadMultiplier("active_until", "a multiplier ends after it begins")


def _multiplier(row: Row) -> Multiplier:
    kind = row["activity"]
    return Multiplier(**{**row, "activity": None if kind is None else Type(kind)})


def _check_text(field: str, text: str | None, longest: int) -> None:
    if text is not None and (not text or plain(text, longest=longest) != text):
        raise BadMultiplier(field, f"{field} is 1 to {longest} characters of plain text")
