"""Burning: how a challenge's points went day by day, and when they will be gone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.challenges.records import COUNTING, Challenge
from infra.db import Tx

DAY = timedelta(days=1)
DAYS_MAX = 400
# The pace of the last four weeks, of one at least; and how sure the interval is: 95 %.
PACE_DAYS, PACE_DAYS_MIN = 28, 7
Z = 1.96

# What came and went each day, in the programme's zone; days of nothing are filled in later.
MOVES = """
SELECT m.day, sum(m.funded)::bigint AS funded, sum(m.paid)::bigint AS paid,
       sum(m.returned)::bigint AS returned
FROM (
    SELECT (e.at AT TIME ZONE $3)::date AS day,
           CASE e.kind WHEN 'FUNDED' THEN e.points ELSE -e.points END AS funded,
           0::bigint AS paid, 0::bigint AS returned
    FROM challenge_entry AS e WHERE e.programme = $1 AND e.challenge = $2
    UNION ALL
    SELECT (w.at AT TIME ZONE $3)::date, 0, w.points, 0
    FROM challenge_reward AS w
    WHERE w.programme = $1 AND w.challenge = $2 AND w.state <> 'UNPAID' AND w.points > 0
    UNION ALL
    SELECT (w.undone_at AT TIME ZONE $3)::date, 0, 0, w.returned
    FROM challenge_reward AS w
    WHERE w.programme = $1 AND w.challenge = $2 AND w.returned > 0
) AS m GROUP BY m.day ORDER BY m.day
"""


@dataclass(frozen=True, slots=True)
class Burnt:
    """One day of a challenge's escrow.

    funded   -- points that came from its payer, less those that went back there.
    paid     -- to members; returned: by them.
    left     -- at the end of the day.
    """

    day: date
    funded: int
    paid: int
    returned: int
    left: int


@dataclass(frozen=True, slots=True)
class Exhaustion:
    """The day on which the points will be gone at the present pace.

    earliest, latest -- it lies between these in 95 % of cases.
    Each is None where the points last as long as the challenge counts.
    """

    expected: date | None
    earliest: date | None
    latest: date | None


@dataclass(frozen=True, slots=True)
class BurnDown:
    """How the points went, a day at a time, and when they will be gone.

    exhaustion -- None: there are too few days to tell, or nothing more is paid.
    """

    days: Sequence[Burnt]
    exhaustion: Exhaustion | None


async def burn_down(
    challenge: Challenge, *, days: int, zone: str, at: datetime, tx: Tx
) -> BurnDown:
    """The last `days` days, 1 to DAYS_MAX, up to today or the day it was settled.

    zone -- of the programme: its days are told.
    """
    assert 1 <= days <= DAYS_MAX, "the door bounds it"
    rows = await tx.rows(MOVES, challenge.programme, challenge.id, zone)
    today = (challenge.settled_at or at).astimezone(ZoneInfo(zone)).date()
    moved = {row["day"]: (row["funded"], row["paid"], row["returned"]) for row in rows}
    told, left = [], 0
    for day in _days(min(moved, default=today), max(today, max(moved, default=today))):
        funded, paid, returned = moved.get(day, (0, 0, 0))
        left += funded - paid + returned
        told.append(Burnt(day, funded, paid, returned, left))
    return BurnDown(told[-days:], _exhaustion(challenge, told, zone))


def projected(spent: Sequence[int], *, left: int, today: date, until: date) -> Exhaustion:
    """When `left` is gone, if each day is like one of those, whichever came before.

    spent -- net, of at least two whole days before today.
    until -- the last day on which anything is paid.
    What d days will cost has the mean d m and the variance s^2 (d + d^2 / n): the days' own, and
    that of the mean of n days (the prediction interval of a sum of equal, independent days, as
    in Hahn and Meeker, Statistical Intervals, 1991, chapter 4, with normal quantiles).
    """
    n = len(spent)
    mean = sum(spent) / n
    deviation = math.sqrt(sum((one - mean) ** 2 for one in spent) / (n - 1))
    found: dict[float, date] = {}
    for ahead, day in enumerate(_days(today, until), 1):
        spread = deviation * math.sqrt(ahead + ahead * ahead / n)
        for z in (0.0, Z, -Z):
            if z not in found and ahead * mean + z * spread >= left:
                found[z] = day
    return Exhaustion(found.get(0.0), found.get(Z), found.get(-Z))


def _exhaustion(challenge: Challenge, told: Sequence[Burnt], zone: str) -> Exhaustion | None:
    left, today = challenge.left, told[-1].day
    if challenge.live_at is None or challenge.state not in COUNTING:
        return None
    if challenge.exhausted_at is not None or left == 0:
        gone = (challenge.exhausted_at or challenge.live_at).astimezone(ZoneInfo(zone)).date()
        return Exhaustion(gone, gone, gone)
    begun = challenge.live_at.astimezone(ZoneInfo(zone)).date()
    whole = [day.paid - day.returned for day in told if begun <= day.day < today]
    if len(whole) < PACE_DAYS_MIN:
        return None
    until = challenge.cutoff_at.astimezone(ZoneInfo(zone)).date()
    return projected(whole[-PACE_DAYS:], left=left, today=today, until=until)


def _days(first: date, last: date) -> Sequence[date]:
    return [first + number * DAY for number in range((last - first).days + 1)]
