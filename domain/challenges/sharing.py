"""Sharing: what all members of a co-operative challenge do together.

Whoever adds something has only themselves locked. So the sum is kept beside the members, and when
it passes a milestone or its target, or falls below, a job gives it to everybody who has added
something, some at a time. Who adds something first when it has been passed waits for theirs alone:
if everybody was told anew for each of them, the last would never hear of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from domain.challenges.keeping import Kept
from domain.challenges.progress import milestones, percent_of
from domain.challenges.records import Challenge, Mode
from infra.db import Tx

BEGIN = """
INSERT INTO challenge_effort (programme, challenge, round, targets, reached)
SELECT $1, n.challenge, n.round, n.targets, array_fill(0::bigint, ARRAY[cardinality(n.targets)])
FROM json_to_recordset($2::json) AS n (challenge uuid, round smallint, targets bigint[])
ON CONFLICT DO NOTHING
"""
ADD = """
UPDATE challenge_effort AS e
SET reached = ARRAY(
    SELECT had + more FROM unnest(e.reached, n.added) WITH ORDINALITY AS s (had, more, place)
    ORDER BY place)
FROM json_to_recordset($2::json) AS n (challenge uuid, round smallint, added bigint[])
WHERE e.programme = $1 AND e.challenge = n.challenge AND e.round = n.round
RETURNING e.challenge, e.round, e.targets, e.reached
"""
MARK = """
UPDATE challenge_effort AS e SET shared = false, told_to = NULL
FROM unnest($2::uuid[], $3::int[]) AS w (challenge, round)
WHERE e.programme = $1 AND e.challenge = w.challenge AND e.round = w.round
"""
# Their members are locked.
WAIT = """
UPDATE challenge_round AS r SET due = true
FROM unnest($2::uuid[], $3::uuid[], $4::int[]) AS w (member, challenge, round)
WHERE r.programme = $1 AND r.member = w.member AND r.challenge = w.challenge
  AND r.round = w.round::smallint
"""
EFFORTS = """
SELECT round, targets, reached FROM challenge_effort WHERE programme = $1 AND challenge = $2
"""


class Step(NamedTuple):
    """A member's round, before and after something was added to it or taken away."""

    challenge: Challenge
    before: Kept | None
    after: Kept

    @property
    def added(self) -> tuple[int, ...]:
        """How much, for each criterion; what was taken away is negative."""
        before = self.before.reached if self.before else (0,) * len(self.after.reached)
        return tuple(new - old for new, old in zip(self.after.reached, before, strict=True))

    @property
    def enters(self) -> bool:
        """True when somebody who had added nothing now has, or the other way round."""
        return any(self.after.reached) != (self.before is not None and any(self.before.reached))


@dataclass(frozen=True, slots=True)
class Effort:
    """What all have done in one round."""

    targets: tuple[int, ...]
    reached: tuple[int, ...]

    @property
    def percent(self) -> int:
        """Overall; 100 only when it is complete."""
        return percent_of(self.reached, self.targets)


@dataclass(slots=True)
class _Sum:
    challenge: Challenge
    targets: tuple[int, ...]
    added: tuple[int, ...]


async def share(steps: Sequence[Step], *, programme: int, tx: Tx) -> None:
    """Bring what members added into what all did; have it given out when that changes anything."""
    sums: dict[tuple[UUID, int], _Sum] = {}
    for step in steps:
        if step.challenge.terms.mode is Mode.COOPERATIVE and any(step.added):
            key, nothing = (step.challenge.id, step.after.round), (0,) * len(step.added)
            one = sums.setdefault(key, _Sum(step.challenge, step.after.targets, nothing))
            one.added = tuple(map(sum, zip(one.added, step.added, strict=True)))
    if not sums:
        return
    # In one order, so that two batches never wait for each other.
    told = orjson.dumps([_plain(key, one) for key, one in sorted(sums.items(), key=_first)])
    await tx.run(BEGIN, programme, told.decode())
    rows = await tx.rows(ADD, programme, told.decode())
    reached = {(row["challenge"], row["round"]): tuple(row["reached"]) for row in rows}
    passed = {key for key, now in reached.items() if _passes(sums[key], now)}
    if passed:
        await tx.run(MARK, programme, *map(list, zip(*passed, strict=True)))
    giving = {key for key, now in reached.items() if _gives(sums[key], now)} - passed
    waiting = [one.after.key for one in steps if one.enters and one.after.key[1:] in giving]
    if waiting:
        await tx.run(WAIT, programme, *map(list, zip(*waiting, strict=True)))


async def efforts(challenge: Challenge, *, tx: Tx) -> Mapping[int, Effort]:
    """What all have done together, by round; of a challenge of another mode nothing."""
    if challenge.terms.mode is not Mode.COOPERATIVE:
        return {}
    rows = await tx.rows(EFFORTS, challenge.programme, challenge.id)
    return {row["round"]: Effort(tuple(row["targets"]), tuple(row["reached"])) for row in rows}


def _passes(one: _Sum, reached: tuple[int, ...]) -> bool:
    """True when everybody gets or loses something by it."""
    before = tuple(now - added for now, added in zip(reached, one.added, strict=True))
    was, now = percent_of(before, one.targets), percent_of(reached, one.targets)
    terms = one.challenge.terms
    return (was == 100) != (now == 100) or milestones(terms, was) != milestones(terms, now)


def _gives(one: _Sum, reached: tuple[int, ...]) -> bool:
    """True when whoever has added something has something for it."""
    now = percent_of(reached, one.targets)
    return now == 100 or bool(milestones(one.challenge.terms, now))


def _first(item: tuple[tuple[UUID, int], _Sum]) -> tuple[UUID, int]:
    return item[0]


def _plain(key: tuple[UUID, int], one: _Sum) -> Mapping[str, Any]:
    id, round = key
    return {"challenge": str(id), "round": round, "targets": one.targets, "added": one.added}
