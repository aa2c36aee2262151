"""Reward: what milestones give, and take it back where a streak never was that long.

Points are new ones of the programme. What is taken back follows the book's return policy; a
milestone that is reached again gives only what came back, so nobody is paid twice for one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import orjson

from domain import badges, ledger, members
from domain.ledger import Outcome, ReturnPolicy
from domain.members import Member, State
from domain.streaks.events import MilestoneReached, MilestoneUndone
from domain.streaks.folding import Key
from domain.streaks.records import Milestone, Streak
from infra import ids
from infra.db import Tx
from infra.outbox import emit

# What a return policy may answer to a reversal.
KEPT = frozenset({Outcome.INSUFFICIENT, Outcome.RETURN_REFUSED})

# All that was ever given for these, so that what is given again is only what came back.
REWARDS = """
SELECT r.member, r.streak, r.length, r.time, r.turn, r.points, r.posting, r.badge_grant,
       r.undone_at, r.returned
FROM unnest($2::uuid[], $3::uuid[]) AS n (member, streak)
JOIN streak_reward AS r ON r.programme = $1 AND r.member = n.member AND r.streak = n.streak
ORDER BY r.member, r.streak, r.length, r.time, r.turn
"""
ADD = """
INSERT INTO streak_reward (programme, member, streak, length, time, turn, points, posting, badge,
                           level, badge_grant, at)
SELECT $1, n.member, n.streak, n.length, n.time, n.turn, n.points, n.posting, n.badge, n.level,
       n.badge_grant, n.at
FROM json_to_recordset($2::json) AS n (
    member uuid, streak uuid, length int, time int, turn int, points bigint, posting uuid,
    badge text, level smallint, badge_grant uuid, at timestamptz)
"""
UNDO = """
UPDATE streak_reward AS r SET undone_at = n.at, returned = n.returned
FROM json_to_recordset($2::json) AS n (
    member uuid, streak uuid, length int, time int, turn int, at timestamptz, returned bigint)
WHERE r.programme = $1 AND r.member = n.member AND r.streak = n.streak AND r.length = n.length
  AND r.time = n.time AND r.turn = n.turn
"""


@dataclass(frozen=True, slots=True)
class Reached:
    """The milestones of a member's streak that stand at `at`."""

    streak: Streak
    member: UUID
    milestones: Mapping[Key, tuple[date, Milestone]]
    at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """What was given for one milestone, the last time that it was; `kept` -- points of earlier
    times that never came back; `stands` -- False: it was taken back."""

    turn: int
    points: int
    posting: UUID | None
    badge_grant: UUID | None
    kept: int
    stands: bool


@dataclass(frozen=True, slots=True)
class Act:
    """One milestone to be given, or to be taken back: then `given` stands."""

    whose: Reached
    member: Member
    key: Key
    milestone: Milestone | None
    given: Given | None

    @property
    def parts(self) -> tuple[object, ...]:
        """What names the milestone among all others."""
        return (self.whose.streak.programme, self.whose.streak.id, self.member.id, *self.key)

    @property
    def row(self) -> dict[str, Any]:
        """The key of its row, but for the turn, and when."""
        length, time = self.key
        return {
            "member": str(self.member.id),
            "streak": str(self.whose.streak.id),
            "length": length,
            "time": time,
            "at": self.whose.at,
        }


async def reward(reached: Sequence[Reached], *, programme: int, tx: Tx) -> None:
    """Give what stands and was not given, and take back what was and does not stand.

    The members are held by whoever calls. Again is fine.
    """
    if not reached:
        return
    given = await _given(reached, programme=programme, tx=tx)
    known = await members.several({one.member for one in reached}, programme=programme, tx=tx)
    acts = [
        act
        for one in reached
        if known[one.member].state is not State.ERASED
        for act in _acts(one, known[one.member], given[one.member, one.streak.id])
    ]
    # A backlog of days is posted day by day: the time of a posting says which ids are too old.
    for _, day in groupby(sorted(acts, key=_day), key=_day):
        wave = list(day)
        book = wave[0].member.book
        await ledger.lock({act.member.account for act in wave}, book=book, tx=tx)
        await _take_back([act for act in wave if act.milestone is None], book=book, tx=tx)
        await _give([act for act in wave if act.milestone is not None], book=book, tx=tx)


def _day(act: Act) -> date:
    return act.whose.at.date()


def _acts(one: Reached, member: Member, given: Mapping[Key, Given]) -> Sequence[Act]:
    gone = [key for key, was in given.items() if was.stands and key not in one.milestones]
    new = [
        (key, milestone)
        for key, (_, milestone) in one.milestones.items()
        if key not in given or not given[key].stands
    ]
    return [
        *(Act(one, member, key, None, given[key]) for key in gone),
        *(Act(one, member, key, milestone, given.get(key)) for key, milestone in new),
    ]


