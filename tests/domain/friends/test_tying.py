"""Friendships made many at once."""

from uuid import uuid4

import pytest

from domain import friends
from domain.friends import tying
from domain.members import Member
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON


async def known(member: Member, tx: Tx) -> set[str]:
    ties = await friends.listed(member, after=None, limit=50, tx=tx)
    return {tie.friend.handle for tie in ties}


async def test_given_pairs_when_tied_then_each_side_has_the_other_once_and_both_are_told(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob, cy = [await given.a_member(programme, tx=tx) for _ in range(3)]
    pairs = [(ada.id, bob.id), (bob.id, ada.id), (bob.id, cy.id), (ada.id, bob.id)]
    staged = len(tx.staged)

    made = await friends.tie(pairs, programme=programme.id, at=NOON, tx=tx)
    again = await friends.tie(pairs, programme=programme.id, at=NOON, tx=tx)

    assert (made, again) == (2, 0)
    assert await known(bob, tx) == {ada.handle, cy.handle}
    assert await known(ada, tx) == {bob.handle}
    told = {(event.subject, event.object) for event in tx.staged[staged:]}
    assert told == {(ada.id, bob.id), (bob.id, ada.id), (bob.id, cy.id), (cy.id, bob.id)}


async def test_given_who_cannot_be_friends_when_tied_then_only_the_others_are(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob, cy = [await given.a_member(programme, tx=tx) for _ in range(3)]
    stranger = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await friends.block(cy, friend=ada.id, at=NOON, tx=tx)
    pairs = [(ada.id, ada.id), (ada.id, stranger.id), (ada.id, uuid4()), (ada.id, cy.id)]

    made = await friends.tie([*pairs, (ada.id, bob.id)], programme=programme.id, at=NOON, tx=tx)

    assert made == 1
    assert await known(ada, tx) == {bob.handle}


async def test_given_an_open_request_when_tied_then_it_is_answered(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    await friends.request(bob, friend=ada.id, at=NOON, tx=tx)

    await friends.tie([(ada.id, bob.id)], programme=programme.id, at=NOON, tx=tx)

    open_ones = await friends.requests(ada, received=True, after=None, limit=5, tx=tx)
    assert open_ones == []


async def test_given_as_many_friends_as_one_may_have_when_tied_then_no_more(
    tx: Tx, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, *others = [await given.a_member(programme, tx=tx) for _ in range(5)]
    monkeypatch.setattr(tying, "FRIENDS_MAX", 3)

    first = await friends.tie([(ada.id, others[0].id)], programme=programme.id, at=NOON, tx=tx)
    rest = await friends.tie(
        [(ada.id, other.id) for other in others], programme=programme.id, at=NOON, tx=tx
    )

    assert (first, rest) == (1, 2)
    assert len(await known(ada, tx)) == 3
