"""Receipts: made from the sealed journal, checked without it."""

from collections.abc import AsyncIterator
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import ledger
from domain.ledger import Posting, Receipt
from infra import db, ids
from tests.support import databases, given
from tests.support.ledger_history import a_book, a_wallet, posted
from tests.support.servers import Postgres

AT = given.NOON


@pytest.fixture(scope="module")
async def postings(postgres: Postgres) -> AsyncIterator[list[UUID]]:
    """Postings of one book in segments of 3, 7 and 1 rows; those of the last are not sealed."""
    async with databases.own(postgres):
        made = []
        async with db.transaction() as tx:
            await a_book(at=AT, tx=tx)
            wallet = await a_wallet(1, holding=50, at=AT, tx=tx)
        for count in (2, 7, 1, 1):
            for _ in range(count):
                item = ledger.spend(1, account=wallet, id=ids.new(AT), meta={"why": "café"})
                async with db.transaction() as tx:
                    made.append(await posted(item, book=1, at=AT, tx=tx))
            if len(made) < 11:
                async with db.transaction() as tx:
                    await ledger.seal(at=AT, tx=tx)
        yield made


async def receipt(id: UUID, *, book: int = 1) -> Receipt:
    async with db.transaction() as tx:
        return await ledger.receipt(id, book=book, tx=tx)


async def test_given_sealed_postings_when_receipts_are_read_back_then_each_is_proven(
    postings: list[UUID],
) -> None:
    receipts = [await receipt(id) for id in postings[:10]]

    assert [(each.segment, each.rows, each.index) for each in receipts] == [
        *((1, 3, 1 + place) for place in range(2)),
        *((2, 7, place) for place in range(7)),
        (3, 1, 0),
    ]
    for id, each in zip(postings, receipts, strict=False):
        handed_out = ledger.read_receipt(ledger.write_receipt(each))
        assert handed_out == each
        assert handed_out.posting.id == id
        assert ledger.verify_receipt(handed_out)


async def test_given_a_receipt_when_anything_in_it_is_altered_then_it_proves_nothing(
    postings: list[UUID],
) -> None:
    whole = await receipt(postings[4])
    posting = whole.posting

    for field in fields(Posting):
        value = getattr(posting, field.name)
        altered = replace(posting, **{field.name: another(value, field.name)})
        assert not ledger.verify_receipt(replace(whole, posting=altered)), field.name
    for field in fields(Receipt):
        if field.name != "posting":
            value = another(getattr(whole, field.name), field.name)
            assert not ledger.verify_receipt(replace(whole, **{field.name: value})), field.name


def another(value: Any, name: str) -> Any:
    """A value of the same type, as near as can be."""
    match value:
        case None:
            return {"lots": "{}", "meta": "{}"}.get(
                name, UUID(int=0) if name in ("ref", "grp", "actor") else 0
            )
        case int():
            return value + 1
        case UUID():
            return UUID(int=value.int ^ 1)
        case bytes():
            return bytes([value[0] ^ 1]) + value[1:]
        case tuple():
            return value[:-1]
        case str():
            return value + " "
        case _:
            return value + timedelta(microseconds=1)


async def test_given_no_seal_or_no_posting_when_a_receipt_is_asked_then_it_is_refused(
    postings: list[UUID],
) -> None:
    with pytest.raises(ledger.NotSealedYet) as early:
        await receipt(postings[-1])
    with pytest.raises(ledger.NoSuchPosting):
        await receipt(ids.new(AT))
    with pytest.raises(ledger.NoSuchPosting):
        await receipt(postings[0], book=2)

    assert early.value.retryable


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"posting": {"id": 1}}', "null", '"x"'])
def test_given_text_that_is_no_receipt_when_read_then_it_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        ledger.read_receipt(text)


async def test_given_numbers_no_column_holds_when_verified_then_it_proves_nothing(
    postings: list[UUID],
) -> None:
    whole = await receipt(postings[0])

    huge = replace(whole, posting=replace(whole.posting, amount=1 << 80))

    assert not ledger.verify_receipt(huge)
    assert not ledger.verify_receipt(replace(whole, end_xid=1 << 80))