async def _given(
    reached: Sequence[Reached], *, programme: int, tx: Tx
) -> Mapping[tuple[UUID, UUID], Mapping[Key, Given]]:
    columns = [one.member for one in reached], [one.streak.id for one in reached]
    found: defaultdict[tuple[UUID, UUID], dict[Key, Given]] = defaultdict(dict)
    for row in await tx.rows(REWARDS, programme, *columns):
        milestones, key = found[row["member"], row["streak"]], (row["length"], row["time"])
        kept = milestones[key].kept if key in milestones else 0
        stands = row["undone_at"] is None
        what = row["turn"], row["points"], row["posting"], row["badge_grant"]
        kept += 0 if stands else row["points"] - row["returned"]
        milestones[key] = Given(*what, kept=kept, stands=stands)
    return found


async def _give(acts: Sequence[Act], *, book: int, tx: Tx) -> None:
    rows, items = [], []
    for act in acts:
        assert act.milestone is not None, "only what stands is given"
        turn = act.given.turn + 1 if act.given else 1
        kept = act.given.kept if act.given else 0
        points = max(act.milestone.points - kept, 0)
        posting = ids.derived(act.whose.at, "streaks.milestone", *act.parts, turn)
        badge = act.milestone.badge
        grant = ids.derived(act.whose.streak.created_at, "streaks.badge", *act.parts)
        if points:
            meta = _meta(act, f"{act.key[0]} in a row")
            account = act.member.account
            items.append(ledger.issue(points, account=account, id=posting, meta=meta))
        rows.append(
            {
                **act.row,
                "turn": turn,
                "points": points,
                "posting": str(posting) if points else None,
                "badge": badge,
                "level": act.milestone.level,
                "badge_grant": str(grant) if badge else None,
            }
        )
        if badge is not None:
            await _give_badge(act, badge, grant, tx)
        whose, length = _whose(act, turn), act.key[0]
        event = MilestoneReached(**whose, length=length, points=points, kept=kept, badge=badge)
        emit(event, tx=tx)
    if rows:
        at = max(act.whose.at for act in acts)
        for result in await ledger.post(items, book=book, at=at, tx=tx):
            ledger.require(result)
        await tx.run(ADD, acts[0].whose.streak.programme, orjson.dumps(rows).decode())


async def _give_badge(act: Act, badge: str, grant: UUID, tx: Tx) -> None:
    streak = act.whose.streak
    await badges.give(
        badge,
        act.member.id,
        level=act.milestone.level if act.milestone else None,
        programme=streak.programme,
        evidence={"streak": str(streak.id), "length": act.key[0]},
        id=grant,
        at=act.whose.at,
        tx=tx,
    )


async def _take_back(acts: Sequence[Act], *, book: int, tx: Tx) -> None:
    if not acts:
        return
    programme, at = acts[0].whose.streak.programme, max(act.whose.at for act in acts)
    paid = [act for act in acts if act.given and act.given.posting]
    results = await ledger.post([_reversal(act) for act in paid], book=book, at=at, tx=tx)
    # What could not be taken is a debt there, and so on its way.
    is_owed = await ledger.return_policy(book=book, tx=tx) is ReturnPolicy.NEGATIVE_ALLOWED
    returned = {
        act.parts: _returned(act, result, is_owed=is_owed)
        for act, result in zip(paid, results, strict=True)
    }
    rows = []
    for act in acts:
        assert act.given is not None, "only what was given is taken back"
        back = returned.get(act.parts, 0)
        rows.append({**act.row, "turn": act.given.turn, "returned": back})
        whose, points = _whose(act, act.given.turn), act.given.points
        emit(MilestoneUndone(**whose, length=act.key[0], points=points, returned=back), tx=tx)
    await tx.run(UNDO, programme, orjson.dumps(rows).decode())
    grants = [act.given.badge_grant for act in acts if act.given and act.given.badge_grant]
    await badges.take_back(grants, programme=programme, at=at, tx=tx)


def _reversal(act: Act) -> ledger.Item:
    assert act.given is not None, "only what was given is taken back"
    assert act.given.posting is not None, "only what was paid is reversed"
    id = ids.derived(act.whose.at, "streaks.undo", *act.parts, act.given.turn)
    meta = _meta(act, f"taken back: {act.key[0]} in a row")
    return ledger.reverse(original=act.given.posting, id=id, meta=meta)


def _returned(act: Act, result: ledger.Result, *, is_owed: bool) -> int:
    # Where somebody has reversed it by hand, it is back already.
    if result.outcome is Outcome.NOT_REVERSIBLE or (is_owed and result.done):
        return act.given.points if act.given else 0
    return 0 if result.outcome in KEPT else ledger.require(result).moved


def _meta(act: Act, text: str) -> Mapping[str, Any]:
    return {"why": "streak", "streak": str(act.whose.streak.id), "act": "milestone", "text": text}


def _whose(act: Act, turn: int) -> Mapping[str, Any]:
    streak = act.whose.streak
    return {
        "reward": ids.derived(streak.created_at, "streaks.reward", *act.parts, turn),
        "programme": streak.programme,
        "subject": act.member.id,
        "object": streak.id,
        "at": act.whose.at,
    }
