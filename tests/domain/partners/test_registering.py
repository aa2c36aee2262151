"""Partners of a programme: registered once under a slug, with an account of their own."""

from typing import Any
from uuid import UUID

import pytest

from domain import ledger, partners
from domain.partners import NoSuchPartner, Partner, SlugTaken, State
from domain.programmes import BadName, BadSlug, Programme
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.support import given
from tests.support.given import NOON

NOBODY = UUID(int=0)


async def register(programme: Programme, tx: Tx, **said: Any) -> Partner:
    told: dict[str, Any] = {"slug": "garmin", "name": "Garmin"} | said
    slug = told.pop("slug")
    return await partners.register(
        slug, programme=programme, id=ids.new(NOON), at=NOON, tx=tx, **told
    )


async def test_given_a_new_partner_when_registered_then_it_has_an_empty_prepaid_account(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)

    partner = await register(programme, tx)

    balance = await ledger.balance(partner.account, book=partner.book, at=NOON, tx=tx)
    assert (partner.state, partner.book, balance.balance) == (State.ACTIVE, programme.book, 0)
    assert await partners.by_slug("garmin", programme=programme.id, tx=tx) == partner
    assert await partners.get(partner.id, programme=programme.id, tx=tx) == partner


# In the documented order: each case has every fault of the cases after it, too.
REFUSED: list[tuple[type[Refused], dict[str, Any]]] = [
    (BadSlug, {"slug": "G", "name": ""}),
    (BadSlug, {"slug": "1a", "name": ""}),
    (BadSlug, {"slug": "a" * 41, "name": ""}),
    (BadSlug, {"slug": "gärmin", "name": ""}),
    (BadName, {"name": ""}),
    (BadName, {"name": "a\x00"}),
    (SlugTaken, {}),
]


@pytest.mark.parametrize(("refusal", "said"), REFUSED)
async def test_given_a_fault_when_registering_then_it_is_refused(
    tx: Tx, refusal: type[Refused], said: dict[str, Any]
) -> None:
    programme = await given.a_programme(tx=tx)
    await register(programme, tx)

    with pytest.raises(refusal):
        await register(programme, tx, **said)


async def test_given_a_slug_of_another_programme_when_registering_then_it_is_free(tx: Tx) -> None:
    programme, other = await given.a_programme(tx=tx), await given.a_programme(tx=tx)
    await register(other, tx)

    partner = await register(programme, tx)

    assert partner.programme == programme.id


async def test_given_a_partner_when_renamed_suspended_and_resumed_then_it_is_so(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    partner = await register(programme, tx)

    renamed = await partners.rename(partner.id, programme=programme.id, name=" Suunto ", tx=tx)
    suspended = await partners.suspend(partner.id, programme=programme.id, tx=tx)
    resumed = await partners.resume(partner.id, programme=programme.id, tx=tx)

    assert (renamed.name, renamed.slug) == ("Suunto", "garmin")
    assert (suspended.state, resumed.state) == (State.SUSPENDED, State.ACTIVE)


async def test_given_a_partner_of_another_programme_when_named_then_it_is_not_there(
    tx: Tx,
) -> None:
    programme, other = await given.a_programme(tx=tx), await given.a_programme(tx=tx)
    foreign = await register(other, tx)

    for id in (foreign.id, NOBODY):
        for attempt in (
            partners.get(id, programme=programme.id, tx=tx),
            partners.rename(id, programme=programme.id, name="Mine", tx=tx),
            partners.suspend(id, programme=programme.id, tx=tx),
            partners.resume(id, programme=programme.id, tx=tx),
        ):
            with pytest.raises(NoSuchPartner):
                await attempt
    with pytest.raises(NoSuchPartner):
        await partners.by_slug("garmin", programme=programme.id, tx=tx)
    with pytest.raises(BadName):
        await partners.rename(NOBODY, programme=programme.id, name="", tx=tx)


async def test_given_partners_when_listed_then_page_by_page_and_only_of_the_programme(
    tx: Tx,
) -> None:
    programme, other = await given.a_programme(tx=tx), await given.a_programme(tx=tx)
    mine = [(await given.a_partner(programme, tx=tx))[0] for _ in range(3)]
    await given.a_partner(other, tx=tx)

    first = await partners.listed(programme=programme.id, after=None, limit=2, tx=tx)
    rest = await partners.listed(programme=programme.id, after=first[-1].id, limit=9, tx=tx)

    assert {one.id for one in (*first, *rest)} == {one.id for one in mine}
