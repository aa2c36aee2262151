"""An operator's decision on a transfer that the screen held."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from domain import members, transfers
from domain.members import Member
from domain.transfers import State, Transfer
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.transfers.offers import a_held_one, has, run_all, send
from tests.support import given
from tests.support.given import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPERATOR = ids.derived(NOON, "operator")


async def decide(id: Any, approved: bool, tx: Tx, *, programme: int, at: Any = NOON) -> Transfer:
    return await transfers.decide(
        id, programme=programme, approved=approved, operator=OPERATOR, at=at, tx=tx
    )


async def test_given_a_held_transfer_when_approved_then_it_is_offered_as_if_nothing_had_been(
    tx: Tx,
) -> None:
    ada, bob, held = await a_held_one(tx)
    later = NOON + 2 * DAY

    approved = await decide(held.id, True, tx, programme=ada.programme, at=later)

    assert (approved.state, approved.expires_at) == (State.PENDING, later + 7 * DAY)
    assert isinstance(tx.staged[-1], transfers.Offered)
    assert tx.staged[-1].subject == bob.id
    assert await transfers.reviews(programme=ada.programme, after=None, limit=9, tx=tx) == []
    await transfers.accept(held.id, member=bob, at=later + 6 * DAY, tx=tx)
    assert (await has(ada, tx), await has(bob, tx)) == ((70, 0), (30, 0))


async def test_given_a_receiver_who_lets_points_arrive_when_approved_then_they_are_there(
    tx: Tx,
) -> None:
    ada, bob, held = await a_held_one(tx)
    await members.edit(bob, auto_accept=True, at=NOON, tx=tx)

    approved = await decide(held.id, True, tx, programme=ada.programme)

    assert (approved.state, approved.resolved_at) == (State.ACCEPTED, NOON)
    assert isinstance(tx.staged[-1], transfers.Received)
    assert (await has(ada, tx), await has(bob, tx)) == ((70, 0), (30, 0))


async def test_given_a_held_transfer_between_new_friends_when_approved_then_it_still_cools(
    tx: Tx,
) -> None:
    ada, bob, held = await a_held_one(tx, cooling_hours=48, cooling_holds=True)

    approved = await decide(held.id, True, tx, programme=ada.programme)
    await run_all("transfers.offer", NOON + 48 * HOUR, tx)

    assert approved.state is State.COOLING
    assert (await transfers.get(held.id, member=bob, tx=tx)).state is State.PENDING
    assert await has(ada, tx) == (70, 30)


async def test_given_a_held_payment_of_a_request_when_approved_then_it_needs_no_other_answer(
    tx: Tx,
) -> None:
    ada, bob, _ = await a_held_one(tx)
    asked = await transfers.ask(20, asker=bob, payer=ada.id, id=ids.new(NOON), at=NOON, tx=tx)
    paid = await transfers.pay(asked.id, member=ada, id=ids.new(NOON), at=NOON, tx=tx)

    approved = await decide(paid.transfer.id, True, tx, programme=ada.programme)

    assert paid.transfer.state is State.REVIEW
    assert approved.state is State.ACCEPTED
    assert (await has(ada, tx), await has(bob, tx)) == ((50, 30), (20, 0))


async def test_given_a_held_transfer_when_rejected_then_the_sender_has_the_points_and_is_told(
    tx: Tx,
) -> None:
    ada, bob, held = await a_held_one(tx)

    rejected = await decide(held.id, False, tx, programme=ada.programme)

    assert (rejected.state, rejected.resolved_at) == (State.REJECTED, NOON)
    assert (await has(ada, tx), await has(bob, tx)) == ((100, 0), (0, 0))
    assert tx.staged[-1] == transfers.Rejected(
        programme=ada.programme, subject=ada.id, object=held.id, at=NOON, points=30, other=bob.id
    )


@pytest.mark.parametrize("approved", [True, False])
async def test_given_a_decision_when_it_is_repeated_then_it_is_the_same_and_nothing_moves(
    approved: bool, tx: Tx
) -> None:
    ada, bob, held = await a_held_one(tx)
    await members.edit(bob, auto_accept=True, at=NOON, tx=tx)
    first = await decide(held.id, approved, tx, programme=ada.programme)
    before, told = (await has(ada, tx), await has(bob, tx)), list(tx.staged)

    again = await decide(held.id, approved, tx, programme=ada.programme, at=NOON + 9 * DAY)

    assert (again, tx.staged) == (first, told)
    assert (await has(ada, tx), await has(bob, tx)) == before


Act = Callable[[Member, Member, Transfer, Tx], Awaitable[object]]
ENDS: dict[str, tuple[Act, str]] = {
    "rejected": (lambda a, b, t, tx: decide(t.id, False, tx, programme=a.programme), "REJECTED"),
    "cancelled": (
        lambda a, b, t, tx: transfers.cancel(t.id, member=a, at=NOON, tx=tx),
        "CANCELLED",
    ),
    "returned": (lambda a, b, t, tx: run_all("transfers.return", NOON + 3 * DAY, tx), "RETURNED"),
    "over": (lambda a, b, t, tx: has(a, tx), "RETURNED"),
}  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
async def test_given_a_transfer_that_is_held_no_more_when_approved_then_refused(
    end: str, tx: Tx
) -> None:
    ada, bob, held = await a_held_one(tx)
    act, state = ENDS[end]
    await act(ada, bob, held, tx)
    before = (await has(ada, tx), await has(bob, tx))

    with pytest.raises(transfers.NotInReview) as refused:
        await decide(held.id, True, tx, programme=ada.programme, at=NOON + 3 * DAY)

    assert (refused.value.code, refused.value.state) == ("TRANSFER_NOT_IN_REVIEW", state)
    assert (await has(ada, tx), await has(bob, tx)) == before


@pytest.mark.parametrize("which", ["nothing", "elsewhere"])
async def test_given_no_such_transfer_when_decided_then_refused(which: str, tx: Tx) -> None:
    ada, _, held = await a_held_one(tx)
    other = await given.a_programme(tx=tx)
    id = held.id if which == "elsewhere" else ids.new(NOON)
    programme = other.id if which == "elsewhere" else ada.programme

    with pytest.raises(transfers.NoSuchTransfer) as refused:
        await decide(id, True, tx, programme=programme)

    assert refused.value.code == "NO_SUCH_TRANSFER"
    assert await has(ada, tx) == (70, 30)


async def test_given_a_transfer_that_was_never_held_when_decided_then_refused(tx: Tx) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    sent = await send(30, ada, bob, tx)

    with pytest.raises(transfers.NotInReview) as refused:
        await decide(sent.id, False, tx, programme=ada.programme)

    assert refused.value.state is State.PENDING


@pytest.mark.parametrize(
    ("verb", "refusal"),
    [(transfers.accept, transfers.TransferOnHold), (transfers.decline, transfers.TransferOnHold)],
)
async def test_given_a_held_transfer_when_the_receiver_answers_then_it_is_on_hold(
    verb: Callable[..., Awaitable[Transfer]], refusal: type[Refused], tx: Tx
) -> None:
    ada, bob, held = await a_held_one(tx)

    with pytest.raises(refusal) as refused:
        await verb(held.id, member=bob, at=NOON, tx=tx)

    assert refused.value.code == "TRANSFER_ON_HOLD"
    assert await has(ada, tx) == (70, 30)


async def test_given_held_transfers_when_listed_by_page_then_each_comes_once_oldest_first(
    tx: Tx,
) -> None:
    ada, bob, first = await a_held_one(tx)
    held = [first, *[await send(30, ada, bob, tx, at=NOON + n * HOUR) for n in (1, 2)]]
    other = await given.a_programme(tx=tx)

    seen: list[Transfer] = []
    while page := await transfers.reviews(
        programme=ada.programme, after=seen[-1].id if seen else None, limit=2, tx=tx
    ):
        seen += [review.transfer for review in page]

    assert seen == held
    assert await transfers.reviews(programme=other.id, after=None, limit=9, tx=tx) == []
