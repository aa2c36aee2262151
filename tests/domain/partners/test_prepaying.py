"""What partners pay in advance: booked once for each payment, whoever books at once."""

from datetime import timedelta
from typing import Any

import pytest

from domain import ledger, partners
from domain.partners import BadPoints, BadReference, NoSuchPartner, Partner, ReferenceUsed
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.transfers.test_policies_at_once import at_once
from tests.support import cutting, databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres

DAY = timedelta(days=1)
OPERATOR = ids.derived(NOON, "operator")


async def a_partner(tx: Tx) -> Partner:
    return (await given.a_partner(await given.a_programme(tx=tx), tx=tx))[0]


async def pay(payer: Partner, points: int, tx: Tx, **said: Any) -> partners.Payment:
    verb = said.pop("verb", partners.top_up)
    words = {"reference": "bank 17", "id": ids.new(NOON), **said}
    where = {"programme": payer.programme, "operator": OPERATOR, "at": NOON}
    return await verb(words.pop("partner", payer.id), points, **where, tx=tx, **words)


async def has(payer: Partner, tx: Tx) -> int:
    return (await ledger.balance(payer.account, book=payer.book, at=NOON, tx=tx)).available


async def test_given_payments_both_ways_when_listed_then_the_newest_is_first(tx: Tx) -> None:
    payer = await a_partner(tx)

    first = await pay(payer, 1_000, tx)
    back = await pay(payer, 400, tx, verb=partners.withdraw, id=ids.new(NOON + DAY))

    listed = await partners.payments(
        payer.id, programme=payer.programme, before=None, limit=9, tx=tx
    )
    assert (listed, await has(payer, tx)) == ([back, first], 600)


async def test_given_prepaid_points_when_the_programmes_points_expire_then_they_do_not(
    tx: Tx,
) -> None:
    club = await given.a_programme(expiry_months=1, tx=tx)
    payer, _ = await given.a_partner(club, tx=tx)

    await pay(payer, 1_000, tx)

    soon = await ledger.expiring(payer.account, book=payer.book, at=NOON, within_months=34, tx=tx)
    assert soon == []


async def test_given_a_payment_when_booked_again_with_its_id_then_it_moves_once(tx: Tx) -> None:
    payer, same = await a_partner(tx), ids.new(NOON)

    answers = [await pay(payer, 1_000, tx, id=same) for _ in range(3)]

    assert answers == [answers[0]] * 3
    assert await has(payer, tx) == 1_000


FAULTS: list[tuple[str, dict[str, Any], type[Refused], str]] = [
    ("no points", {"points": 0}, BadPoints, "BAD_POINTS"),
    ("negative points", {"points": -5}, BadPoints, "BAD_POINTS"),
    ("absurd points", {"points": 2**64}, BadPoints, "BAD_POINTS"),
    ("no reference", {"reference": " "}, BadReference, "BAD_REFERENCE"),
    ("a long reference", {"reference": "x" * 141}, BadReference, "BAD_REFERENCE"),
    ("nobody", {"partner": ids.new(NOON)}, NoSuchPartner, "NO_SUCH_PARTNER"),
    ("another's key", {"used": True}, ledger.KeyReused, "KEY_REUSED"),
    ("booked before", {"reference": "bank 16"}, ReferenceUsed, "REFERENCE_USED"),
    ("an old key", {"id": ids.new(NOON - 40 * DAY)}, ledger.KeyExpired, "KEY_EXPIRED"),
    (
        "too many to take",
        {"verb": partners.withdraw, "points": 501},
        ledger.InsufficientPoints,
        "INSUFFICIENT_POINTS",
    ),
    # Two faults: the one that is looked for first is told.
    ("points, reference", {"points": 0, "reference": ""}, BadPoints, "BAD_POINTS"),
    (
        "reference, partner",
        {"reference": "", "partner": ids.new(NOON)},
        BadReference,
        "BAD_REFERENCE",
    ),
    ("key, reference", {"used": True, "reference": "bank 15"}, ledger.KeyReused, "KEY_REUSED"),
]


@pytest.mark.parametrize(
    ("fault", "refusal", "code"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
async def test_given_a_fault_when_booked_then_refused_in_order_and_nothing_moves(
    fault: dict[str, Any], refusal: type[Refused], code: str, tx: Tx
) -> None:
    payer = await a_partner(tx)
    first = await pay(payer, 500, tx, reference="bank 16")
    said = dict(fault)
    if said.pop("used", False):
        said["id"] = first.id

    with pytest.raises(refusal) as refused:
        await pay(payer, said.pop("points", 10), tx, **said)

    assert refused.value.code == code
    assert await has(payer, tx) == 500


async def test_given_payments_when_each_is_booked_fifteen_times_at_once_then_each_is_there_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            payer, same = await a_partner(tx), ids.new(NOON)

        repeats = [lambda tx: pay(payer, 100, tx, id=same, reference="bank 16")] * 15
        others = [lambda tx: pay(payer, 100, tx)] * 15
        answers = await at_once(*repeats, *others)

        assert isinstance(answers[0], partners.Payment)
        assert answers[:15] == answers[:1] * 15
        kinds = sorted(type(answer).__name__ for answer in answers[15:])
        assert kinds == ["Payment"] + ["ReferenceUsed"] * 14
        async with db.transaction() as tx:
            assert await has(payer, tx) == 200


async def test_given_a_session_cut_before_its_commit_when_booked_again_then_it_is_there_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url:
        async with db.transaction() as tx:
            payer, same = await a_partner(tx), ids.new(NOON)

        await cutting.before_commit(url, lambda tx: pay(payer, 100, tx, id=same))
        async with db.transaction() as tx:
            nothing = await has(payer, tx)
            await pay(payer, 100, tx, id=same)

        async with db.transaction() as tx:
            assert (nothing, await has(payer, tx)) == (0, 100)


async def test_given_a_booked_payment_when_anything_changes_it_then_the_database_refuses(
    tx: Tx,
) -> None:
    await pay(await a_partner(tx), 100, tx)

    for change in ("UPDATE partner_payment SET points = 1", "DELETE FROM partner_payment"):
        with pytest.raises(db.PostgresError, match="permission denied"):
            async with tx.savepoint():
                await tx.run(change)
