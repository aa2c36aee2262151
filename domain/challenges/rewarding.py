"""Rewarding: which rewards should stand, and which do, as rows. What moves points is in paying."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from domain.challenges.keeping import Kept, Key
from domain.challenges.progress import milestones
from domain.challenges.records import Challenge, Reward
from infra import ids
from infra.db import Row, Tx

WHOLE = 100
NOTHING = Reward()

# Every time anything was given, or not, for these rounds; the last time of each last.
GIVEN = """
SELECT r.id, w.member, w.challenge, w.round, r.percent, r.turn, r.state, r.points, r.returned,
       r.kept, r.badge, r.level, r.unit, r.tier_credit, r.reason, r.activity, r.at, r.undone_at
FROM unnest($2::uuid[], $3::uuid[], $4::int[]) AS w (member, challenge, round)
CROSS JOIN LATERAL (
    SELECT id, coalesce(percent, 100) AS percent, turn, state, points, returned, kept, badge,
           level, unit, tier_credit, reason, activity, at, undone_at
    FROM challenge_reward
    WHERE programme = $1 AND member = w.member AND challenge = w.challenge
      AND round = w.round::smallint OFFSET 0
) AS r
ORDER BY w.member, w.challenge, w.round, r.percent, r.turn
"""
OF_MEMBER = """
SELECT id, member, challenge, round, coalesce(percent, 100) AS percent, turn, state, points,
       returned, kept, badge, level, unit, tier_credit, reason, activity, at, undone_at
FROM challenge_reward WHERE programme = $1 AND challenge = $2 AND member = $3
ORDER BY round, coalesce(percent, 100), turn
"""
# What could not be paid may be paid later, by a posting of its own.
KEEP = """
INSERT INTO challenge_reward AS r (programme, id, member, challenge, round, percent, turn, state,
                                   points, returned, kept, badge, level, unit, tier_credit,
                                   reason, activity, at, undone_at)
SELECT $1, n.id, n.member, n.challenge, n.round, nullif(n.percent, 100), n.turn, n.state,
       n.points, n.returned, n.kept, n.badge, n.level, n.unit, n.tier_credit, n.reason,
       n.activity, n.at, n.undone_at
FROM json_to_recordset($2::json) AS n (
    id uuid, member uuid, challenge uuid, round smallint, percent smallint, turn smallint,
    state text, points bigint, returned bigint, kept bigint, badge text, level smallint,
    unit text, tier_credit bigint, reason text, activity uuid, at timestamptz,
    undone_at timestamptz)
ON CONFLICT (programme, member, challenge, round, coalesce(percent, 100), turn) DO UPDATE
SET id = excluded.id, state = excluded.state, points = excluded.points,
    returned = excluded.returned, kept = excluded.kept, reason = excluded.reason,
    activity = excluded.activity, at = excluded.at, undone_at = excluded.undone_at
"""


class Pay(StrEnum):
    """What became of a reward."""

    PAID = "PAID"
    UNPAID = "UNPAID"  # reached, and not given
    RETURNED = "RETURNED"  # not reached after all


@dataclass(frozen=True, slots=True)
class Given:
    """One time that a milestone or a completion was rewarded, or could not be.

    percent  -- of the milestone; 100: completion.
    turn     -- which time, from 1: what was taken back may be reached again.
    points   -- that moved; while UNPAID, that are wanted.
    returned -- what of them is back in the escrow.
    kept     -- points that the member had still from the time before, and was not paid again.
    reason   -- why it is UNPAID.
    """

    id: UUID
    member: UUID
    challenge: UUID
    round: int
    percent: int
    turn: int
    state: Pay
    points: int
    returned: int
    kept: int
    badge: str | None
    level: int | None
    unit: str | None
    tier_credit: int
    reason: str | None
    activity: UUID | None
    at: datetime
    undone_at: datetime | None

    @property
    def left(self) -> int:
        """Points that the member has still, once it was taken back."""
        return self.kept + self.points - self.returned if self.state is Pay.RETURNED else 0

    @property
    def key(self) -> Key:
        """Of the round."""
        return self.member, self.challenge, self.round


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a round is, for its rewards.

    percent -- which milestones are behind it.
    wins    -- completion is rewarded: it is complete, and among those who get something.
    parted  -- the member has left: what stands no more is taken back, and nothing is given.
    """

    challenge: Challenge
    kept: Kept
    percent: int
    wins: bool
    at: datetime
    activity: UUID | None = None
    parted: bool = False

    @property
    def wanted(self) -> Mapping[int, Reward]:
        """What should stand, by percent."""
        passed = milestones(self.challenge.terms, self.percent)
        terms = self.challenge.terms
        found = {one.percent: one.reward for one in terms.milestones if one.percent in passed}
        whole = {WHOLE: terms.reward} if self.wins and terms.reward != NOTHING else {}
        return found | whole


FIELDS = tuple(field.name for field in fields(Given))


async def given(
    keys: Collection[Key], *, programme: int, tx: Tx
) -> Mapping[Key, Mapping[int, Given]]:
    """What was given, or not, for these rounds the last time, by percent."""
    found: defaultdict[Key, dict[int, Given]] = defaultdict(dict)
    if keys:
        rows = await tx.rows(GIVEN, programme, *map(list, zip(*keys, strict=True)))
        for one in map(given_of, rows):
            found[one.key][one.percent] = one
    return found


async def rewards_of(challenge: UUID, member: UUID, *, programme: int, tx: Tx) -> Sequence[Given]:
    """All that a member was given in a challenge, or was not, by round, percent and turn."""
    return [given_of(row) for row in await tx.rows(OF_MEMBER, programme, challenge, member)]


async def keep(rewards: Iterable[Given], *, programme: int, tx: Tx) -> None:
    """Write these, new or changed."""
    plain = [{name: getattr(one, name) for name in FIELDS} for one in rewards]
    if plain:
        await tx.run(KEEP, programme, orjson.dumps(plain, default=str).decode())


def turn_of(reached: Reached, percent: int, before: Given | None) -> Given:
    """The reward that is to be given now, after what became of it the time before."""
    reward, kept, turn = reached.wanted[percent], 0, 1
    if before is not None:
        again = before.state is Pay.RETURNED
        kept, turn = (before.left, before.turn + 1) if again else (before.kept, before.turn)
    parts = (reached.challenge.programme, *reached.kept.key, percent, turn)
    return Given(
        id=ids.derived(reached.at, "challenges.reward", *parts),
        member=reached.kept.member,
        challenge=reached.kept.challenge,
        round=reached.kept.round,
        percent=percent,
        turn=turn,
        state=Pay.PAID,
        points=max(reward.points - kept, 0),
        returned=0,
        kept=kept,
        badge=reward.badge,
        level=reward.level,
        unit=reward.unit,
        tier_credit=reward.tier_credit,
        reason=None,
        activity=reached.activity,
        at=reached.at,
        undone_at=None,
    )


def given_of(row: Row) -> Given:
    """One row with the columns of GIVEN."""
    words: dict[str, Any] = {name: row[name] for name in FIELDS}
    return Given(**{**words, "state": Pay(row["state"])})
