"""Paying: from the account of an offer to members, and back.

A payment is two postings that succeed or fail together: points of the offer are used up, and as
many new ones are the member's, with the months that the programme gives to what is earned
(decision 0018). What is held in the ledger is let go of first, and what is left of it is held anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import ledger
from domain.ledger import Outcome
from domain.members import Member
from domain.offers import holding
from domain.offers.records import Acceptance, AcceptanceState, Offer
from domain.offers.stepping import Step
from infra import ids
from infra.db import Tx

# What a return policy may answer to a reversal.
KEPT = frozenset({Outcome.INSUFFICIENT, Outcome.RETURN_REFUSED})
STANDING = frozenset({AcceptanceState.OPEN, AcceptanceState.TAKEN})


async def take_back(
    steps: Sequence[Step],
    offers: Mapping[UUID, Offer],
    people: Mapping[UUID, Member],
    *,
    at: datetime,
    tx: Tx,
) -> Sequence[Step]:
    """Take back what is no longer earned; the steps, with what came back noted.

    The accounts of all that is to move are locked first, in the ledger's one order.
    """
    moving = [one for one in steps if one.pays or one.takes]
    if not moving:
        return steps
    book = next(iter(offers.values())).book
    wallets = {_wallet(one, people) for one in moving}
    accounts = {offers[one.promise.acceptance.offer].account for one in moving}
    await ledger.lock(wallets | accounts, book=book, tx=tx)
    back = [one for one in steps if one.takes]
    items = [_reversal(one, at) for one in back]
    results = await ledger.post(items, book=book, at=at, tx=tx) if items else ()
    returned = {
        one.payment.posting: _returned(one, result)
        for one, result in zip(back, results, strict=True)
    }
    return [_noted(one, returned) for one in steps]


async def pay(
    changes: Sequence[tuple[Acceptance, Acceptance]],
    steps: Sequence[Step],
    offers: Mapping[UUID, Offer],
    people: Mapping[UUID, Member],
    *,
    at: datetime,
    tx: Tx,
) -> Sequence[Step]:
    """Pay what is due, put back what came back, and hold what is still promised; the steps with
    the postings noted. `changes` are those of the steps' acceptances."""
    paid = [_posted(one, at) if one.pays else one for one in steps]
    items: list[ledger.Item] = []
    for before, after in changes:
        if before.hold != after.hold:
            items += holding.release(before, offers[before.offer], at=at)
    items += [_restoration(one, offers, at) for one in paid if one.takes and one.payment.returned]
    for one in paid:
        if one.pays:
            items += _payment(one, offers, people, at)
    for before, after in changes:
        if before.hold != after.hold and after.hold is not None:
            items.append(holding.hold(after, offers[after.offer], at=at))
    book = next(iter(offers.values())).book
    await holding.post(items, book=book, at=at, tx=tx)
    return paid


def with_hold(before: Acceptance, after: Acceptance, *, at: datetime) -> Acceptance:
    """The acceptance with a hold of what it holds now: another one where that has changed."""
    if after.held == before.held:
        return after
    if not after.held:
        return replace(after, hold=None)
    return replace(after, hold=holding.next_hold(after, at=at), turn=after.turn + 1)


def _wallet(one: Step, people: Mapping[UUID, Member]) -> int:
    who = people[one.promise.acceptance.member]
    return people[who.merged_into or who.id].account


def _noted(one: Step, returned: Mapping[UUID | None, int]) -> Step:
    if not one.takes:
        return one
    payment = replace(one.payment, returned=returned[one.payment.posting])
    return replace(one, payment=payment)


def _posted(one: Step, at: datetime) -> Step:
    payment = one.payment
    parts = (payment.programme, payment.acceptance, payment.activity, payment.revision)
    posting = ids.derived(at, "offers.bonus", *parts)
    return replace(one, payment=replace(payment, posting=posting))


def _payment(
    one: Step, offers: Mapping[UUID, Offer], people: Mapping[UUID, Member], at: datetime
) -> tuple[ledger.Item, ledger.Item]:
    acceptance, payment = one.promise.acceptance, one.payment
    assert payment.posting is not None, "it is paid"
    meta = {**holding.said(acceptance, "bonus"), "activity": str(payment.activity)}
    spent = ids.derived(at, "offers.spend", payment.programme, payment.posting)
    account, group = offers[acceptance.offer].account, payment.posting
    points, target = payment.points, ledger.ISSUANCE
    return (
        ledger.spend(points, account=account, target=target, id=spent, group=group, meta=meta),
        ledger.issue(points, account=_wallet(one, people), id=group, group=group, meta=meta),
    )


def _reversal(one: Step, at: datetime) -> ledger.Item:
    posting = one.payment.posting
    assert posting is not None, "only what was paid is taken back"
    id = ids.derived(at, "offers.unbonus", one.payment.programme, posting)
    meta = holding.said(one.promise.acceptance, "take back")
    told = {**meta, "text": f"taken back: {meta['text']}"}
    return ledger.reverse(original=posting, id=id, meta=told)


def _restoration(one: Step, offers: Mapping[UUID, Offer], at: datetime) -> ledger.Item:
    """What the member gave back is the offer's again."""
    acceptance = one.promise.acceptance
    account, points = offers[acceptance.offer].account, one.payment.returned
    id = ids.derived(at, "offers.restore", acceptance.programme, one.payment.posting)
    meta, month = holding.said(acceptance, "restore"), ledger.NEVER
    return ledger.issue(points, account=account, id=id, month=month, meta=meta)


def _returned(one: Step, result: ledger.Result) -> int:
    if result.outcome is Outcome.NOT_REVERSIBLE:
        return one.payment.points  # somebody has reversed it by hand, so it is back already
    if result.outcome in KEPT:
        return 0
    return ledger.require(result).moved
