"""Sign out: which tokens are refused afterwards, and which are not."""

from datetime import timedelta

import pytest

from domain import members
from domain.members import Member, SignIn
from domain.programmes import Programme
from infra.db import Tx
from tests.support import given
from tests.support.given import ISSUER, NOON

SECOND = timedelta(seconds=1)
EVERY_SESSION = "SELECT count(*) FROM member_signout WHERE programme = $1"


async def ada_of(programme: Programme, tx: Tx) -> Member:
    return await given.a_member(programme, subject="ada", tx=tx)


async def is_in(programme: Programme, tx: Tx, *, subject: str = "ada", **facts: object) -> bool:
    """Whether a request of that sign-in is let in; the two ways of asking agree."""
    session, since = facts.get("session"), facts.get("since")
    said = SignIn(programme.slug, ISSUER, subject, session, since)  # type: ignore[arg-type]
    [out] = await members.signed_out([said], tx=tx)
    try:
        found = await members.identified(
            programme.slug, issuer=ISSUER, subject=subject, tx=tx, **facts
        )
    except members.SignedOut:
        return not out  # refused, as it was said to be
    assert not out
    return found.is_active


async def test_given_two_sessions_when_one_is_ended_then_the_other_goes_on(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    ada = await ada_of(club, tx)

    await members.sign_out(ada, session="phone", at=NOON, tx=tx)

    assert not await is_in(club, tx, session="phone", since=NOON - SECOND)
    # Refreshed tokens are of the same session, however young.
    assert not await is_in(club, tx, session="phone", since=NOON + SECOND)
    assert await is_in(club, tx, session="watch", since=NOON - SECOND)
    assert await is_in(club, tx)


@pytest.mark.parametrize("session", [None, "phone"])
async def test_given_several_sessions_when_all_are_ended_then_only_later_ones_are_let_in(
    tx: Tx, session: str | None
) -> None:
    club = await given.a_programme(tx=tx)
    ada = await ada_of(club, tx)

    await members.sign_out(ada, at=NOON, tx=tx)

    assert not await is_in(club, tx, session=session, since=NOON - SECOND)
    assert not await is_in(club, tx, session=session, since=NOON)
    assert not await is_in(club, tx, session=session)
    assert await is_in(club, tx, session=session, since=NOON + SECOND)


async def test_given_all_ended_before_when_ended_again_then_the_later_moment_holds(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    ada = await ada_of(club, tx)
    await members.sign_out(ada, session="phone", at=NOON, tx=tx)

    for moment in (NOON + SECOND, NOON + 9 * SECOND, NOON):
        await members.sign_out(ada, at=moment, tx=tx)

    assert not await is_in(club, tx, since=NOON + 9 * SECOND)
    assert await is_in(club, tx, since=NOON + 10 * SECOND)
    assert await tx.value(EVERY_SESSION, club.id) == 1


async def test_given_others_when_somebody_signs_out_everywhere_then_nobody_else_is(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    elsewhere = await given.a_programme(tx=tx)
    ada = await ada_of(club, tx)
    await given.a_member(club, subject="bob", tx=tx)
    await ada_of(elsewhere, tx)

    await members.sign_out(ada, at=NOON, tx=tx)

    assert await is_in(club, tx, subject="bob", since=NOON - SECOND)
    assert await is_in(elsewhere, tx, since=NOON - SECOND)


@pytest.mark.parametrize("session", ["", "s" * 321, "a\nb", "a\x00"])
async def test_given_no_such_name_when_a_session_is_ended_then_it_is_refused(
    tx: Tx, session: str
) -> None:
    ada = await ada_of(await given.a_programme(tx=tx), tx)

    with pytest.raises(members.BadSession):
        await members.sign_out(ada, session=session, at=NOON, tx=tx)


async def test_given_many_sign_ins_when_asked_at_once_then_each_gets_its_own_answer(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    await members.sign_out(await ada_of(club, tx), session="phone", at=NOON, tx=tx)
    asked = [
        SignIn(slug, ISSUER, subject, session, NOON)
        for slug in (club.slug, "nowhere")
        for subject in ("ada", "bob")
        for session in ("phone", None)
    ]

    ended = await members.signed_out(asked, tx=tx)

    assert ended == [True, *[False] * 7]
    assert await members.signed_out([], tx=tx) == []
