"""A friendship too new for points: what is sent waits, or what one friend said lets it in."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain import friends, ledger, members, transfers
from domain.transfers import State, Transfer
from infra import ids
from infra.db import Tx
from tests.domain.transfers.offers import allow, has, run_all, send
from tests.support import given
from tests.support.given import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
READY = NOON + 48 * HOUR


async def a_cooling_one(tx: Tx, *, auto_accept: bool = False) -> tuple[members.Member, ...]:
    """Ada, who had 100, and her friend since noon, in a programme that holds for 48 hours."""
    ada, bob = await given.two_friends(holding=100, tx=tx)
    await allow(ada.programme, cooling_hours=48, cooling_holds=True, tx=tx)
    if auto_accept:
        bob = await members.edit(bob, auto_accept=True, at=NOON, tx=tx)
    return ada, bob


async def test_given_a_new_friend_when_sent_then_it_waits_and_is_offered_when_it_has_cooled(
    tx: Tx,
) -> None:
    ada, bob = await a_cooling_one(tx)

    sent = await send(30, ada, bob, tx, at=NOON + HOUR)
    told = list(tx.staged)
    early = await run_all("transfers.offer", READY - timedelta(microseconds=1), tx)
    waiting = await transfers.get(sent.id, member=bob, tx=tx)
    done = await run_all("transfers.offer", READY, tx)

    assert (sent.state, sent.ready_at, sent.expires_at) == (State.COOLING, READY, READY + 7 * DAY)
    assert not any(isinstance(event, transfers.Offered) for event in told)
    assert (early, waiting) == (0, sent)
    offered = await transfers.get(sent.id, member=bob, tx=tx)
    assert (done, offered.state, offered.expires_at) == (1, State.PENDING, READY + 7 * DAY)
    assert tx.staged[-1] == transfers.Offered(
        programme=ada.programme, subject=bob.id, object=sent.id, at=READY, points=30, other=ada.id
    )
    assert (await has(ada, tx), await has(bob, tx)) == ((70, 30), (0, 0))
    await transfers.accept(sent.id, member=bob, at=READY + 7 * DAY - HOUR, tx=tx)
    assert (await has(ada, tx), await has(bob, tx)) == ((70, 0), (30, 0))


async def test_given_a_friend_who_accepts_automatically_when_it_has_cooled_then_it_is_there(
    tx: Tx,
) -> None:
    ada, bob = await a_cooling_one(tx, auto_accept=True)
    sent = await send(30, ada, bob, tx)
    waited = (sent.state, await has(bob, tx))

    await run_all("transfers.offer", READY, tx)
    again = await run_all("transfers.offer", READY, tx)

    assert waited == (State.COOLING, (0, 0))
    assert (await has(ada, tx), await has(bob, tx)) == ((70, 0), (30, 0))
    assert again == 0
    assert isinstance(tx.staged[-1], transfers.Received)


async def test_given_a_friend_who_parted_when_it_has_cooled_then_they_are_asked_all_the_same(
    tx: Tx,
) -> None:
    ada, bob = await a_cooling_one(tx, auto_accept=True)
    sent = await send(30, ada, bob, tx)
    await friends.remove(bob, friend=ada.id, tx=tx)

    await run_all("transfers.offer", READY, tx)

    assert (await transfers.get(sent.id, member=bob, tx=tx)).state is State.PENDING
    assert await has(ada, tx) == (70, 30)


@pytest.mark.parametrize("verb", [transfers.accept, transfers.decline])
async def test_given_a_cooling_transfer_when_the_receiver_answers_then_it_is_on_hold(
    verb: Callable[..., Awaitable[Transfer]], tx: Tx
) -> None:
    ada, bob = await a_cooling_one(tx)
    sent = await send(30, ada, bob, tx)

    with pytest.raises(transfers.TransferOnHold) as refused:
        await verb(sent.id, member=bob, at=NOON, tx=tx)

    assert (refused.value.code, refused.value.state) == ("TRANSFER_ON_HOLD", State.COOLING)
    assert await has(ada, tx) == (70, 30)


async def test_given_a_cooling_transfer_when_the_sender_cancels_then_it_never_goes_on(
    tx: Tx,
) -> None:
    ada, bob = await a_cooling_one(tx)
    sent = await send(30, ada, bob, tx)

    cancelled = await transfers.cancel(sent.id, member=ada, at=NOON + HOUR, tx=tx)

    assert cancelled.state is State.CANCELLED
    assert await run_all("transfers.offer", READY, tx) == 0
    assert await has(ada, tx) == (100, 0)


async def test_given_a_cooling_transfer_when_nobody_answers_then_it_goes_back_in_time(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(holding=100, transfer_accept_days=28, tx=tx)
    await allow(ada.programme, cooling_hours=168, cooling_holds=True, tx=tx)
    sent = await send(30, ada, bob, tx)
    await run_all("transfers.offer", NOON + 7 * DAY, tx)

    offered = await transfers.get(sent.id, member=ada, tx=tx)
    await run_all("transfers.return", NOON + 28 * DAY, tx)

    # The ledger's hold lives 31 days: however long it cooled, 28 are the most.
    assert offered.expires_at == NOON + 28 * DAY
    assert (await transfers.get(sent.id, member=ada, tx=tx)).state is State.RETURNED
    assert await has(ada, tx) == (100, 0)


@pytest.mark.parametrize(
    ("general", "said", "state"),
    [
        (False, None, State.PENDING),
        (True, None, State.ACCEPTED),
        (False, True, State.ACCEPTED),
        (True, False, State.PENDING),
    ],
)
async def test_given_what_one_friend_was_told_when_sent_then_it_counts_before_the_general_word(
    general: bool, said: bool | None, state: State, tx: Tx
) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    await members.edit(bob, auto_accept=general, at=NOON, tx=tx)
    await transfers.set_auto_accept(bob, friend=ada.id, auto_accept=not said, at=NOON, tx=tx)
    await transfers.set_auto_accept(bob, friend=ada.id, auto_accept=said, at=NOON, tx=tx)

    sent = await send(30, ada, bob, tx)

    found = await transfers.consents([ada.id], member=bob, tx=tx)
    assert sent.state is state
    assert {friend: one.auto_accept for friend, one in found.items()} == (
        {} if said is None else {ada.id: said}
    )


async def test_given_what_a_former_friend_was_told_when_friends_again_then_it_holds_no_more(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    await transfers.set_auto_accept(bob, friend=ada.id, auto_accept=True, at=NOON, tx=tx)
    await friends.remove(bob, friend=ada.id, tx=tx)
    await given.friendship(ada, bob, at=NOON + HOUR, tx=tx)

    sent = await send(30, ada, bob, tx, at=NOON + 2 * HOUR)

    assert sent.state is State.PENDING


@pytest.mark.parametrize(
    ("to", "refusal"),
    [
        ("nobody", members.NoSuchMember),
        ("foreign", members.NoSuchMember),
        ("stranger", transfers.NotFriends),
        ("oneself", transfers.NotFriends),
    ],
)
async def test_given_somebody_who_is_no_friend_when_told_about_then_refused(
    to: str, refusal: type[Exception], tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)
    bob = await given.a_member(club, tx=tx)
    who = {
        "nobody": ids.new(NOON),
        "foreign": (await given.a_member(await given.a_programme(tx=tx), tx=tx)).id,
        "stranger": (await given.a_member(club, tx=tx)).id,
        "oneself": bob.id,
    }

    with pytest.raises(refusal):
        await transfers.set_auto_accept(bob, friend=who[to], auto_accept=True, at=NOON, tx=tx)


async def test_given_nobody_let_it_go_on_for_a_month_when_the_clock_says_so_then_it_goes_back(
    tx: Tx,
) -> None:
    ada, bob = await a_cooling_one(tx, auto_accept=True)
    sent = await send(30, ada, bob, tx)
    late = NOON + 31 * DAY

    done = await run_all("transfers.offer", late, tx)

    seen = await transfers.get(sent.id, member=ada, tx=tx)
    assert (done, seen.state) == (1, State.RETURNED)
    left = await ledger.balance(ada.account, book=ada.book, at=late, tx=tx)
    assert (left.available, left.held) == (100, 0)
