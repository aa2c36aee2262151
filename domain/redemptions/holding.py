"""Holding: the points of a redemption are set aside, and then used up, or free again, or back.

The only code of redemptions that posts. Where an offer pays a part, both parts move or neither.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import ledger
from domain.ledger import Item, Outcome
from domain.members import Member
from domain.redemptions.errors import NotDiscountable
from domain.redemptions.records import Redemption
from domain.redemptions.storing import Kept
from infra import ids
from infra.db import Tx

# The ledger must not let go of it before our own job does.
HOLD_OUTLASTS = timedelta(hours=12)


async def hold(kept: Kept, *, member: Member, name: str, tx: Tx) -> None:
    """Set aside what the member pays, and what somebody else pays beside them.

    Refuses, in this order: NotDiscountable for an offer that has less than that, then what the
    ledger refuses of the member: KeyExpired, InsufficientPoints.
    """
    one = kept.one
    until = one.expires_at + HOLD_OUTLASTS
    words: dict[str, Any] = {"group": one.id, "expires_at": until, "meta": meta(one, name, "hold")}
    items = []
    if kept.payer_hold is not None and one.payer_account is not None:
        payer = one.payer_account
        items.append(ledger.hold(one.discount, account=payer, id=kept.payer_hold, **words))
    if one.hold is not None:
        actor = member.id
        items.append(
            ledger.hold(one.price, account=member.account, id=one.hold, actor=actor, **words)
        )
    results = await ledger.post(items, book=member.book, at=one.reserved_at, tx=tx)
    for item, result in zip(items, results, strict=True):
        if item.id == kept.payer_hold and result.outcome is Outcome.INSUFFICIENT:
            raise NotDiscountable("the offer has nothing left to pay with")
    for item, result in zip(items, results, strict=True):
        if result.outcome is not Outcome.LINKED_FAILED:
            ledger.require(result, needed=item.amount)


async def capture(kept: Kept, *, member: Member, name: str, at: datetime, tx: Tx) -> None:
    """What is held is used up. `at` is when the redemption is fulfilled."""
    one, told = kept.one, meta(kept.one, name, "redeem")
    parts = (
        (one.hold, member.account, one.price, _capture(one, at)),
        (kept.payer_hold, one.payer_account, one.discount, _payer_capture(one, at)),
    )
    items = [
        ledger.capture(points, hold=held, account=account, id=id, group=one.id, meta=told)
        for held, account, points, id in parts
        if held is not None and account is not None
    ]
    await _post(items, member=member, at=at, tx=tx)


async def release(kept: Kept, *, member: Member, name: str, at: datetime, tx: Tx) -> None:
    """What is held is free again."""
    one, told = kept.one, meta(kept.one, name, "release")
    parts = (
        (one.hold, member.account, "redemptions.release"),
        (kept.payer_hold, one.payer_account, "redemptions.payer.release"),
    )
    items = [
        ledger.release(
            hold=held, account=account, id=ids.derived(at, why, one.programme, one.id), meta=told
        )
        for held, account, why in parts
        if held is not None and account is not None
    ]
    for result in await ledger.post(items, book=member.book, at=at, tx=tx):
        # A hold that ran out has set its points free already, which is all that is wanted.
        if result.outcome is not Outcome.HOLD_NOT_OPEN:
            ledger.require(result)


async def give_back(
    kept: Kept, *, member: Member, name: str, actor: UUID | None, at: datetime, tx: Tx
) -> None:
    """What was used up is there again: the very lots, with the months in which they expire."""
    one, told = kept.one, meta(kept.one, name, "refund")
    assert one.fulfilled_at is not None, "what was never paid is not given back"
    parts = (
        (one.hold, _capture(one, one.fulfilled_at), "redemptions.refund"),
        (kept.payer_hold, _payer_capture(one, one.fulfilled_at), "redemptions.payer.refund"),
    )
    items = [
        ledger.reverse(
            original=original,
            id=ids.derived(at, why, one.programme, one.id),
            group=one.id,
            actor=actor,
            meta=told,
        )
        for held, original, why in parts
        if held is not None
    ]
    await _post(items, member=member, at=at, tx=tx)


def meta(one: Redemption, name: str, act: str) -> Mapping[str, Any]:
    """What is kept with a posting."""
    told = {"why": "redemption", "redemption": str(one.id), "reward": str(one.reward), "act": act}
    return {**told, "text": name}


async def _post(items: list[Item], *, member: Member, at: datetime, tx: Tx) -> None:
    for result in await ledger.post(items, book=member.book, at=at, tx=tx):
        ledger.require(result)


# A capture is found again, for its refund, by the time that its redemption keeps.
def _capture(one: Redemption, at: datetime) -> UUID:
    return ids.derived(at, "redemptions.capture", one.programme, one.id)


def _payer_capture(one: Redemption, at: datetime) -> UUID:
    return ids.derived(at, "redemptions.payer.capture", one.programme, one.id)
