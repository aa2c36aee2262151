"""Crediting: points towards tiers and levels that no activity earned."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from domain import members, programmes
from domain.tiers.counting import Delta, credit_delta, take, today_in
from domain.tiers.errors import BadCredit, CreditIdReused
from domain.tiers.laddering import current
from domain.tiers.records import Credit, CreditKind
from infra.db import Row, Tx

POINTS_MAX = 2**40
REASON_CHARACTERS_MAX = 140

ADD = """
INSERT INTO tier_credit (programme, id, member, getter, kind, points, month, reason, at)
VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
"""
ADD_ALL = """
INSERT INTO tier_credit (programme, id, member, getter, kind, points, month, reason, at)
SELECT $1, n.id, n.member, n.member, n.kind, n.points, $2, n.reason, n.at
FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::text[], $8::timestamptz[])
     AS n (id, member, kind, points, reason, at)
ON CONFLICT DO NOTHING RETURNING member, kind, points, month
"""
FIND = """
SELECT id, member, kind, points, reason, at, undone_at, getter FROM tier_credit
WHERE programme = $1 AND id = $2
"""
OWNERS = """
SELECT DISTINCT member FROM tier_credit
WHERE programme = $1 AND id = ANY($2::uuid[]) AND undone_at IS NULL
"""
UNDO = """
UPDATE tier_credit SET undone_at = $3
WHERE programme = $1 AND id = ANY($2::uuid[]) AND undone_at IS NULL
RETURNING member, kind, points, month
"""
LISTED = """
SELECT id, member, kind, points, reason, at, undone_at FROM tier_credit
WHERE programme = $1 AND member = $2 AND ($3::timestamptz IS NULL OR (at, id) < ($3, $4))
ORDER BY at DESC, id DESC LIMIT $5
"""


async def credit(
    points: int,
    *,
    member: UUID,
    programme: int,
    reason: str,
    id: UUID,
    at: datetime,
    tx: Tx,
    kind: CreditKind = CreditKind.CREDIT,
) -> Credit:
    """Points towards the member's tier that cannot be spent. Again with the same id is fine.

    It counts in the month that `at` is in, in the programme's zone; kept also while the programme
    has no tiers. Of a merged member it is the survivor's.
    Refuses, in this order: BadCredit, members.NoSuchMember, CreditIdReused.
    """
    sound = _sound(points, reason)
    people = await members.lock([member], programme=programme, tx=tx)
    if member not in people:
        raise members.NoSuchMember("there is no such member")
    owner = people[member].merged_into or member
    await members.lock([owner], programme=programme, tx=tx)
    month = (await today_in(programme, at, tx=tx)).replace(day=1)
    if not await tx.run(ADD, programme, id, owner, kind, points, month, sound, at):
        return await _known(id, points, (member, owner), kind, programme, tx)
    added = {"member": owner, "kind": kind, "points": points, "month": month}
    await _take([added], 1, programme, at, tx)
    return Credit(id, owner, kind, points, sound, at)


async def earn(
    points: int, *, member: UUID, programme: int, reason: str, id: UUID, at: datetime, tx: Tx
) -> Credit:
    """Points that were earned otherwise than by an activity, such as in a challenge: they count
    as those of activities do, where the ladder is on all points earned. Like `credit`."""
    kind = CreditKind.EARNED
    return await credit(
        points, member=member, programme=programme, reason=reason, id=id, at=at, tx=tx, kind=kind
    )


async def give(several: Sequence[Credit], *, programme: int, at: datetime, tx: Tx) -> None:
    """Many credits at once, as `credit` and `earn` give them; those known already are left alone.

    They must be sound: points above 0 and a reason. The members must be locked.
    """
    if not several:
        return
    month = (await today_in(programme, at, tx=tx)).replace(day=1)
    columns = [
        [getattr(one, name) for one in several]
        for name in ("id", "member", "kind", "points", "reason", "at")
    ]
    added = await tx.rows(ADD_ALL, programme, month, *columns)
    await _take(added, 1, programme, at, tx)


async def uncredit(ids: Collection[UUID], *, programme: int, at: datetime, tx: Tx) -> int:
    """What these ids gave, by `credit` or `earn`, counts no longer; how many did until now.

    Unknown ids and those undone before are fine. An id that is undone stays undone.
    """
    owners = {row["member"] for row in await tx.rows(OWNERS, programme, list(ids))}
    if not owners:
        return 0
    await members.lock(owners, programme=programme, tx=tx)
    undone = await tx.rows(UNDO, programme, list(ids), at)
    await _take(undone, -1, programme, at, tx)
    return len(undone)


async def credits(
    member: UUID,
    *,
    programme: int,
    before: tuple[datetime, UUID] | None,
    limit: int,
    tx: Tx,
) -> Sequence[Credit]:
    """What the member got, those undone too, the newest first, from before that one on."""
    at, id = before or (None, None)
    rows = await tx.rows(LISTED, programme, member, at, id, limit)
    return [_credit(row) for row in rows]


async def _take(rows: Sequence[Row], sign: int, programme: int, at: datetime, tx: Tx) -> None:
    """Take rows of credits into their members' sums, or out of them."""
    ladder = await current(programme, tx=tx)
    if ladder is None or not rows:
        return
    deltas: defaultdict[UUID, list[Delta]] = defaultdict(list)
    for row in rows:
        kind = CreditKind(row["kind"])
        month, points, xp = credit_delta(kind, row["points"], row["month"], ladder.terms)
        deltas[row["member"]].append(Delta(month, sign * points, sign * xp))
    await take(deltas, ladder=ladder, at=at, tx=tx)


async def _known(
    id: UUID, points: int, ends: tuple[UUID, UUID], kind: CreditKind, programme: int, tx: Tx
) -> Credit:
    row = await tx.row(FIND, programme, id)
    assert row is not None, "it was there when it was not added"
    same = (row["points"], row["kind"]) == (points, kind)
    if not same or not {row["member"], row["getter"]} & set(ends):
        raise CreditIdReused("that id was used for another credit")
    return _credit(row)


def _sound(points: int, reason: str) -> str:
    if not 1 <= points <= POINTS_MAX:
        raise BadCredit("points", "a credit is 1 to 2^40 points")
    sound = programmes.plain(reason, longest=REASON_CHARACTERS_MAX)
    if not sound:
        message = f"a reason is plain text of 1 to {REASON_CHARACTERS_MAX} characters"
        raise BadCredit("reason", message)
    return sound


def _credit(row: Row) -> Credit:
    return Credit(
        row["id"],
        row["member"],
        CreditKind(row["kind"]),
        row["points"],
        row["reason"],
        row["at"],
        row["undone_at"],
    )
