"""Joining by a code, and what speaks against a referral."""

from datetime import timedelta
from typing import Any

import pytest

from domain import members, referrals
from domain.members import ContactKind, Member
from domain.referrals import Doubt, State, personal
from infra.db import Tx
from infra.errors import Refused
from tests.domain.referrals.bringing import a_newcomer, a_referrer, brought, now
from tests.support import given
from tests.support.given import ISSUER, NOON


async def test_given_a_code_when_somebody_joins_by_it_then_the_referral_waits(tx: Tx) -> None:
    ada, bob, referral = await brought(tx)

    (listed,) = await referrals.listed(ada, after=None, limit=10, tx=tx)

    assert listed == referral
    assert (referral.referrer, referral.newcomer) == (ada.id, bob.id)
    assert (referral.state, referral.doubts) == (State.WAITING, ())
    assert referral.lapses_at == NOON + timedelta(days=30)
    assert tx.staged[-1] == referrals.Referred(
        programme=ada.programme, subject=ada.id, object=referral.id, at=NOON
    )


async def test_given_a_member_when_asked_for_their_code_twice_then_it_is_the_same(tx: Tx) -> None:
    ada, code = await a_referrer(await given.a_programme(tx=tx), tx)

    again = await referrals.code_of(ada, at=NOON, tx=tx)

    assert code == again
    assert len(code) == 12


