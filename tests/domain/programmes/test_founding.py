"""Founding a programme, and the words it accepts."""

import pytest

from domain import ledger, programmes
from infra.db import Tx
from infra.errors import Refused
from tests.support import given
from tests.support.given import NOON


async def test_given_nothing_when_founded_then_it_is_found_by_slug_and_by_number(tx: Tx) -> None:
    founded = await given.a_programme(slug="alpine-club", transfer_max=50, tx=tx)

    assert await programmes.by_slug("alpine-club", tx=tx) == founded
    assert await programmes.by_id(founded.id, tx=tx) == founded
    assert founded in await programmes.every(tx=tx)
    assert (founded.transfer_max, founded.transfer_day_max) == (50, 3_000)


async def test_given_a_founded_programme_then_its_book_is_open_for_accounts(tx: Tx) -> None:
    founded = await given.a_programme(tx=tx)

    account = await ledger.open_account(
        book=founded.book, account_class=ledger.AccountClass.WALLET, tx=tx
    )

    assert (await ledger.balance(account, book=founded.book, tx=tx)).available == 0


async def test_given_two_programmes_then_their_books_are_not_the_same(tx: Tx) -> None:
    one, other = await given.a_programme(tx=tx), await given.a_programme(tx=tx)

    assert one.book != other.book


REFUSALS = [
    ({"slug": "A"}, programmes.BadSlug),
    ({"slug": "9-club"}, programmes.BadSlug),
    ({"slug": "club\n"}, programmes.BadSlug),
    ({"slug": "c" * 41}, programmes.BadSlug),
    ({"unit": ""}, programmes.BadUnit),
    ({"unit": "p\x00"}, programmes.BadUnit),
    ({"unit": "p" * 31}, programmes.BadUnit),
    ({"name": "  "}, programmes.BadName),
    ({"name": "n" * 81}, programmes.BadName),
    ({"zone": "Mars/Olympus"}, programmes.BadZone),
    ({"locale": "english"}, programmes.BadLocale),
    ({"transfer_max": 0}, programmes.BadPolicy),
    ({"transfer_max": 2**53}, programmes.BadPolicy),
    ({"transfer_day_max": -1}, programmes.BadPolicy),
    ({"transfer_accept_days": 0}, programmes.BadPolicy),
    ({"transfer_accept_days": 29}, programmes.BadPolicy),
    ({"expiry_months": 35}, programmes.BadPolicy),
    ({"slug": "taken"}, programmes.SlugTaken),
]


@pytest.mark.parametrize(("fault", "refusal"), REFUSALS)
async def test_given_a_fault_when_founded_then_refused(
    fault: dict[str, object], refusal: type[Refused], tx: Tx
) -> None:
    await given.a_programme(slug="taken", tx=tx)
    words = {"slug": "club", "name": "Club", "unit": "points", "zone": "UTC", "locale": "en"}

    with pytest.raises(refusal):
        await programmes.found(**{**words, **fault}, at=NOON, tx=tx)


async def test_given_no_such_programme_when_sought_then_refused(tx: Tx) -> None:
    with pytest.raises(programmes.NoSuchProgramme):
        await programmes.by_slug("nowhere", tx=tx)
    with pytest.raises(programmes.NoSuchProgramme):
        await programmes.by_id(2**31 - 1, tx=tx)
