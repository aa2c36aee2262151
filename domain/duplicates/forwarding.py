"""Forwarding: points that land in a merged member's wallet later are sent after them.

A promise that matures, or a gift that was on its way: whatever comes to the old wallet goes one
merge further, so a chain of merges is walked step by step, and each can be undone alone. What
the old wallet comes to owe, in a book that lets it, the survivor pays as soon as they can.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain import ledger, members
from domain.duplicates.records import Merge, merge_of
from domain.members import Member
from infra import ids
from infra.db import Tx

FORWARD_BATCH = 200

# Noted as looked at in one go; whoever merges or undoes at this moment is passed over.
LOOK = """
UPDATE merge AS m SET looked_at = $1 FROM (
    SELECT programme, id FROM merge WHERE undone_at IS NULL AND looked_at < $1
    ORDER BY looked_at, programme, id LIMIT $2 FOR UPDATE SKIP LOCKED
) AS due
WHERE m.programme = due.programme AND m.id = due.id
RETURNING m.id, m.programme, m.survivor, m.duplicate, m.points, m.posting, m.merged_at, m.undone_at
"""
ADD = """
INSERT INTO merge_forward (programme, merge, posting, points, at)
SELECT $1, f.merge, f.posting, f.points, $5
FROM unnest($2::uuid[], $3::uuid[], $4::bigint[]) AS f (merge, posting, points)
"""


async def forward(at: datetime, tx: Tx) -> int:
    """Send on, or pay, what landed in a bounded number of merged members' wallets.

    Returns how many were looked at.

    A merge is locked while it is looked at, and its posting is written beside it, so nothing is
    sent twice whoever dies in between.
    """
    due = [merge_of(row) for row in await tx.rows(LOOK, at, FORWARD_BATCH)]
    by_programme: defaultdict[int, list[Merge]] = defaultdict(list)
    for merge in due:
        by_programme[merge.programme].append(merge)
    for programme in sorted(by_programme):
        await _forward(programme, by_programme[programme], at, tx)
    return len(due)


async def _forward(programme: int, merges: Sequence[Merge], at: datetime, tx: Tx) -> None:
    ends = {m.duplicate for m in merges} | {m.survivor for m in merges}
    wallets = await members.several(ends, programme=programme, tx=tx)
    book = next(iter(wallets.values())).book
    accounts = [wallet.account for wallet in wallets.values()]
    balances = await ledger.balances(accounts, book=book, at=at, tx=tx)
    due = [(m, points) for m in merges if (points := _due(m, wallets, balances))]
    items = [
        _item(m, wallets, points, seq=balances[wallets[m.duplicate].account].seq, at=at)
        for m, points in due
    ]
    results = await ledger.post(items, book=book, at=at, tx=tx)
    # What expired between the look and the posting is sent at the next look, or is gone.
    done = [
        (merge.id, result.id, result.moved if points > 0 else -result.moved)
        for (merge, points), result in zip(due, results, strict=True)
        if result.done
    ]
    if done:
        await tx.run(ADD, programme, *map(list, zip(*done, strict=True)), at)


def _due(
    merge: Merge, wallets: Mapping[UUID, Member], balances: Mapping[int, ledger.Balance]
) -> int:
    """What goes from the old wallet to the survivor's or, negative, the other way."""
    here = balances[wallets[merge.duplicate].account]
    there = balances[wallets[merge.survivor].account]
    return here.available or -min(here.debt, max(there.available, 0))


def _item(
    merge: Merge, wallets: Mapping[UUID, Member], points: int, *, seq: int, at: datetime
) -> ledger.Item:
    ends = wallets[merge.duplicate], wallets[merge.survivor]
    here, there = ends if points > 0 else reversed(ends)
    # By the number of the wallet's entries: what lands later is another posting.
    id = ids.derived(at, "duplicates.forward", merge.programme, merge.id, seq)
    meta = {"why": "merge", "merge": str(merge.id), "from": str(here.id), "to": str(there.id)}
    return ledger.move(abs(points), debit=here.account, credit=there.account, id=id, meta=meta)
