"""Freezes for points, and what was missed made good."""

from typing import Any

import pytest

from domain import ledger, members, streaks
from domain.members import Member
from domain.streaks import Bought, Lapse, Offer, Today
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.streaks.streaking import (
    DAY,
    NOON,
    a_streak,
    buy,
    calendar,
    count,
    draft,
    has,
    now,
    repair,
    rolled,
    run_on,
    runs,
    told,
    withdraw,
)

SOLD = {"freezes_max": 2, "freeze_price": 40, "repair_price": 25, "repair_periods": 3}


async def test_given_a_break_when_repaired_then_the_streak_goes_on_as_if_nothing_had_been(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx, holding=100, **SOLD)
    await runs(ada, tx, -6, -5, -4, -2)
    await rolled(tx, NOON)
    there = await now(ada, streak, tx)
    yesterday, third = NOON.date() - DAY, NOON.date() - 3 * DAY
    assert there.offer == Offer((third, yesterday), 50, 4, until=NOON.date())

    bought = await repair(ada, streak, tx, points=50)

    healed = await now(ada, streak, tx)
    assert (healed.length, healed.state, healed.offer) == (4, Today.DUE, None)
    assert calendar(healed, 7) == "KKKRKRO"
    assert (bought.kind, bought.periods, bought.points) == (Bought.REPAIR, (third, yesterday), 50)
    assert await has(ada, tx) == 50
    (said,) = told(tx, streaks.Repaired)
    assert (said.periods, said.points, said.length) == (2, 50, 4)


async def test_given_a_loss_too_long_ago_when_asked_then_there_is_no_offer(tx: Tx) -> None:
    ada, streak = await a_streak(tx, holding=100, **SOLD)
    await runs(ada, tx, -6, -5)

    assert (await now(ada, streak, tx, at=NOON - DAY)).offer is not None
    assert (await now(ada, streak, tx)).offer is None


async def test_given_decay_when_repaired_then_just_what_was_taken_is_back(tx: Tx) -> None:
    ada, streak = await a_streak(tx, holding=100, lapse=Lapse.SHARE, lapse_size=50, **SOLD)
    await runs(ada, tx, *range(-7, -1))
    assert (await now(ada, streak, tx)).length == 3

    await repair(ada, streak, tx, points=25)

    assert (await now(ada, streak, tx)).length == 6


async def test_given_a_repair_when_what_was_missed_comes_late_then_it_becomes_a_freeze(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx, holding=100, **SOLD)
    await runs(ada, tx, -3, -2)
    await repair(ada, streak, tx, points=25)

    late = run_on(ada, -1)
    await count(tx, late)
    kept = await now(ada, streak, tx)
    await withdraw(tx, late)

    assert (kept.length, kept.freezes) == (3, 1)
    again = await now(ada, streak, tx)
    assert (again.length, again.freezes, calendar(again, 4)) == (2, 0, "KKRO")
    assert await has(ada, tx) == 75


FREEZE_FAULTS: list[tuple[str, dict[str, Any], type[Refused], str]] = [
    ("a member elsewhere", {"who": "eve"}, members.NoSuchMember, "NO_SUCH_MEMBER"),
    ("another's key", {"used": True, "points": 41}, ledger.KeyReused, "KEY_REUSED"),
    ("no streak", {"to": "none"}, streaks.NoSuchStreak, "NO_SUCH_STREAK"),
    ("a streak elsewhere", {"to": "foreign"}, streaks.NoSuchStreak, "NO_SUCH_STREAK"),
    ("over", {"to": "over"}, streaks.StreakRetired, "STREAK_RETIRED"),
    ("not sold", {"to": "plain"}, streaks.FreezesNotSold, "FREEZES_NOT_SOLD"),
    ("another price", {"points": 39}, streaks.OfferChanged, "OFFER_CHANGED"),
    ("as many as may be", {"full": True}, streaks.FreezesFull, "FREEZES_FULL"),
    ("an old key", {"made": NOON - 40 * DAY}, ledger.KeyExpired, "KEY_EXPIRED"),
    ("too few points", {"poor": True}, ledger.InsufficientPoints, "INSUFFICIENT_POINTS"),
    # Two faults: the one that is looked for first is told.
    ("key, streak", {"used": True, "to": "none"}, ledger.KeyReused, "KEY_REUSED"),
    ("price, full", {"points": 39, "full": True}, streaks.OfferChanged, "OFFER_CHANGED"),
    ("full, points", {"full": True, "poor": True}, streaks.FreezesFull, "FREEZES_FULL"),
]


@pytest.mark.parametrize(
    ("fault", "refusal", "code"),
    [row[1:] for row in FREEZE_FAULTS],
    ids=[row[0] for row in FREEZE_FAULTS],
)
async def test_given_a_fault_when_a_freeze_is_bought_then_refused_in_order_and_nothing_moves(
    fault: dict[str, Any], refusal: type[Refused], code: str, tx: Tx
) -> None:
    ada, streak = await a_streak(tx, holding=200, **SOLD)
    eve, foreign = await a_streak(tx, holding=200, **SOLD)
    targets = await _targets(ada, streak, foreign, tx)
    first = await buy(ada, streak, tx, points=40)
    if fault.get("full"):
        await buy(ada, streak, tx, points=40)
    if fault.get("poor"):
        await _spend_all(ada, tx)
    before = await has(ada, tx)
    buyer = _disguised(eve, ada) if fault.get("who") == "eve" else ada
    id = first.id if fault.get("used") else ids.new(fault.get("made", NOON))
    target = targets.get(fault.get("to", ""), streak.id)

    with pytest.raises(refusal) as refused:
        await streaks.buy_freeze(
            target, points=fault.get("points", 40), member=buyer, id=id, at=NOON, tx=tx
        )

    assert refused.value.code == code
    if isinstance(refused.value, streaks.OfferChanged):
        assert refused.value.price == 40
    assert await has(ada, tx) == before
    assert (await now(ada, streak, tx)).freezes == (2 if fault.get("full") else 1)


