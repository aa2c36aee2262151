"""Signing out: a token that is good and not good enough, over HTTP and on open sockets."""

from datetime import timedelta
from typing import Any

import pytest

from api import endings
from domain.operators import Role
from infra import clock
from tests.support.client import Door, Person, line
from tests.support.documents import WATCH

WHO = "{ viewer { name } }"
ID = "{ viewer { id } }"
WRITTEN = """
INSERT INTO member_signout (programme, issuer, subject, session, ended_at)
SELECT programme, issuer, subject, 'phone', now() FROM member_identity WHERE subject = $1
"""
SIGN_OUT = """
mutation ($everywhere: Boolean! = false) {
  signOut(input: {everywhere: $everywhere}) {
    __typename ... on SignOutSuccess { everywhere } ... on RequestRefused { code }
  }
}
"""
END = """
mutation ($member: ID!, $session: String) {
  endSessions(input: {memberId: $member, session: $session, reason: "The phone was stolen."}) {
    __typename ... on RequestRefused { code }
  }
}
"""
JOIN = """
mutation ($handle: String!) {
  joinProgramme(input: {handle: $handle, name: "Ada"}) {
    ... on JoinProgrammeSuccess { viewer { id } }
  }
}
"""


def device(door: Door, subject: str, session: str | None = None, **claims: Any) -> Person:
    """One of a person's devices, which they signed in with a while ago."""
    began = {"auth_time": int((clock.now() - timedelta(minutes=5)).timestamp())}
    named = {} if session is None else {"sid": session}
    said = began | named | claims
    return Person(door.issuer.mint(subject, programme="north", at=clock.now(), **said))


async def joined(door: Door, subject: str) -> str:
    """The global id of a new member whom the issuer calls so."""
    await door.programme("north")
    made = await door.ask(device(door, subject), JOIN, handle=subject)
    return str(made["joinProgramme"]["viewer"]["id"])


async def is_out(door: Door, by: Person) -> bool:
    """Whether a request is refused as from nobody; it is, or else it is answered in full."""
    answer = await door.post({"query": WHO}, by=by)
    said = answer.json()
    if answer.status_code == 200:
        assert said["data"]["viewer"] is not None, said
        return False
    assert (answer.status_code, "data" in said) == (401, False)
    assert said["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    return True


async def test_given_two_devices_when_one_signs_out_then_only_that_one_is_out(door: Door) -> None:
    await joined(door, "out-one")
    phone, watch = device(door, "out-one", "phone"), device(door, "out-one", "watch")

    answer = await door.ask(phone, SIGN_OUT)

    assert answer["signOut"] == {"__typename": "SignOutSuccess", "everywhere": False}
    assert [await is_out(door, one) for one in (phone, watch)] == [True, False]


async def test_given_two_devices_when_one_signs_out_everywhere_then_both_are_out_until_they_sign_in(
    door: Door,
) -> None:
    await joined(door, "out-all")
    phone, watch = device(door, "out-all", "phone"), device(door, "out-all")

    await door.ask(phone, SIGN_OUT, everywhere=True)
    later = int((clock.now() + timedelta(seconds=1)).timestamp())
    again = device(door, "out-all", "phone", auth_time=later)

    assert [await is_out(door, one) for one in (phone, watch, again)] == [True, True, False]


async def test_given_somebody_signed_out_when_they_try_to_write_then_nothing_is_written(
    door: Door,
) -> None:
    await joined(door, "out-writes")
    phone = device(door, "out-writes", "phone")
    await door.ask(phone, SIGN_OUT)

    for written in (
        'mutation { updateProfile(input: {name: "Eve"}) { __typename } }',
        'mutation { joinProgramme(input: {handle: "eve-out", name: "Eve"}) { __typename } }',
        SIGN_OUT,
    ):
        assert (await door.post({"query": written}, by=phone)).status_code == 401

    watch = device(door, "out-writes", "watch")
    assert await door.ask(watch, WHO) == {"viewer": {"name": "Ada"}}


async def test_given_a_token_without_a_session_when_it_signs_out_then_only_all_can_be_ended(
    door: Door,
) -> None:
    await joined(door, "out-unnamed")
    phone = device(door, "out-unnamed", auth_time=None)

    answer = await door.ask(phone, SIGN_OUT)

    assert answer["signOut"] == {"__typename": "RequestRefused", "code": "BAD_SESSION"}


@pytest.mark.parametrize("session", [None, "phone"])
async def test_given_an_open_socket_when_an_operator_ends_its_session_then_it_is_closed_at_once(
    door: Door, session: str | None
) -> None:
    subject = f"out-socket-{session or 'all'}"
    id = await joined(door, subject)
    staff = await door.operator(Role.SUPPORT)
    phone, watch = device(door, subject, "phone"), device(door, subject, "watch")
    async with line(door, phone) as stolen, line(door, watch) as mine:
        await stolen.watch(WATCH)
        await stolen.event()

        answer = await door.ask(staff, END, member=id, session=session)
        code = await stolen.closed(1.0)
        other = await is_out(door, watch)
        closed = None if session else await mine.closed(1.0)

    assert answer["endSessions"]["__typename"] == "EndSessionsSuccess"
    assert code == 4401
    assert (other, closed) == ((False, None) if session else (True, 4401))


async def test_given_a_session_that_was_ended_when_it_opens_a_socket_then_it_is_closed(
    door: Door,
) -> None:
    await joined(door, "out-before")
    phone = device(door, "out-before", "phone")
    await door.ask(phone, SIGN_OUT)

    async with line(door, phone) as opened:
        assert await opened.closed(1.0) == 4401


async def test_given_no_hint_when_a_session_is_ended_then_its_socket_is_closed_a_little_later(
    door: Door,
) -> None:
    """What ends it here is written past the verb, so nothing is published."""
    await joined(door, "out-unheard")
    phone = device(door, "out-unheard", "phone")
    async with line(door, phone) as opened:
        await opened.say(type="ping")
        await opened.hear()

        await door.given(lambda tx: tx.run(WRITTEN, "out-unheard"))
        code = await opened.closed(endings.POLL_SECONDS + 3)

    assert code == 4401


@pytest.mark.parametrize(
    ("role", "member", "code"),
    [
        (Role.ANALYST, None, "NOT_PERMITTED"),
        (Role.SUPPORT, "nobody", "NO_SUCH_MEMBER"),
        (Role.SUPPORT, "foreign", "NO_SUCH_MEMBER"),
    ],
)
async def test_given_an_operator_when_they_may_not_end_sessions_then_they_are_told_why(
    door: Door, role: Role, member: str | None, code: str
) -> None:
    staff = await door.operator(role)
    foreigner = await door.ask(await door.member("south"), ID)
    known = {"foreign": foreigner["viewer"]["id"], "nobody": "nobody"}

    answer = await door.ask(staff, END, member=known.get(member or "", "nobody"))

    assert answer["endSessions"] == {"__typename": "RequestRefused", "code": code}
