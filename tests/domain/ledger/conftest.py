"""Books for the ledger's tests: in a year of their own, so that months can pass in a test."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from infra import db
from tests.domain.ledger import books

FIRST, LAST = datetime(2024, 12, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
async def calendar(database: None) -> None:
    async with db.transaction() as tx:
        await tx.run("SELECT ledger.keep_months($1, $2)", FIRST, LAST)


@pytest.fixture
async def book(database: None, calendar: None) -> AsyncIterator[books.Book]:
    """A committed book of its own, whose points never expire; checked once the test is over."""
    one = await books.a_book()
    yield one
    await one.check()


@pytest.fixture
async def another(database: None, calendar: None) -> AsyncIterator[books.Book]:
    """A second book beside `book`."""
    one = await books.a_book()
    yield one
    await one.check()