async def test_given_a_code_when_typed_as_people_type_then_it_is_found(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    _, code = await a_referrer(programme, tx)

    _, referral = await a_newcomer(programme, f" {code[:6].upper()}-{code[6:]} ", tx)

    assert referral is not None


async def test_given_no_code_when_somebody_joins_then_there_is_no_referral(tx: Tx) -> None:
    _, referral = await a_newcomer(await given.a_programme(tx=tx), None, tx, device="phone")

    assert referral is None


async def _another_programme(tx: Tx) -> str:
    return (await a_referrer(await given.a_programme(tx=tx), tx))[1]


@pytest.mark.parametrize("whose", ["nobody", "no code", "foreign", "gone"])
async def test_given_a_code_of_nobody_here_when_joining_by_it_then_all_look_the_same(
    tx: Tx, whose: str
) -> None:
    programme = await given.a_programme(tx=tx)
    gone, code = await a_referrer(programme, tx)
    await members.leave(gone, at=NOON, tx=tx)
    codes = {
        "nobody": "0" * 12,
        "no code": "' OR 1=1 --",
        "foreign": await _another_programme(tx),
        "gone": code,
    }

    with pytest.raises(referrals.NoSuchReferralCode) as refused:
        await a_newcomer(programme, codes[whose], tx)

    assert str(refused.value) == "nobody has that code"


@pytest.mark.parametrize("device", ["", "d" * 201, "a\nb"])
async def test_given_a_device_that_is_none_when_joining_then_refused(tx: Tx, device: str) -> None:
    with pytest.raises(referrals.BadDevice):
        await a_newcomer(await given.a_programme(tx=tx), None, tx, device=device)


async def _prove(member: Member, tx: Tx) -> None:
    await members.add_contact(
        member, kind=ContactKind.EMAIL, value="a@b.example", verified=True, at=NOON, tx=tx
    )


async def _joined(member: Member, code: str, subject: str, tx: Tx) -> referrals.Referral:
    made = await referrals.arrive(
        member, who=(ISSUER, subject), code=code, device="phone", at=NOON, tx=tx
    )
    assert made is not None
    return made


async def test_given_one_verified_contact_of_both_when_joining_then_held_as_oneself(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    ada, code = await a_referrer(programme, tx)
    bob = await given.a_member(programme, tx=tx)
    for member in (ada, bob):
        await _prove(member, tx)

    referral = await _joined(bob, code, "bob", tx)

    assert (referral.state, referral.doubts) == (State.HELD, (Doubt.SELF,))
    assert await referrals.held(programme.id, after=None, limit=10, tx=tx) == [referral]


async def test_given_a_contact_that_is_only_said_when_joining_then_nothing_speaks_against_it(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, code = await a_referrer(programme, tx)
    bob = await given.a_member(programme, tx=tx)
    await _prove(bob, tx)
    await members.add_contact(
        ada, kind=ContactKind.EMAIL, value="a@b.example", verified=False, at=NOON, tx=tx
    )

    assert (await _joined(bob, code, "bob", tx)).state is State.WAITING


async def test_given_the_device_of_another_member_when_joining_then_held(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    _, code = await a_referrer(programme, tx)
    await a_newcomer(programme, None, tx, device="phone-1")

    _, other = await a_newcomer(programme, code, tx, device="phone-2")
    _, same = await a_newcomer(programme, code, tx, device="phone-1")

    assert other is not None
    assert same is not None
    assert (other.doubts, same.doubts) == ((), (Doubt.DEVICE,))


async def test_given_a_chain_when_its_beginner_comes_again_at_its_end_then_held_as_a_ring(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, code = await a_referrer(programme, tx)
    await _prove(ada, tx)
    for _ in range(4):
        link, _ = await a_newcomer(programme, code, tx)
        await tx.run("UPDATE member SET joined_at = $2 WHERE id = $1", link.id, ada.joined_at)
        await tx.run(
            "UPDATE member SET joined_at = joined_at - interval '20 days' WHERE id = $1", link.id
        )
        code = await referrals.code_of(link, at=NOON, tx=tx)
    again = await given.a_member(programme, tx=tx)
    await _prove(again, tx)

    referral = await _joined(again, code, "ada again", tx)

    assert (referral.state, referral.doubts) == (State.HELD, (Doubt.RING,))


async def test_given_a_referrer_of_yesterday_when_somebody_joins_then_held(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    _, code = await a_referrer(programme, tx, joined_at=NOON - timedelta(days=1))

    _, referral = await a_newcomer(programme, code, tx)

    assert referral is not None
    assert (referral.state, referral.doubts) == (State.HELD, (Doubt.YOUNG,))


async def test_given_a_member_who_left_when_they_come_back_by_a_code_then_it_pays_nothing(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    _, code = await a_referrer(programme, tx)
    await a_newcomer(programme, None, tx, subject="eve")
    eve = await members.identified(programme.slug, issuer=ISSUER, subject="eve", tx=tx)
    await members.leave(eve, at=NOON, tx=tx)
    back = await given.a_member(programme, subject="eve", tx=tx)

    referral = await _joined(back, code, "eve", tx)

    assert (referral.state, referral.doubts) == (State.REFUSED, (Doubt.REJOINED,))
    assert referral.resolved_at == NOON


async def test_given_an_erased_person_when_another_member_of_theirs_joins_then_it_pays_nothing(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    _, code = await a_referrer(programme, tx)
    gone, _ = await a_newcomer(programme, None, tx, subject="eve", device="phone")
    await personal.forget(gone.id, programme=programme.id, at=NOON, tx=tx)
    again = await given.a_member(programme, tx=tx)

    referral = await _joined(again, code, "eve", tx)

    assert referral.doubts == (Doubt.REJOINED,)
    assert await personal.told(gone.id, programme=programme.id, tx=tx) == {
        "referral": [],
        "referral_code": [],
        "referral_device": [],
    }


async def test_given_a_newcomer_when_arriving_again_then_the_first_referral_stands(tx: Tx) -> None:
    ada, bob, referral = await brought(tx)
    code = await referrals.code_of(ada, at=NOON, tx=tx)

    again = await _joined(bob, code, "whoever", tx)

    assert again == referral == await now(referral, tx)


POLICIES: list[tuple[str, dict[str, Any]]] = [
    ("referrer_points", {"referrer_points": -1}),
    ("newcomer_points", {"referrer_points": 0, "newcomer_points": 0}),
    ("window_days", {"window_days": 0}),
    ("hold_days", {"hold_days": 91}),
    ("referrer_age_days", {"referrer_age_days": -1}),
    ("referrer_month_max", {"referrer_month_max": 0}),
    ("day_max", {"day_max": 0}),
    ("month_max", {"day_max": 10, "month_max": 9}),
]


@pytest.mark.parametrize(("field", "wrong"), POLICIES, ids=[row[0] for row in POLICIES])
async def test_given_a_policy_out_of_bounds_when_set_then_it_is_named(
    tx: Tx, field: str, wrong: dict[str, Any]
) -> None:
    programme = await given.a_programme(tx=tx)

    with pytest.raises(Refused) as refused:
        await referrals.set_policy(referrals.Policy(**wrong), programme=programme.id, tx=tx)

    assert (refused.value.code, refused.value.path) == ("BAD_REFERRAL_POLICY", (field,))
    assert await referrals.policy(programme.id, tx=tx) == referrals.Policy()
