"""An exchange between two books that is cut off at each of its moments."""

import asyncio
from contextlib import suppress
from datetime import datetime

import pytest

from domain import ledger
from domain.ledger import AccountClass, Outcome
from infra import db, ids
from tests.faults.worlds import BOOK, founded
from tests.support import apart, ledger_checks

OTHER = BOOK + 1
LEG_ONE = "SELECT outcome FROM ledger.cross($1, $2, $3, $4, $5, $6, $7, $8, NULL, NULL)"
RECOVER = "SELECT cardinality(books) FROM ledger.arrive($1, 100)"
CLEARING = """
SELECT coalesce(sum(CASE WHEN credit = -4 THEN amount ELSE -amount END), 0)
FROM ledger.journal WHERE -4 IN (debit, credit)
"""


class Cut(Exception):
    """The process is gone; what it had open is rolled back."""


async def _other_account(at: datetime) -> int:
    async with db.transaction() as tx:
        await ledger.open_book(OTHER, unit="MILES", at=at, tx=tx)
        return await ledger.open_account(book=OTHER, account_class=AccountClass.WALLET, tx=tx)


# The legs are called apart, because after_commit would post the second one at once.
async def _cut_off(sql: str, *facts: object, commits: bool) -> None:
    with suppress(Cut):
        async with db.transaction() as tx:
            await tx.value(sql, *facts)
            if not commits:
                raise Cut


async def _recover(at: datetime) -> int:
    async with db.transaction() as tx:
        return int(await tx.value(RECOVER, at))


@pytest.mark.parametrize("cut_before_commit", [True, False])
async def test_given_an_exchange_when_it_is_cut_between_its_legs_then_recovery_ends_it_once(
    url: str, at: datetime, cut_before_commit: bool
) -> None:
    async with apart.database(url), apart.owner(url) as owner:
        world = await founded(wallets=1, at=at)
        account, other, id = world.wallets[0], await _other_account(at), ids.derived(at, "x")
        facts = (BOOK, at, id, account, 300, OTHER, other, 300)

        await _cut_off(LEG_ONE, *facts, commits=not cut_before_commit)
        await _cut_off(RECOVER, at, commits=False)
        between = await owner.fetchval(CLEARING)
        recovered = sum(await asyncio.gather(*(_recover(at) for _ in range(4))))
        async with db.transaction() as tx:
            again = await ledger.cross(
                300,
                account=account,
                book=BOOK,
                to_account=other,
                to_book=OTHER,
                id=id,
                at=at,
                tx=tx,
            )
        recovered_later = await _recover(at)

        assert between == (0 if cut_before_commit else 300)
        assert recovered == (0 if cut_before_commit else 1)
        assert again.outcome is (Outcome.DONE if cut_before_commit else Outcome.ALREADY_DONE)
        assert recovered_later == 0
        assert await owner.fetchval(CLEARING) == 0
        assert await ledger_checks.total(owner, book=BOOK) == 700
        assert await ledger_checks.total(owner, book=OTHER) == 300
        for book in (BOOK, OTHER):
            await ledger_checks.whole(owner, book=book)


async def test_given_no_first_leg_when_the_second_is_asked_for_then_nothing_arrives(
    url: str, at: datetime
) -> None:
    async with apart.database(url), apart.owner(url) as owner:
        await founded(wallets=1, at=at)
        await _other_account(at)

        recovered = await _recover(at)

        assert recovered == 0
        assert await ledger_checks.total(owner, book=OTHER) == 0
