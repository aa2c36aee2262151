"""Registering, closing and paying out a cause."""

from datetime import timedelta
from typing import Any

import pytest

from domain import giving, ledger, programmes
from domain.giving import Policy
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.giving.causes import (
    OPERATOR,
    a_cause,
    a_donor,
    a_draft,
    close,
    donate,
    has,
    now,
    pay_out,
)
from tests.support import given
from tests.support.given import NOON

DAY = timedelta(days=1)
BAD: list[tuple[str, dict[str, Any]]] = [
    ("name", {"name": " "}),
    ("name", {"name": "n" * 81}),
    ("description", {"description": ""}),
    ("description", {"description": "d" * 1001}),
    ("url", {"url": "http://trees.example"}),
    ("url", {"url": "https://"}),
    ("url", {"url": "https://ada:secret@trees.example"}),
    ("url", {"url": "https://trees.example/" + "x" * 500}),
    ("url", {"url": "https://bäume.example"}),
    ("url", {"url": "https://[trees"}),
    ("goal", {"goal": 0}),
    ("goal", {"goal": 2**53}),
    ("active_until", {"active_until": NOON - DAY}),
    # Two faults: the one that is looked for first is told.
    ("name", {"name": "", "url": "x"}),
    ("url", {"url": "x", "goal": 0}),
]


@pytest.mark.parametrize(("field", "said"), BAD)
async def test_given_a_bad_word_when_a_cause_is_registered_then_the_field_is_named(
    field: str, said: dict[str, Any], tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)

    with pytest.raises(giving.BadCause) as refused:
        await a_cause(club, tx, **said)

    assert (refused.value.code, refused.value.path) == ("BAD_CAUSE", (field,))
    assert await giving.causes(programme=club.id, before=None, limit=9, tx=tx) == []


async def test_given_a_cause_when_registered_again_by_its_id_then_it_is_the_same(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    id = ids.new(NOON)
    words = {"programme": club.id, "id": id, "at": NOON, "tx": tx}

    first = await giving.create(a_draft(), **words)
    again = await giving.create(a_draft(name=" Trees "), **words)
    with pytest.raises(ledger.KeyReused):
        await giving.create(a_draft(name="Bees"), **words)
    with pytest.raises(programmes.NoSuchProgramme):
        await giving.create(a_draft(), **{**words, "programme": 2**31 - 1})

    assert again == first
    assert await giving.causes(programme=club.id, before=None, limit=9, tx=tx) == [first]


async def test_given_a_closed_cause_when_paid_out_then_all_is_redeemed_by_that_reference(
    tx: Tx,
) -> None:
    ada, cause = await a_donor(tx)
    await donate(30, ada, cause, tx)
    await donate(12, ada, cause, tx)

    closed = await close(cause, tx)
    again = await close(cause, tx, at=NOON + DAY)
    paid = await pay_out(cause, tx, reference=" bank 17 ")

    assert (closed.closed_at, again) == (NOON, closed)
    assert (paid.points, paid.reference) == (42, "bank 17")
    assert (await has(cause, tx), (await now(cause, tx)).paid_out) == (0, 42)
    assert await giving.payouts(cause.id, programme=ada.programme, tx=tx) == [paid]
    (entry,) = await ledger.statement(cause.account, book=cause.book, limit=1, tx=tx)
    assert (entry.counter_account, entry.amount) == (ledger.REDEMPTION, -42)
    assert entry.meta == {"why": "payout", "cause": str(cause.id), "reference": "bank 17"}


async def test_given_a_payout_when_repeated_then_it_is_the_same_and_pays_once(tx: Tx) -> None:
    ada, cause = await a_donor(tx)
    await donate(30, ada, cause, tx)
    await close(cause, tx)
    id = ids.new(NOON)
    first = await pay_out(cause, tx, id=id)

    again = await pay_out(cause, tx, id=id, at=NOON + DAY)

    assert again == first
    assert (await now(cause, tx)).paid_out == 30
    with pytest.raises(ledger.KeyReused):
        await pay_out(cause, tx, id=id, reference="another")


REFUSALS: list[tuple[str, dict[str, Any], type[Refused], str]] = [
    ("open", {"reference": "\x00"}, giving.BadReference, "BAD_REFERENCE"),
    ("open", {"reference": " "}, giving.BadReference, "BAD_REFERENCE"),
    ("nothing", {}, giving.NoSuchCause, "NO_SUCH_CAUSE"),
    ("open", {}, giving.CauseStillOpen, "CAUSE_STILL_OPEN"),
    ("empty", {}, giving.NothingToPayOut, "NOTHING_TO_PAY_OUT"),
    ("paid", {}, giving.NothingToPayOut, "NOTHING_TO_PAY_OUT"),
    # Two faults: the one that is looked for first is told.
    ("nothing", {"reference": ""}, giving.BadReference, "BAD_REFERENCE"),
]


@pytest.mark.parametrize(("which", "said", "refusal", "code"), REFUSALS)
async def test_given_a_fault_when_paid_out_then_refused_and_nothing_moves(
    which: str, said: dict[str, Any], refusal: type[Refused], code: str, tx: Tx
) -> None:
    ada, cause = await a_donor(tx)
    if which != "empty":
        await donate(30, ada, cause, tx)
    if which in {"empty", "paid"}:
        await close(cause, tx)
    if which == "paid":
        await pay_out(cause, tx)
    before = await has(cause, tx)
    programme = cause.programme if which != "nothing" else (await given.a_programme(tx=tx)).id
    words = {"reference": "bank 17", "id": ids.new(NOON), "at": NOON, **said}

    with pytest.raises(refusal) as refused:
        await giving.pay_out(cause.id, programme=programme, operator=OPERATOR, tx=tx, **words)

    assert refused.value.code == code
    assert await has(cause, tx) == before


async def test_given_no_cause_when_closed_then_refused(tx: Tx) -> None:
    _, cause = await a_donor(tx)
    other = await given.a_programme(tx=tx)

    with pytest.raises(giving.NoSuchCause):
        await giving.close(cause.id, programme=other.id, at=NOON, tx=tx)


@pytest.mark.parametrize("limit", [0, -1, 2**53])
async def test_given_a_limit_out_of_bounds_when_the_policy_is_set_then_refused(
    limit: int, tx: Tx
) -> None:
    club, policy = await given.a_programme(tx=tx), Policy(donation_month_max=limit)

    with pytest.raises(programmes.BadPolicy):
        await giving.set_policy(policy, programme=club.id, at=NOON, tx=tx)

    assert await giving.policy(programme=club.id, tx=tx) == Policy()


async def test_given_rows_that_are_for_ever_when_someone_would_change_them_then_refused(
    tx: Tx,
) -> None:
    for sql in ("DELETE FROM donation", "DELETE FROM cause", "UPDATE payout SET points = 1"):
        with pytest.raises(db.PostgresError, match="permission denied"):
            async with tx.savepoint():
                await tx.run(sql)
