"""Receive what devices say became of messages, and keep what it says of a member's interest."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain.inbox import marking
from domain.inbox.errors import TooManyReceipts
from domain.inbox.records import Interest, Kind, Outcome, Receipt
from infra.db import Row, Tx

RECEIPTS_MAX = 100
# How far the clock of a device may be from ours.
CLOCK_SLACK = timedelta(minutes=5)

KNOWN = """
SELECT id, number, topic, at FROM inbox_item
WHERE programme = $1 AND member = $2 AND id = ANY($3::uuid[])
"""
RECORD = """
INSERT INTO inbox_receipt (programme, member, number, kind, device, at)
SELECT $1, $2, r.number, r.kind, r.device, r.at
FROM unnest($3::bigint[], $4::text[], $5::uuid[], $6::timestamptz[]) WITH ORDINALITY
     AS r (number, kind, device, at, place)
ORDER BY r.place
ON CONFLICT DO NOTHING
RETURNING number, kind, at
"""
COUNT = """
INSERT INTO interest AS i (programme, member, topic, delivered, opened, dismissed,
                           delivered_at, opened_at, dismissed_at)
SELECT $1, $2, c.topic,
       count(*) FILTER (WHERE c.kind = 'DELIVERED'), count(*) FILTER (WHERE c.kind = 'OPENED'),
       count(*) FILTER (WHERE c.kind = 'DISMISSED'), max(c.at) FILTER (WHERE c.kind = 'DELIVERED'),
       max(c.at) FILTER (WHERE c.kind = 'OPENED'), max(c.at) FILTER (WHERE c.kind = 'DISMISSED')
FROM unnest($3::text[], $4::text[], $5::timestamptz[]) AS c (topic, kind, at)
GROUP BY c.topic
ON CONFLICT (programme, member, topic) DO UPDATE
SET delivered = i.delivered + excluded.delivered, opened = i.opened + excluded.opened,
    dismissed = i.dismissed + excluded.dismissed,
    delivered_at = greatest(i.delivered_at, excluded.delivered_at),
    opened_at = greatest(i.opened_at, excluded.opened_at),
    dismissed_at = greatest(i.dismissed_at, excluded.dismissed_at)
"""
INTERESTS = """
SELECT member, topic, delivered, opened, dismissed, delivered_at, opened_at, dismissed_at
FROM interest WHERE programme = $1 AND member = ANY($2::uuid[]) ORDER BY member, topic
"""


async def receive(
    receipts: Sequence[Receipt], *, member: UUID, programme: int, at: datetime, tx: Tx
) -> Sequence[Outcome]:
    """Keep what a member's devices tell; what became of each receipt, in the order given.

    Each is answered by itself, so that a bad one costs none of the others. What was opened is
    read. Refuses TooManyReceipts; at most RECEIPTS_MAX are taken at once.
    """
    if len(receipts) > RECEIPTS_MAX:
        raise TooManyReceipts(limit=RECEIPTS_MAX)
    await marking.lock(member, programme=programme, tx=tx)
    wanted = [one.item for one in receipts if one.item is not None]
    known = {row["id"]: row for row in await tx.rows(KNOWN, programme, member, wanted)}
    outcomes = [_fault(one, known, at=at) for one in receipts]
    sound = [
        (one, known[one.item])
        for one, fault in zip(receipts, outcomes, strict=True)
        if fault is None and one.item is not None
    ]
    fresh = await _record(sound, member=member, programme=programme, tx=tx)
    opened = [item["id"] for one, item in sound if one.kind is Kind.OPENED]
    if opened:
        await marking.mark(opened, member=member, programme=programme, at=at, tx=tx)
    return [
        fault or _once(one, known, fresh) for one, fault in zip(receipts, outcomes, strict=True)
    ]


async def interests(
    members: Collection[UUID], *, programme: int, tx: Tx
) -> Mapping[UUID, Sequence[Interest]]:
    """What each of `members` made of what they were told, by topic."""
    found: dict[UUID, list[Interest]] = {member: [] for member in members}
    for row in await tx.rows(INTERESTS, programme, list(members)):
        fields = {name: value for name, value in row.items() if name != "member"}
        found[row["member"]].append(Interest(**fields))
    return found


def _fault(one: Receipt, known: Mapping[UUID, Row], *, at: datetime) -> Outcome | None:
    if one.item is None or one.item not in known:
        return Outcome.NO_SUCH_ITEM
    if one.at > at + CLOCK_SLACK:
        return Outcome.CLOCK_AHEAD
    if one.at < known[one.item]["at"] - CLOCK_SLACK:
        return Outcome.CLOCK_BEHIND
    return None


async def _record(
    sound: Sequence[tuple[Receipt, Row]], *, member: UUID, programme: int, tx: Tx
) -> Counter[tuple[int, str]]:
    """What is told for the first time."""
    if not sound:
        return Counter()
    rows = await tx.rows(
        RECORD,
        programme,
        member,
        [item["number"] for _, item in sound],
        [one.kind.value for one, _ in sound],
        [one.device for one, _ in sound],
        [one.at for one, _ in sound],
    )
    topics = {item["number"]: item["topic"] for _, item in sound}
    if rows:
        counted = [topics[row["number"]] for row in rows]
        kinds, times = [row["kind"] for row in rows], [row["at"] for row in rows]
        await tx.run(COUNT, programme, member, counted, kinds, times)
    return Counter((row["number"], row["kind"]) for row in rows)


def _once(one: Receipt, known: Mapping[UUID, Row], fresh: Counter[tuple[int, str]]) -> Outcome:
    """Only the first of those that say the same is the one that counted."""
    assert one.item is not None, "what has no id is at fault"
    place = known[one.item]["number"], one.kind.value
    if not fresh[place]:
        return Outcome.REPEATED
    fresh[place] -= 1
    return Outcome.RECORDED
