"""Erase a member: nobody is left, and every sum is.

What they wrote, how they were called and reached is gone in one transaction. Postings stay, under
an account that names nobody. What they had is given up: to breakage, as what expires is.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from domain import ledger, members
from domain.members import Member, State
from domain.privacy import gathering
from domain.privacy.errors import MergedAway, OpenHolds
from domain.privacy.events import Erased
from domain.privacy.records import Erasure
from domain.privacy.unnaming import unnamed
from infra import answers, ids
from infra.db import Tx
from infra.outbox import emit

SWEEP_BATCH = 50
FOLLOWERS_MAX = 100

FIND = "SELECT member, programme, points, at FROM erasure WHERE programme = $1 AND member = $2"
ADD = """
INSERT INTO erasure (programme, member, points, at, looked_at)
SELECT $1::int, e.member, e.points, $4::timestamptz, $4
FROM (SELECT m AS member, 0::bigint AS points FROM unnest($5::uuid[]) AS merged (m)
      UNION ALL SELECT $2::uuid, $3::bigint) AS e
"""
LOOK = """
UPDATE erasure AS e SET looked_at = $1 FROM (
    SELECT programme, member, looked_at = at AS fresh FROM erasure WHERE looked_at < $1
    ORDER BY looked_at, programme, member LIMIT $2 FOR UPDATE SKIP LOCKED
) AS due
WHERE e.programme = due.programme AND e.member = due.member
RETURNING e.programme, e.member, due.fresh
"""


async def erase(
    member: UUID, *, programme: int, actor: UUID | None = None, at: datetime, tx: Tx
) -> Erasure:
    """Forget the member, and whoever was merged into them. Erasing again answers the same.

    Offers that wait go back to their senders, promises are withdrawn, and what is left to spend
    is given up. actor -- the operator; None: the member asked.
    Refuses, in this order: members.NoSuchMember, MergedAway, OpenHolds.
    """
    locked = await members.lock([member], programme=programme, tx=tx)
    if member not in locked:
        raise members.NoSuchMember("there is no such member")
    found = locked[member]
    if found.state is State.ERASED:
        row = await tx.row(FIND, programme, member)
        assert row is not None, "who is erased was noted"
        return Erasure(**row)
    if found.merged_into is not None:
        raise MergedAway(found.merged_into)
    merged = await members.merged_into(found, limit=FOLLOWERS_MAX, tx=tx)
    points = 0
    for one in [*merged, found]:
        await gathering.forget(one.id, programme=programme, at=at, tx=tx)
        points += await _give_up(one, actor, at, tx)
        await answers.forget_owner(one.id, programme=programme, tx=tx)
    await tx.run(ADD, programme, member, points, at, [one.id for one in merged])
    emit(Erased(programme=programme, subject=member, object=member, at=at, points=points), tx=tx)
    return Erasure(member, programme, points, at)


async def sweep(at: datetime, tx: Tx) -> int:
    """Give up what landed later in the wallets of a bounded number of erased members.

    Also, once for each: what others were answered about them names them no more.
    """
    rows = await tx.rows(LOOK, at, SWEEP_BATCH)
    for row in rows:
        if row["fresh"]:
            without = partial(unnamed, member=str(row["member"]))
            await answers.rewrite(row["member"], without, programme=row["programme"], tx=tx)
    for programme in sorted({row["programme"] for row in rows}):
        gone = [row["member"] for row in rows if row["programme"] == programme]
        known = await members.several(gone, programme=programme, tx=tx)
        await _give_up_late(list(known.values()), at, tx)
    return len(rows)


async def _give_up(member: Member, actor: UUID | None, at: datetime, tx: Tx) -> int:
    """Withdraw what is promised and give up what can be spent; how much of the latter."""
    wallet, book = member.account, member.book
    known = await ledger.explain(wallet, book=book, at=at, tx=tx)
    await ledger.cancel([one.id for one in known.promises], book=book, at=at, tx=tx)
    if known.balance.held:
        raise OpenHolds(known.balance.held)
    if known.balance.available <= 0:
        return 0
    item = _item(member, known.balance, actor, at)
    ledger.require(await ledger.post_one(item, book=book, at=at, tx=tx))
    return known.balance.available


async def _give_up_late(gone: Sequence[Member], at: datetime, tx: Tx) -> None:
    book = gone[0].book
    balances = await ledger.balances([one.account for one in gone], book=book, at=at, tx=tx)
    items = [
        _item(one, balances[one.account], None, at)
        for one in gone
        if balances[one.account].available > 0
    ]
    if items:
        await ledger.post(items, book=book, at=at, tx=tx)


def _item(member: Member, balance: ledger.Balance, actor: UUID | None, at: datetime) -> ledger.Item:
    id = ids.derived(at, "privacy.erase", member.programme, member.id, balance.seq)
    return ledger.spend(
        balance.available,
        account=member.account,
        id=id,
        target=ledger.BREAKAGE,
        actor=actor,
        meta={"why": "erasure"},
    )
