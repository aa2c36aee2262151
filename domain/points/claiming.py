"""Claims: points of an undone award that the member had spent before.

How they are dealt with follows the book's return policy; see decision 0012. A book that lets
a balance go below zero keeps the debt itself, and there is no claim.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import ledger, members
from domain.ledger import ReturnPolicy
from domain.points.errors import ClaimClosed, NoSuchClaim
from domain.points.paying import Undone
from domain.points.records import Claim, ClaimState
from infra import ids
from infra.db import Row, Tx

ADD = """
INSERT INTO claim (programme, id, member, activity, rule, revision, points, at)
SELECT $1, c.id, c.member, c.activity, c.rule, c.revision, c.points, c.at
FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::int[], $7::bigint[],
            $8::timestamptz[]) AS c (id, member, activity, rule, revision, points, at)
"""
OPEN = """
SELECT id, member, activity, rule, revision, points, settled, state, at, closed_at FROM claim
WHERE programme = $1 AND member = ANY($2::uuid[]) AND state = 'OPEN' ORDER BY id FOR NO KEY UPDATE
"""
SETTLE = """
UPDATE claim AS c SET settled = s.settled, state = s.state, closed_at = s.closed_at
FROM unnest($2::uuid[], $3::bigint[], $4::text[], $5::timestamptz[])
     AS s (id, settled, state, closed_at)
WHERE c.programme = $1 AND c.id = s.id
"""
ONE = """
SELECT id, member, activity, rule, revision, points, settled, state, at, closed_at FROM claim
WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE
"""
WRITE_OFF = (
    "UPDATE claim SET state = 'WRITTEN_OFF', closed_at = $3 WHERE programme = $1 AND id = $2"
)
# Newest first; a state or a member narrows it.
LISTED = """
SELECT id, member, activity, rule, revision, points, settled, state, at, closed_at FROM claim
WHERE programme = $1 AND ($2::text IS NULL OR state = $2) AND ($3::uuid IS NULL OR member = $3)
  AND ($4::uuid IS NULL OR id < $4)
ORDER BY id DESC LIMIT $5
"""


async def claims(
    programme: int,
    *,
    state: ClaimState | None = None,
    member: UUID | None = None,
    before: UUID | None = None,
    limit: int,
    tx: Tx,
) -> Sequence[Claim]:
    """The claims of a programme, newest first, from the one before `before` on."""
    rows = await tx.rows(LISTED, programme, state, member, before, limit)
    return [_claim(row) for row in rows]


async def write_off(claim: UUID, *, programme: int, at: datetime, tx: Tx) -> Claim:
    """Give up what is still open of a claim.

    Refuses, in this order: NoSuchClaim, ClaimClosed.
    """
    row = await tx.row(ONE, programme, claim)
    if row is None:
        raise NoSuchClaim("there is no such claim")
    if row["state"] != ClaimState.OPEN:
        raise ClaimClosed("the claim was settled or written off before")
    await tx.run(WRITE_OFF, programme, claim, at)
    return replace(_claim(row), state=ClaimState.WRITTEN_OFF, closed_at=at)


async def note_claims(undone: Sequence[Undone], *, programme: int, book: int, tx: Tx) -> None:
    """Claim what did not come back of awards that were undone; nothing where it is a debt."""
    short = [u for u in undone if u.returned < u.award.given]
    if not short or await ledger.return_policy(book, tx=tx) is ReturnPolicy.NEGATIVE_ALLOWED:
        return
    made = [_claimed(u, programme) for u in short]
    columns = ("id", "member", "activity", "rule", "revision", "points", "at")
    await tx.run(ADD, programme, *([getattr(c, name) for c in made] for name in columns))


async def settle_claims(
    accounts: Mapping[UUID, int],
    *,
    again: Mapping[UUID, int],
    programme: int,
    book: int,
    at: datetime,
    tx: Tx,
) -> None:
    """Take what is open from members who have just been given points, the oldest claim first.

    accounts -- their wallets, which pay for those too who were merged into them.
    again -- what each activity has just been given anew: where the programme takes back pending
             points only, a claim is settled from that alone.
    """
    merged = await members.followers(accounts, programme=programme, tx=tx)
    accounts = {id: accounts[into] for id, into in merged.items()} | dict(accounts)
    found = [_claim(row) for row in await tx.rows(OPEN, programme, list(accounts))]
    if not found:
        return
    only_again = await ledger.return_policy(book, tx=tx) is ReturnPolicy.ONLY_PENDING
    there = await ledger.balances({*accounts.values()}, book=book, at=at, tx=tx)
    left = {account: max(balance.available, 0) for account, balance in there.items()}
    anew = dict(again)
    items, settled = [], []
    for claim in found:
        account = accounts[claim.member]
        most = min(claim.open_points, left[account])
        taken = min(most, anew.get(claim.activity, 0)) if only_again else most
        if taken:
            anew[claim.activity] = anew.get(claim.activity, 0) - taken
            left[account] -= taken
            items.append(_settlement(claim, taken, account=account, programme=programme, at=at))
            settled.append(_settled(claim, taken, at=at))
    for result in await ledger.post(items, book=book, at=at, tx=tx):
        ledger.require(result)
    if settled:
        names = ("id", "settled", "state", "closed_at")
        await tx.run(SETTLE, programme, *([getattr(c, name) for c in settled] for name in names))


def _claimed(undone: Undone, programme: int) -> Claim:
    award = undone.award
    parts = ("points.claim", programme, award.activity, award.rule, award.revision)
    return Claim(
        id=ids.derived(undone.at, *parts),
        member=award.member,
        activity=award.activity,
        rule=award.rule,
        revision=award.revision,
        points=award.given - undone.returned,
        settled=0,
        state=ClaimState.OPEN,
        at=undone.at,
        closed_at=None,
    )


def _settled(claim: Claim, taken: int, *, at: datetime) -> Claim:
    settled = claim.settled + taken
    if settled < claim.points:
        return replace(claim, settled=settled)
    return replace(claim, settled=settled, state=ClaimState.SETTLED, closed_at=at)


def _settlement(
    claim: Claim, taken: int, *, account: int, programme: int, at: datetime
) -> ledger.Item:
    # What had been settled before tells one settlement of a claim from the next.
    id = ids.derived(at, "points.settle", programme, claim.id, claim.settled)
    meta: Mapping[str, Any] = {
        "why": "claim",
        "activity": str(claim.activity),
        "claim": str(claim.id),
        "text": "taken for points that had been spent before they were taken back",
    }
    return ledger.spend(taken, account=account, id=id, target=ledger.ISSUANCE, meta=meta)


def _claim(row: Row) -> Claim:
    return Claim(**{**row, "state": ClaimState(row["state"])})
