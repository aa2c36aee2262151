"""What others call a member, how members are reached, and what they are labelled."""

from datetime import timedelta

import pytest

from domain import members
from domain.members import ContactKind, Label, LabelKind
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON

HOUR = timedelta(hours=1)


async def test_given_links_and_numbers_when_referred_then_active_members_by_ref(tx: Tx) -> None:
    club, other = await given.a_programme(tx=tx), await given.a_programme(tx=tx)
    ada, bob, eve = [await given.a_member(club, tx=tx) for _ in range(3)]
    foreign = await given.a_member(other, tx=tx)
    await members.link(ada, source="shop:mill", ref="c-1", at=NOON, tx=tx)
    await members.link(bob, source="shop:mill", ref=ada.external_ref, at=NOON, tx=tx)
    await members.leave(eve, at=NOON, tx=tx)
    refs = [
        "c-1",
        ada.external_ref,
        bob.external_ref,
        eve.external_ref,
        foreign.external_ref,
        "\x00",
    ]

    found = await members.referred(refs, source="shop:mill", programme=club.id, tx=tx)
    elsewhere = await members.referred(refs, source="shop:lake", programme=club.id, tx=tx)

    # What the source says counts before what is printed on a card.
    assert {ref: one.id for ref, one in found.items()} == {
        "c-1": ada.id,
        ada.external_ref: bob.id,
        bob.external_ref: bob.id,
    }
    assert {ref: one.id for ref, one in elsewhere.items()} == {
        ada.external_ref: ada.id,
        bob.external_ref: bob.id,
    }


async def test_given_a_link_when_made_again_taken_and_unlinked_then_one_member_has_it(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(club, tx=tx) for _ in range(2)]
    for _ in range(2):
        await members.link(ada, source="shop:mill", ref="c-1", at=NOON, tx=tx)

    with pytest.raises(members.LinkTaken):
        await members.link(bob, source="shop:mill", ref="c-1", at=NOON, tx=tx)
    with pytest.raises(members.BadRef):
        await members.link(bob, source="shop:mill", ref="", at=NOON, tx=tx)
    await members.unlink(bob, source="shop:mill", ref="c-1", tx=tx)
    assert await members.referred(["c-1"], source="shop:mill", programme=club.id, tx=tx)
    await members.unlink(ada, source="shop:mill", ref="c-1", tx=tx)

    assert not await members.referred(["c-1"], source="shop:mill", programme=club.id, tx=tx)


async def test_given_as_many_links_as_one_may_have_when_one_more_then_refused(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    for number in range(50):
        await members.link(ada, source="shop:mill", ref=str(number), at=NOON, tx=tx)

    with pytest.raises(members.TooMany):
        await members.link(ada, source="shop:mill", ref="50", at=NOON, tx=tx)


@pytest.mark.parametrize(
    ("kind", "text", "sound"),
    [
        (ContactKind.EMAIL, " Ada@Example.ORG ", "ada@example.org"),
        (ContactKind.EMAIL, "a.d+a@sub.example.org", "a.d+a@sub.example.org"),
        (ContactKind.PHONE, "+43 660 123 45 67", "+436601234567"),
        (ContactKind.PHONE, "+1 (415) 555-2671", "+14155552671"),
    ],
)
def test_a_contact_has_one_spelling(kind: ContactKind, text: str, sound: str) -> None:
    assert members.sound_contact(kind, text) == sound


def test_a_national_number_is_understood_where_its_country_is_known() -> None:
    assert members.sound_contact(ContactKind.PHONE, "0660 1234567", region="AT") == "+436601234567"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ContactKind.EMAIL, ""),
        (ContactKind.EMAIL, "ada"),
        (ContactKind.EMAIL, "a@b@c.org"),
        (ContactKind.EMAIL, "ada@x.org\x00"),
        (ContactKind.EMAIL, "a" * 65 + "@x.org"),
        (ContactKind.EMAIL, "x" * 10_000),
        (ContactKind.PHONE, ""),
        (ContactKind.PHONE, "+0"),
        (ContactKind.PHONE, "0660 1234567"),
        (ContactKind.PHONE, "9" * 10_000),
    ],
)
def test_what_reaches_nobody_is_refused(kind: ContactKind, text: str) -> None:
    with pytest.raises(members.BadContact):
        members.sound_contact(kind, text)


async def test_given_a_proved_contact_when_noted_again_then_the_proof_stays(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)

    for verified in (False, True, False):
        noted = await members.add_contact(
            ada, kind=ContactKind.PHONE, value="+436601234567", verified=verified, at=NOON, tx=tx
        )

    assert noted.verified_at == NOON
    assert await members.contacts(ada, tx=tx) == [noted]
    await members.drop_contact(ada, kind=ContactKind.PHONE, value="+436601234567", tx=tx)
    assert await members.contacts(ada, tx=tx) == []


async def test_given_as_many_contacts_as_one_may_have_when_one_more_then_refused(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    for number in range(10):
        await _mail(ada, number, tx)

    await _mail(ada, 3, tx)
    with pytest.raises(members.TooMany):
        await _mail(ada, 10, tx)


async def test_given_tiers_and_segments_when_they_change_then_the_past_keeps_its_labels(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    tier, segment = LabelKind.TIER, LabelKind.SEGMENT
    for kind, name, hours in (
        (tier, "silver", 0),
        (segment, "runners", 1),
        (segment, "vegans", 1),
        (tier, "gold", 2),
        (tier, "gold", 3),
    ):
        await members.label(ada, kind=kind, name=name, at=NOON + hours * HOUR, tx=tx)
    await members.unlabel(ada, kind=segment, name="vegans", at=NOON + 4 * HOUR, tx=tx)

    found = (await members.labels([ada.id], programme=ada.programme, tx=tx))[ada.id]

    assert found == [
        Label(tier, "silver", NOON, NOON + 2 * HOUR),
        Label(segment, "runners", NOON + HOUR, None),
        Label(segment, "vegans", NOON + HOUR, NOON + 4 * HOUR),
        Label(tier, "gold", NOON + 2 * HOUR, None),
    ]
    at_one = {label.name for label in found if label.held(NOON + HOUR)}
    at_four = {label.name for label in found if label.held(NOON + 4 * HOUR)}
    assert (at_one, at_four) == ({"silver", "runners", "vegans"}, {"gold", "runners"})


async def test_given_a_label_without_a_name_when_labelled_then_refused(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)

    with pytest.raises(members.BadLabel):
        await members.label(ada, kind=LabelKind.TIER, name=" ", at=NOON, tx=tx)


async def _mail(ada: members.Member, number: int, tx: Tx) -> None:
    value = f"ada{number}@example.org"
    await members.add_contact(
        ada, kind=ContactKind.EMAIL, value=value, verified=False, at=NOON, tx=tx
    )
