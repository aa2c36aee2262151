"""Absorbing: the badges of two members who are one person, and of one who is two again."""

from datetime import timedelta

import pytest
from openbadgeslib.ob3 import OB3VerificationError

from domain import badges, duplicates, programmes
from domain.badges import Ended
from infra import ids
from infra.db import Tx
from tests.domain.badges.shelves import a_badge, level
from tests.domain.badges.test_sharing import AT, World, a_holder, bestow, share
from tests.support import facts, given


async def test_given_a_merge_when_it_is_undone_then_badges_and_credentials_go_along_and_back(
    tx: Tx,
) -> None:
    ada, far = await a_holder(level=1, tx=tx)
    programme = await programmes.by_id(ada.programme, tx=tx)
    twin = await given.a_member(programme, at=AT - timedelta(days=9), tx=tx)
    await bestow(far, twin, level=3, tx=tx)
    hers, low, high = [
        await share(far, who, level=number, tx=tx)
        for who, number in ((ada, 1), (twin, 1), (twin, 3))
    ]

    id, at = ids.new(AT), AT
    ends = {"survivor": ada.id, "duplicate": twin.id}
    await duplicates.merge(**ends, programme=programme.id, id=id, at=at, tx=tx)
    merged = [await level(who, tx=tx) for who in (ada, twin)]
    world = await World.of(ada, tx)
    kept = [world.verify(one.token).achievement.name for one in (hers, high)]
    middle = await share(far, ada, level=2, tx=tx)
    await duplicates.unmerge(id, programme=programme.id, at=at, tx=tx)

    assert (merged, kept) == ([3, 0], ["The far (Bronze)", "The far (Gold)"])
    assert [await level(who, tx=tx) for who in (ada, twin)] == [1, 3]
    # What both had shared was told once; what she shared of the other's badge is hers no more.
    world = await World.of(ada, tx)
    assert [world.verify(one.token).achievement.name for one in (hers, high)] == kept
    for gone in (low, middle):
        with pytest.raises(OB3VerificationError, match="'revocation' is set"):
            world.verify(gone.token)


async def test_given_a_merge_when_what_the_duplicate_did_is_deleted_then_the_badge_goes(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, twin = [await given.a_member(programme, tx=tx) for _ in range(2)]
    await a_badge(programme.id, tx=tx)
    run = await facts.judged(twin, distance_m=10_000, tx=tx)
    ends = {"survivor": ada.id, "duplicate": twin.id}
    await duplicates.merge(**ends, programme=programme.id, id=ids.new(AT), at=AT, tx=tx)
    before = await level(ada, tx=tx)

    await facts.judged_again(run, counts=False, points=0, tx=tx)

    assert (before, await level(ada, tx=tx)) == (1, 0)
    known = await badges.history(ada.id, programme=programme.id, limit=5, tx=tx)
    assert {one.ended_why for one in known} == {Ended.FACTS}
