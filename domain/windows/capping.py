"""Capping: how much of a member's local day each channel has used, and what was decided before.

A day is one of the member's zone. Whoever moves opens no day again: of the zones of the last two
days, the one counts whose date is the earliest.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from domain import members
from domain.windows.records import Action, Channel, Decision, Reason, Wish
from infra.db import Tx

SETTLED_AFTER = timedelta(days=2)
KEPT = timedelta(days=30)
PURGE_BATCH = 10_000

# Sorted, so that two who decide for the same members can never wait for each other.
LOCK = """
INSERT INTO window_use AS u (programme, member, channel, day, used)
SELECT $1, t.member, t.channel, t.day, 0
FROM unnest($2::uuid[], $3::text[], $4::date[]) AS t (member, channel, day)
ORDER BY t.member, t.channel, t.day
ON CONFLICT (programme, member, channel, day) DO UPDATE SET used = u.used
RETURNING member, channel, day, used
"""
# After the lock: whoever decided the same a moment ago has committed.
PASSED = """
SELECT p.member, p.channel, p.wish, p.action, p.at, p.reason FROM window_pass AS p
JOIN unnest($2::uuid[], $3::text[], $4::uuid[]) AS t (member, channel, wish)
  ON p.member = t.member AND p.channel = t.channel AND p.wish = t.wish
WHERE p.programme = $1
"""
USE = """
UPDATE window_use AS u SET used = u.used + t.used
FROM unnest($2::uuid[], $3::text[], $4::date[], $5::int[]) AS t (member, channel, day, used)
WHERE u.programme = $1 AND u.member = t.member AND u.channel = t.channel AND u.day = t.day
"""
# What is noted is gathered in the same breath: what was noted before has been gathered then.
PASS = """
WITH passed AS (
    INSERT INTO window_pass (programme, member, channel, wish, topic, action, reason, at,
                             decided_at)
    SELECT $1, t.member, t.channel, t.wish, t.topic, t.action, t.reason, t.at, $9
    FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[],
                $8::timestamptz[])
        AS t (member, channel, wish, topic, action, reason, at)
    ON CONFLICT DO NOTHING
    RETURNING programme, member, channel, wish, topic, action, at
)
INSERT INTO window_digest (programme, member, channel, wish, topic, due_at)
SELECT programme, member, channel, wish, topic, at FROM passed WHERE action = 'DIGEST'
"""
PURGE_PASSES = """
DELETE FROM window_pass WHERE (programme, member, wish, channel) IN (
    SELECT programme, member, wish, channel FROM window_pass WHERE decided_at < $1 LIMIT $2
)
"""
PURGE_USES = """
DELETE FROM window_use WHERE (programme, member, channel, day) IN (
    SELECT programme, member, channel, day FROM window_use WHERE day < $1 LIMIT $2
)
"""

# A wish by one channel, and a member's day of one channel.
Place: TypeAlias = tuple[UUID, Channel, UUID]
Day: TypeAlias = tuple[UUID, Channel, date]


@dataclass(frozen=True, slots=True)
class Draft:
    """A wish, what would become of it but for the cap, the cap, and the member's zone now."""

    wish: Wish
    decision: Decision
    cap: int
    zone: str

    @property
    def place(self) -> Place:
        """What the decision is kept by."""
        return self.wish.member, self.wish.channel, self.wish.id


async def count(
    drafts: Sequence[Draft], *, programme: int, at: datetime, tx: Tx
) -> Sequence[Decision]:
    """What becomes of each, in their order: what was decided before stays so, the others use up
    the day that they go on, and what does not fit is dropped. A digest uses nothing."""
    days = await _days(drafts, programme=programme, tx=tx)
    used = await _locked(set(days.values()), programme=programme, tx=tx)
    decided = await _passed(drafts, programme=programme, tx=tx)
    asked: Counter[Day] = Counter()
    fresh: dict[Place, Draft] = {}
    for draft in drafts:
        if draft.place in decided:
            continue
        day, decision = days.get(draft.place), draft.decision
        if day is not None and used[day] + asked[day] >= draft.cap:
            decision = Decision(Action.DROP, at, Reason.CAPPED)
        elif day is not None:
            asked[day] += 1
        decided[draft.place] = decision
        fresh[draft.place] = replace(draft, decision=decision)
    await _note(list(fresh.values()), asked, programme=programme, at=at, tx=tx)
    return [decided[draft.place] for draft in drafts]


async def purge(at: datetime, tx: Tx) -> int:
    """Forget a bounded number of what was decided and used a month ago; how many."""
    passes = await tx.run(PURGE_PASSES, at - KEPT, PURGE_BATCH)
    return passes + await tx.run(PURGE_USES, (at - KEPT).date(), PURGE_BATCH)


async def _days(drafts: Sequence[Draft], *, programme: int, tx: Tx) -> Mapping[Place, Day]:
    """The day that each uses, of those that use any."""
    using = [one for one in drafts if one.decision.action in (Action.SEND, Action.WAIT)]
    zones = await members.zones_of({one.wish.member for one in using}, programme=programme, tx=tx)
    return {
        one.place: (
            one.wish.member,
            one.wish.channel,
            _day(zones.get(one.wish.member, [(None, one.zone)]), one.decision),
        )
        for one in using
    }


def _day(zones: Sequence[tuple[datetime | None, str]], decision: Decision) -> date:
    """The local date of a decision's moment; zones -- the oldest first, each with since when."""
    settled = decision.at - SETTLED_AFTER
    ends = [since for since, _ in zones[1:]]
    held = [
        zone
        for (_, zone), until in zip(zones, [*ends, None], strict=True)
        if until is None or until > settled
    ]
    return min(members.day_in(zone, decision.at) for zone in held)


async def _locked(days: set[Day], *, programme: int, tx: Tx) -> Mapping[Day, int]:
    rows = await tx.rows(LOCK, programme, *_columns(days, 3)) if days else []
    return {(row["member"], Channel(row["channel"]), row["day"]): row["used"] for row in rows}


async def _passed(drafts: Sequence[Draft], *, programme: int, tx: Tx) -> dict[Place, Decision]:
    rows = await tx.rows(PASSED, programme, *_columns([one.place for one in drafts], 3))
    return {
        (row["member"], Channel(row["channel"]), row["wish"]): Decision(
            Action(row["action"]),
            row["at"],
            None if row["reason"] is None else Reason(row["reason"]),
        )
        for row in rows
    }


async def _note(
    fresh: Sequence[Draft], asked: Counter[Day], *, programme: int, at: datetime, tx: Tx
) -> None:
    if asked:
        uses = [(*day, number) for day, number in asked.items()]
        await tx.run(USE, programme, *_columns(uses, 4))
    if fresh:
        rows = [
            (*one.place, one.wish.topic, one.decision.action, one.decision.reason, one.decision.at)
            for one in fresh
        ]
        await tx.run(PASS, programme, *_columns(rows, 7), at)


def _columns(rows: Sequence[tuple[object, ...]] | set[Day], width: int) -> list[list[object]]:
    return [[row[place] for row in rows] for place in range(width)]