REPAIR_FAULTS: list[tuple[str, dict[str, Any], type[Refused], str]] = [
    ("a member elsewhere", {"who": "eve"}, members.NoSuchMember, "NO_SUCH_MEMBER"),
    ("a freeze's key", {"used": True}, ledger.KeyReused, "KEY_REUSED"),
    ("no streak", {"to": "none"}, streaks.NoSuchStreak, "NO_SUCH_STREAK"),
    ("a streak elsewhere", {"to": "foreign"}, streaks.NoSuchStreak, "NO_SUCH_STREAK"),
    ("over", {"to": "over"}, streaks.StreakRetired, "STREAK_RETIRED"),
    ("not possible", {"to": "plain"}, streaks.NothingToRepair, "NOTHING_TO_REPAIR"),
    ("nothing missed", {"kept": True}, streaks.NothingToRepair, "NOTHING_TO_REPAIR"),
    ("another price", {"points": 26}, streaks.OfferChanged, "OFFER_CHANGED"),
    ("an old key", {"made": NOON - 40 * DAY}, ledger.KeyExpired, "KEY_EXPIRED"),
    ("too few points", {"poor": True}, ledger.InsufficientPoints, "INSUFFICIENT_POINTS"),
    ("nothing, price", {"kept": True, "points": 26}, streaks.NothingToRepair, "NOTHING_TO_REPAIR"),
    ("price, points", {"points": 26, "poor": True}, streaks.OfferChanged, "OFFER_CHANGED"),
]


@pytest.mark.parametrize(
    ("fault", "refusal", "code"),
    [row[1:] for row in REPAIR_FAULTS],
    ids=[row[0] for row in REPAIR_FAULTS],
)
async def test_given_a_fault_when_repaired_then_refused_in_order_and_nothing_moves(
    fault: dict[str, Any], refusal: type[Refused], code: str, tx: Tx
) -> None:
    ada, streak = await a_streak(tx, holding=200, **SOLD)
    eve, foreign = await a_streak(tx, holding=200, **SOLD)
    targets = await _targets(ada, streak, foreign, tx)
    await runs(ada, tx, -3, -2)
    if fault.get("kept"):
        await runs(ada, tx, -1)
    first = await buy(ada, streak, tx, points=40)
    if fault.get("poor"):
        await _spend_all(ada, tx)
    before = await has(ada, tx)
    buyer = _disguised(eve, ada) if fault.get("who") == "eve" else ada
    id = first.id if fault.get("used") else ids.new(fault.get("made", NOON))
    target = targets.get(fault.get("to", ""), streak.id)

    with pytest.raises(refusal) as refused:
        await streaks.repair(
            target, points=fault.get("points", 25), member=buyer, id=id, at=NOON, tx=tx
        )

    assert refused.value.code == code
    assert await has(ada, tx) == before
    assert (await now(ada, streak, tx)).length == (3 if fault.get("kept") else 0)


async def test_given_a_purchase_when_repeated_then_it_is_the_same_and_moves_once(tx: Tx) -> None:
    ada, streak = await a_streak(tx, holding=200, **SOLD)
    await runs(ada, tx, -3, -2)
    freeze_id, repair_id = ids.new(NOON), ids.new(NOON)

    freeze = await buy(ada, streak, tx, points=40, id=freeze_id)
    healed = await repair(ada, streak, tx, points=25, id=repair_id)
    again = await buy(ada, streak, tx, points=40, id=freeze_id, at=NOON + DAY)
    once = await repair(ada, streak, tx, points=25, id=repair_id, at=NOON + DAY)

    assert (again, once) == (freeze, healed)
    assert await has(ada, tx) == 135
    assert len(told(tx, streaks.Repaired)) == 1


async def _targets(ada: Member, streak: streaks.Streak, foreign: streaks.Streak, tx: Tx) -> Any:
    over = await streaks.define(
        draft(**SOLD), programme=ada.programme, id=ids.new(NOON), at=NOON - 30 * DAY, tx=tx
    )
    await streaks.retire(over.id, programme=ada.programme, at=NOON - 20 * DAY, tx=tx)
    plain = await streaks.define(
        draft(), programme=ada.programme, id=ids.new(NOON), at=NOON - 30 * DAY, tx=tx
    )
    return {"none": ids.new(NOON), "foreign": foreign.id, "over": over.id, "plain": plain.id}


async def _spend_all(ada: Member, tx: Tx) -> None:
    item = ledger.spend(await has(ada, tx), account=ada.account, id=ids.new(NOON))
    ledger.require(await ledger.post_one(item, book=ada.book, at=NOON, tx=tx))


def _disguised(eve: Member, ada: Member) -> Member:
    fields = {name: getattr(eve, name) for name in eve.__slots__}
    return Member(**fields | {"programme": ada.programme})
