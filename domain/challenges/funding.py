"""Funding: what comes into a challenge's escrow, what it can pay, and what goes back.

`charge` and `refund` are the only code that changes what a challenge has spent. They keep the
account of it; the points themselves move in the ledger, which has the last word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain import ledger, partners
from domain.challenges import finding, storing
from domain.challenges.checking import BUDGET_MAX
from domain.challenges.errors import (
    BadBudget,
    BadFunding,
    NotInThisState,
    OverBudget,
    PartnersOwn,
)
from domain.challenges.records import Challenge, Owner, State
from infra import ids
from infra.db import Tx

EDITABLE = frozenset({State.DRAFT, State.REJECTED})
RAISABLE = frozenset({State.APPROVED, State.LIVE, State.PAUSED})

FIND_ENTRY = "SELECT challenge, points FROM challenge_entry WHERE programme = $1 AND id = $2"
ADD_ENTRY = """
INSERT INTO challenge_entry (programme, id, challenge, kind, points, at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
# A version where members come in again, or no more; NULL: what was read before still holds.
ACCOUNT = """
UPDATE challenge AS c SET spent = n.spent, exhausted_at = n.exhausted_at,
    changed = CASE WHEN n.turns THEN $6 ELSE c.changed END
FROM unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::boolean[])
     AS n (id, spent, exhausted_at, turns)
WHERE c.programme = $1 AND c.id = n.id
"""


class Payout(NamedTuple):
    """Points that a challenge is to pay, or has got back."""

    challenge: UUID
    points: int


async def fund(
    challenge: UUID,
    points: int,
    *,
    programme: int,
    partner: UUID | None = None,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Challenge:
    """Put points into the escrow of a challenge that is not submitted yet, up to its budget.

    partner -- whose challenge it is, and from whose prepaid account they come; None: an
               operator gives new points to a challenge of the programme.
    id      -- the posting's; the same id again with the same words answers the same.
    Refuses, in this order: BadFunding, NoSuchChallenge, PartnersOwn, ledger.KeyReused,
    NotInThisState, OverBudget, then what else the ledger refuses: KeyExpired,
    InsufficientPoints.
    """
    found, repeated = await _opened(challenge, points, programme, partner, id, tx)
    if repeated:
        return found
    if found.state not in EDITABLE:
        raise NotInThisState(found.state)
    if points > (missing := found.budget - found.funded):
        raise OverBudget(f"the budget needs {missing} points more")
    await _bring(found, points, id=id, at=at, tx=tx)
    return await storing.keep(found, funded=found.funded + points, tx=tx)


async def raise_budget(
    challenge: UUID,
    points: int,
    *,
    programme: int,
    partner: UUID | None = None,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Challenge:
    """Put more points into the escrow of an approved challenge; its budget grows by them.

    One that was exhausted takes completions again. Else as `fund`, and refuses in the same
    order; BadBudget for a challenge without points or one that would be too rich.
    """
    found, repeated = await _opened(challenge, points, programme, partner, id, tx)
    if repeated:
        return found
    if found.state not in RAISABLE:
        raise NotInThisState(found.state)
    if not found.terms.price or found.budget + points > BUDGET_MAX:
        raise BadBudget(f"a budget is at most {BUDGET_MAX}, and for a reward of points", "points")
    await _bring(found, points, id=id, at=at, tx=tx)
    richer = replace(found, budget=found.budget + points, funded=found.funded + points)
    words = {"budget": richer.budget, "funded": richer.funded}
    return await storing.keep(found, **words, exhausted_at=_exhausted(richer, at), tx=tx)


async def charge(
    wanted: Sequence[Payout], *, programme: int, at: datetime, tx: Tx
) -> Sequence[bool]:
    """Which of these payouts their challenges can pay, in the order given; those are spent.

    The challenges are held until `tx` ends, so that no two transactions spend the same point.
    A payout that is not wanted after all, because the ledger refused it, is to be refunded.
    """
    paying = {one.challenge for one in wanted if one.points}
    before = await finding.lock(paying, programme=programme, tx=tx)
    after, answers = dict(before), []
    for one in wanted:
        found = after.get(one.challenge)
        pays = not one.points or (found is not None and one.points <= found.left)
        answers.append(pays)
        if found is not None and pays:
            after[one.challenge] = replace(found, spent=found.spent + one.points)
    await _account(before, after, at=at, tx=tx)
    return answers


async def refund(returned: Sequence[Payout], *, programme: int, at: datetime, tx: Tx) -> None:
    """Note that points of payouts are back in the escrow."""
    before = await finding.lock({one.challenge for one in returned}, programme=programme, tx=tx)
    after = dict(before)
    for one in returned:
        found = after[one.challenge]
        after[one.challenge] = replace(found, spent=found.spent - one.points)
    await _account(before, after, at=at, tx=tx)


async def give_back(challenge: Challenge, *, at: datetime, tx: Tx) -> Challenge:
    """What is left in the escrow of a held challenge goes back to who paid it."""
    points = challenge.left
    if not points:
        return challenge
    seen = (challenge.funded, challenge.spent, challenge.returned)
    id = ids.derived(at, "challenges.return", challenge.programme, challenge.id, *seen)
    meta = {"why": "challenge", "challenge": str(challenge.id), "act": "return"}
    item = await partners.pay_back(
        points,
        account=challenge.account,
        payer=challenge.partner,
        programme=challenge.programme,
        id=id,
        meta=meta,
        tx=tx,
    )
    ledger.require(await ledger.post_one(item, book=challenge.book, at=at, tx=tx))
    await tx.run(ADD_ENTRY, challenge.programme, id, challenge.id, "RETURNED", points, at)
    return await storing.keep(challenge, returned=challenge.returned + points, tx=tx)


async def _opened(
    id: UUID, points: int, programme: int, partner: UUID | None, posting: UUID, tx: Tx
) -> tuple[Challenge, bool]:
    """The challenge, held, and whether the very posting has been made before."""
    if not 0 < points <= BUDGET_MAX:
        raise BadFunding(f"points must be between 1 and {BUDGET_MAX}")
    found = await finding.locked(id, programme=programme, partner=partner, tx=tx)
    own = Owner.PROGRAMME if partner is None else Owner.PARTNER
    if found.owner is not own:
        raise PartnersOwn("only the partner itself funds its challenge")
    first = await tx.row(FIND_ENTRY, programme, posting)
    if first is not None and (first["challenge"], first["points"]) != (id, points):
        raise ledger.KeyReused
    return found, first is not None


async def _bring(challenge: Challenge, points: int, *, id: UUID, at: datetime, tx: Tx) -> None:
    meta = {"why": "challenge", "challenge": str(challenge.id), "act": "fund"}
    # A member's own lot begins when it is paid.
    item = await partners.pay_in(
        points,
        account=challenge.account,
        payer=challenge.partner,
        programme=challenge.programme,
        id=id,
        meta=meta,
        tx=tx,
    )
    posted = await ledger.post_one(item, book=challenge.book, at=at, tx=tx)
    ledger.require(posted, needed=points)
    await tx.run(ADD_ENTRY, challenge.programme, id, challenge.id, "FUNDED", points, at)


async def _account(
    before: Mapping[UUID, Challenge], after: Mapping[UUID, Challenge], *, at: datetime, tx: Tx
) -> None:
    reckoned = [replace(one, exhausted_at=_exhausted(one, at)) for one in after.values()]
    changed = [one for one in reckoned if one != before[one.id]]
    if changed:
        spent = [one.spent for one in changed]
        since = [one.exhausted_at for one in changed]
        programme = changed[0].programme
        turns = [_turns(before[one.id], one) for one in changed]
        version = await storing.renew(programme, tx=tx) if any(turns) else None
        columns = [one.id for one in changed], spent, since, turns
        await tx.run(ACCOUNT, programme, *columns, version)


def _turns(before: Challenge, after: Challenge) -> bool:
    """True when it can pay a completion no longer, or can again."""
    return (before.exhausted_at is None) != (after.exhausted_at is None)


def _exhausted(challenge: Challenge, at: datetime) -> datetime | None:
    """Since when what is left pays no completion; None: it does."""
    terms = challenge.terms
    parts = max((one.reward.points for one in terms.milestones), default=0)
    if challenge.left >= (terms.reward.points or parts):
        return None
    return challenge.exhausted_at or at
