"""What is kept about a member, told and forgotten; and what happens to what waits."""

from typing import Any

from domain import transfers
from domain.giving import personal as giving_personal
from domain.transfers import RequestState, State, personal
from infra import ids
from infra.db import Tx
from tests.domain.giving.causes import a_cause, donate
from tests.domain.transfers.offers import a_held_one, has, send
from tests.support import given
from tests.support.given import NOON


async def test_given_a_member_when_told_then_what_they_wrote_is_there_and_not_what_others_did(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada, bob = await given.two_friends(holding=100, programme=club, tx=tx)
    await given.points(50, bob, tx=tx)
    await send(30, ada, bob, tx, memo="from Ada")
    await send(20, bob, ada, tx, memo="from Bob")
    words: dict[str, Any] = {"id": ids.new(NOON), "at": NOON, "tx": tx}
    await transfers.ask(5, asker=ada, payer=bob.id, memo="please", **words)
    await transfers.set_auto_accept(ada, friend=bob.id, auto_accept=True, at=NOON, tx=tx)
    await donate(10, ada, await a_cause(club, tx), tx)
    stranger = await given.a_member(club, tx=tx)

    told = await personal.told(ada.id, programme=club.id, tx=tx)
    gifts = await giving_personal.told(ada.id, programme=club.id, tx=tx)
    nothing = await personal.told(stranger.id, programme=club.id, tx=tx)

    assert set(told) == personal.TABLES
    assert set(gifts) == giving_personal.TABLES
    assert {(row["points"], row["memo"]) for row in told["transfer"]} == {
        (30, "from Ada"),
        (20, None),
    }
    assert [row["memo"] for row in told["point_request"]] == ["please"]
    assert [row["auto_accept"] for row in told["transfer_consent"]] == [True]
    assert [row["points"] for row in gifts["donation"]] == [10]
    assert [list(rows) for rows in nothing.values()] == [[], [], []]


async def test_given_a_member_with_everything_open_when_forgotten_then_no_point_is_lost(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada, bob = await given.two_friends(holding=100, programme=club, tx=tx)
    await given.points(50, bob, tx=tx)
    done = await send(10, ada, bob, tx, memo="old words")
    await transfers.accept(done.id, member=bob, at=NOON, tx=tx)
    out = await send(30, ada, bob, tx, memo="words")
    coming = await send(20, bob, ada, tx, memo="Bob's own")
    words: dict[str, Any] = {"at": NOON, "tx": tx}
    mine = await transfers.ask(5, asker=ada, payer=bob.id, memo="please", id=ids.new(NOON), **words)
    theirs = await transfers.ask(6, asker=bob, payer=ada.id, id=ids.new(NOON), **words)
    gift = await donate(7, ada, await a_cause(club, tx), tx, named=True)

    await personal.forget(ada.id, programme=club.id, **words)
    await giving_personal.forget(ada.id, programme=club.id, **words)
    await personal.forget(ada.id, programme=club.id, **words)

    told = await personal.told(ada.id, programme=club.id, tx=tx)
    assert {row["memo"] for row in told["transfer"]} == {None}
    assert (await has(ada, tx), await has(bob, tx)) == ((83, 0), (60, 0))
    states = {one.id: one.state for one in await listed(bob, tx)}
    assert states == {
        done.id: State.ACCEPTED,
        out.id: State.RETURNED,
        coming.id: State.RETURNED,
    }
    (bobs,) = [one for one in await listed(bob, tx) if one.id == coming.id]
    assert bobs.memo == "Bob's own"
    requests = await transfers.several_requests([mine.id, theirs.id], member=bob, at=NOON, tx=tx)
    assert (requests[mine.id].state, requests[mine.id].memo) == (RequestState.CANCELLED, None)
    assert requests[theirs.id].state is RequestState.OPEN
    assert (await giving_personal.told(ada.id, programme=club.id, tx=tx))["donation"][0] == {
        **gift_row(gift), "named": False,
    }  # fmt: skip


async def test_given_a_held_transfer_when_its_receiver_is_forgotten_then_it_goes_back(
    tx: Tx,
) -> None:
    ada, bob, held = await a_held_one(tx)

    await personal.forget(bob.id, programme=ada.programme, at=NOON, tx=tx)

    assert (await transfers.get(held.id, member=ada, tx=tx)).state is State.RETURNED
    assert await has(ada, tx) == (100, 0)


async def listed(member: Any, tx: Tx) -> Any:
    return await transfers.listed(member, before=None, limit=20, tx=tx)


def gift_row(gift: Any) -> dict[str, Any]:
    return {
        "id": str(gift.id),
        "cause": str(gift.cause),
        "points": gift.points,
        "month": gift.given_at.date().replace(day=1).isoformat(),
        "given_at": gift.given_at.isoformat(),
        "undone_at": None,
    }
