"""Inviting: who is asked into a challenge, and that they alone may come in."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from domain import challenges, members
from domain.challenges import (
    Audience,
    BadAudience,
    Challenge,
    Entry,
    Invited,
    NoSuchChallenge,
    NotEligible,
    Offered,
    Part,
    Reward,
)
from domain.members import Member
from domain.programmes import Programme
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.challenges.making import a_payer, live, made, terms
from tests.domain.challenges.playing import join, standing
from tests.support import given
from tests.support.given import NOON

ASKED = Audience(entry=Entry.INVITED)


async def a_party(tx: Tx, *, guests: int = 3) -> tuple[Programme, Challenge, Sequence[Member]]:
    """A challenge for those who were asked, and members whom nobody has asked."""
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, audience=ASKED)
    return club, one, [await given.a_member(club, tx=tx) for _ in range(guests)]


async def invite(challenge: UUID, several: Sequence[UUID], club: Programme, tx: Tx) -> Invited:
    return await challenges.invite(challenge, several, programme=club.id, at=NOON, tx=tx)


async def test_given_a_challenge_for_guests_when_some_are_asked_then_they_alone_come_in(
    tx: Tx,
) -> None:
    club, one, (ada, bob, eve) = await a_party(tx)

    asked = await invite(one.id, [ada.id, bob.id], club, tx)
    await join(one, ada, tx)
    await challenges.refuse(one.id, member=bob, at=NOON, tx=tx)

    assert set(asked.members) == {ada.id, bob.id}
    told = [event.subject for event in tx.staged if isinstance(event, Offered)]
    assert set(told) == {ada.id, bob.id}
    assert [(await standing(one, who, tx)).state for who in (ada, bob)] == [
        Part.JOINED,
        Part.REFUSED,
    ]
    with pytest.raises(NotEligible):
        await join(one, eve, tx)


async def test_given_members_who_were_asked_when_asked_again_then_only_others_are(tx: Tx) -> None:
    club, one, people = await a_party(tx)
    ids_ = [who.id for who in people]
    await invite(one.id, ids_[:2], club, tx)
    await challenges.refuse(one.id, member=people[0], at=NOON, tx=tx)

    again = await invite(one.id, [*ids_, ids_[2]], club, tx)

    assert again.members == (ids_[2],)
    assert (await standing(one, people[0], tx)).state is Part.REFUSED


async def test_given_what_cannot_be_when_invited_then_refused_in_this_order(tx: Tx) -> None:
    club, one, (ada, bob, eve) = await a_party(tx)
    payer = await a_payer(club, tx=tx)
    everybodys, draft = await live(payer, tx), await made(payer, tx, audience=ASKED)
    own = await challenges.open_private(
        "Ours",
        terms(reward=Reward(), audience=ASKED),
        creator=eve.id,
        programme=club.id,
        id=ids.new(NOON),
        at=NOON,
        tx=tx,
    )
    await members.leave(bob, at=NOON, tx=tx)
    stranger = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    many = [ids.derived(NOON, number) for number in range(101)]
    table: list[tuple[UUID, Sequence[UUID], type[Refused] | str]] = [
        (one.id, [], BadAudience),
        (one.id, many, BadAudience),
        (ids.new(NOON), [ada.id], NoSuchChallenge),
        (own.id, [ada.id], NoSuchChallenge),
        (everybodys.id, [ada.id], BadAudience),
        (draft.id, [ada.id], "CHALLENGE_NOT_IN_STATE"),
        (one.id, [ada.id, bob.id], members.NoSuchMember),
        (one.id, [stranger.id], members.NoSuchMember),
    ]

    for challenge, several, refusal in table:
        with pytest.raises(Refused) as refused:
            await invite(challenge, several, club, tx)
        code = refusal if isinstance(refusal, str) else refusal.code
        assert refused.value.code == code

    assert not [event for event in tx.staged if isinstance(event, Offered)]
