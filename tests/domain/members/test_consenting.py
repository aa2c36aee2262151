"""Consents and households."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from domain import members
from domain.members import Member, Role
from infra import db
from infra.db import Tx
from infra.errors import Refused
from tests.support import given
from tests.support.given import NOON


async def test_given_words_on_two_purposes_when_withdrawn_then_the_newest_holds_and_all_is_kept(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    for purpose, version, given_, minutes in (
        ("news", "1", True, 0),
        ("offers", "1", True, 1),
        ("news", "1", True, 2),
        ("news", "2", True, 3),
        ("news", "2", False, 4),
    ):
        now = await members.set_consent(
            ada,
            purpose=purpose,
            version=version,
            given=given_,
            channel="APP",
            at=NOON + timedelta(minutes=minutes),
            tx=tx,
        )

    assert [(one.purpose, one.version, one.given) for one in now] == [
        ("news", "2", False),
        ("offers", "1", True),
    ]
    assert await members.consents(ada, tx=tx) == now
    history = await members.consent_history(ada, before=None, limit=10, tx=tx)
    assert [(one.purpose, one.version, one.given) for one in history] == [
        ("news", "2", False),
        ("news", "2", True),
        ("offers", "1", True),
        ("news", "1", True),
    ]


@pytest.mark.parametrize("sql", ["UPDATE consent SET given = true", "DELETE FROM consent"])
async def test_given_consents_when_the_app_would_change_the_past_then_the_database_refuses(
    sql: str, tx: Tx
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with tx.savepoint():
            await tx.run(sql)


@pytest.mark.parametrize(
    ("fault", "path"),
    [
        ({"purpose": "N"}, ("purpose",)),
        ({"version": ""}, ("version",)),
        ({"version": "v" * 41}, ("version",)),
        ({"channel": "app"}, ("channel",)),
        ({"purpose": "", "version": ""}, ("purpose",)),
    ],
)
async def test_given_a_fault_when_consented_then_refused(
    fault: dict[str, str], path: tuple[str, ...], tx: Tx
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    words = {"purpose": "news", "version": "1", "channel": "APP"} | fault

    with pytest.raises(members.BadConsent) as refused:
        await members.set_consent(ada, **words, given=True, at=NOON, tx=tx)

    assert refused.value.path == path
    assert await members.consents(ada, tx=tx) == []


async def test_given_one_purpose_when_said_eight_times_at_once_then_it_is_noted_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)

    async def say() -> None:
        words = {"purpose": "news", "version": "1", "given": True, "channel": "APP"}
        async with db.transaction() as tx:
            await members.set_consent(ada, **words, at=NOON, tx=tx)

    await asyncio.gather(*(say() for _ in range(8)))

    async with db.transaction() as tx:
        assert len(await members.consent_history(ada, before=None, limit=10, tx=tx)) == 1


async def test_given_a_household_when_joined_and_left_then_only_its_members_see_it(tx: Tx) -> None:
    ada, bob, eve = await _three(tx)
    invited = await members.invite_home(ada, other=bob.id, role=Role.ADULT, at=NOON, tx=tx)
    assert [(one.member.id, one.role, one.joined) for one in invited] == [
        (ada.id, Role.HEAD, True),
        (bob.id, Role.ADULT, False),
    ]
    assert await members.household(bob, tx=tx) == []
    (invitation,) = await members.household_invitations(bob, tx=tx)

    joined = await members.join_home(bob, house=invitation.household, at=NOON, tx=tx)

    assert [one.joined for one in joined] == [True, True]
    assert await members.household(bob, tx=tx) == joined
    assert await members.household(eve, tx=tx) == []
    await members.leave_home(ada, house=invitation.household, tx=tx)
    assert await members.household(bob, tx=tx) == []


async def test_given_faults_when_a_household_is_changed_then_refused(tx: Tx) -> None:
    ada, bob, eve = await _three(tx)
    other = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await members.invite_home(ada, other=bob.id, role=Role.ADULT, at=NOON, tx=tx)
    (to_ada,) = await members.household_invitations(bob, tx=tx)
    await members.join_home(bob, house=to_ada.household, at=NOON, tx=tx)
    await members.invite_home(eve, other=bob.id, role=Role.ADULT, at=NOON, tx=tx)
    (to_eve,) = await members.household_invitations(bob, tx=tx)

    wishes: list[tuple[type[Refused], object]] = [
        (members.NoSuchMember, _invite(ada, ada, tx)),
        (members.NoSuchMember, _invite(ada, other, tx)),
        (members.NotTheHead, _invite(bob, eve, tx)),
        (members.AlreadyHoused, members.join_home(bob, house=to_eve.household, at=NOON, tx=tx)),
        (
            members.NoSuchInvitation,
            members.join_home(other, house=to_eve.household, at=NOON, tx=tx),
        ),
        (members.NotInHousehold, members.leave_home(other, house=to_eve.household, tx=tx)),
    ]
    for refusal, wish in wishes:
        with pytest.raises(refusal):
            await wish  # type: ignore[misc]


async def test_given_a_full_household_when_one_more_is_invited_then_refused(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, tx=tx)
    for _ in range(11):
        await _invite(ada, await given.a_member(club, tx=tx), tx)

    with pytest.raises(members.TooMany):
        await _invite(ada, await given.a_member(club, tx=tx), tx)


async def _invite(member: Member, other: Member, tx: Tx) -> None:
    await members.invite_home(member, other=other.id, role=Role.CHILD, at=NOON, tx=tx)


async def _three(tx: Tx) -> list[Member]:
    club = await given.a_programme(tx=tx)
    return [await given.a_member(club, tx=tx) for _ in range(3)]
