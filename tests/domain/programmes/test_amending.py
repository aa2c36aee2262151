"""Amending a programme: words, limits, branding, and the policies of its book."""

import pytest

from domain import ledger, programmes
from domain.ledger import Policies, ReturnPolicy
from domain.programmes import Amendment, Branding
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.support import given
from tests.support.given import NOON

BRAND = Branding(
    display_name="Verde",
    colour="#0a7f3f",
    accent_colour="#FFCC00",
    logo_url="https://cdn.example.org/verde.svg",
    terms_url="https://example.org/terms",
    support_contact="help@example.org",
)


async def test_given_a_programme_when_amended_then_only_what_was_said_changes(tx: Tx) -> None:
    club, other = await given.a_programme(tx=tx), await given.a_programme(tx=tx)
    change = Amendment(name="Verde Club", locales=["de-at", "en"], transfer_max=9, branding=BRAND)

    amended = await programmes.amend(club.id, change, tx=tx)

    assert (amended.name, amended.locales, amended.transfer_max) == (
        "Verde Club",
        ("en", "de-AT"),
        9,
    )
    assert amended.branding.colour == "#0A7F3F"
    assert (amended.slug, amended.unit, amended.zone) == (club.slug, club.unit, club.zone)
    assert await programmes.by_id(club.id, tx=tx) == amended
    assert await programmes.by_slug(club.slug, tx=tx) == amended
    assert await programmes.by_id(other.id, tx=tx) == other


async def test_given_branding_when_amended_with_nothing_of_it_then_it_is_the_apps_own(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    await programmes.amend(club.id, Amendment(branding=BRAND), tx=tx)

    amended = await programmes.amend(club.id, Amendment(branding=Branding(colour="")), tx=tx)

    assert amended.branding == Branding()


async def test_given_points_when_the_expiry_changes_then_they_keep_their_month_and_new_ones_have_it(
    tx: Tx,
) -> None:
    club = await given.a_programme(expiry_months=3, tx=tx)
    ada = await given.a_member(club, holding=10, tx=tx)
    policies = Policies(12, ReturnPolicy.NEGATIVE_ALLOWED)

    await programmes.amend(club.id, Amendment(policies=policies), tx=tx)
    await given.points(5, ada, tx=tx)

    assert await ledger.policies(club.book, tx=tx) == policies
    month = ledger.month_of(NOON)
    explained = await ledger.explain(ada.account, book=club.book, at=NOON, tx=tx)
    assert explained.lots == (ledger.Lot(month + 3, 10), ledger.Lot(month + 12, 5))


async def test_given_an_earn_when_the_return_policy_changes_then_the_new_one_holds(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, tx=tx)
    earn = ledger.issue(10, account=ada.account, id=ids.new(NOON))
    ledger.require(await ledger.post_one(earn, book=club.book, at=NOON, tx=tx))
    only = Policies(None, ReturnPolicy.ONLY_PENDING)

    await programmes.amend(club.id, Amendment(policies=only), tx=tx)

    back = ledger.reverse(original=earn.id, id=ids.new(NOON))
    result = await ledger.post_one(back, book=club.book, at=NOON, tx=tx)
    assert result.outcome is ledger.Outcome.RETURN_REFUSED


REFUSALS = [
    (Amendment(name=" "), programmes.BadName),
    (Amendment(unit="p\x00"), programmes.BadUnit),
    (Amendment(zone="Mars/Olympus"), programmes.BadZone),
    (Amendment(locale="english"), programmes.BadLocale),
    (Amendment(locales=["en", "?"]), programmes.BadLocale),
    (Amendment(locales=["en"] * 51), programmes.BadPolicy),
    (Amendment(transfer_max=0), programmes.BadPolicy),
    (Amendment(transfer_day_max=2**53), programmes.BadPolicy),
    (Amendment(transfer_accept_days=29), programmes.BadPolicy),
    (Amendment(policies=Policies(35, ReturnPolicy.WITHIN_BALANCE)), programmes.BadPolicy),
    (Amendment(branding=Branding(display_name="x" * 81)), programmes.BadBranding),
    (Amendment(branding=Branding(colour="green")), programmes.BadBranding),
    (Amendment(branding=Branding(accent_colour="#12345")), programmes.BadBranding),
    (Amendment(branding=Branding(logo_url="http://x.org/a.png")), programmes.BadBranding),
    (Amendment(branding=Branding(logo_url="https://me@x.org/a.png")), programmes.BadBranding),
    (Amendment(branding=Branding(logo_url="https:///a.png")), programmes.BadBranding),
    (Amendment(branding=Branding(terms_url="javascript:alert(1)")), programmes.BadBranding),
    (Amendment(branding=Branding(terms_url="https://[x")), programmes.BadBranding),
    (Amendment(branding=Branding(support_contact="x")), programmes.BadBranding),
    (Amendment(name="", unit="", zone=""), programmes.BadName),
]


@pytest.mark.parametrize(("change", "refusal"), REFUSALS)
async def test_given_a_fault_when_amended_then_refused_and_nothing_changes(
    change: Amendment, refusal: type[Refused], tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)

    with pytest.raises(refusal):
        await programmes.amend(club.id, change, tx=tx)

    assert await programmes.by_id(club.id, tx=tx) == club


async def test_given_no_such_programme_when_amended_then_refused(tx: Tx) -> None:
    with pytest.raises(programmes.NoSuchProgramme):
        await programmes.amend(2**31 - 1, Amendment(name="X"), tx=tx)
