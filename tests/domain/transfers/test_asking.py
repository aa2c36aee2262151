"""Asking a friend for points, and what becomes of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import friends, ledger, members, programmes, transfers
from domain.members import Member
from domain.transfers import Payment, PointRequest, RequestState, State
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.transfers.offers import allow, has, run_all, send
from tests.support import given
from tests.support.given import NOON

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
OPEN, PAID = RequestState.OPEN, RequestState.PAID


async def ask(
    points: int, asker: Member, payer: Member | UUID, tx: Tx, *, at: datetime = NOON, **said: Any
) -> PointRequest:
    id = said.pop("id", None) or ids.new(at)
    to = payer if isinstance(payer, UUID) else payer.id
    return await transfers.ask(points, asker=asker, payer=to, id=id, at=at, tx=tx, **said)


async def pay(
    request: PointRequest, member: Member, tx: Tx, *, at: datetime = NOON, **said: Any
) -> Payment:
    id = said.pop("id", None) or ids.new(at)
    return await transfers.pay(request.id, member=member, id=id, at=at, tx=tx, **said)


async def a_request(tx: Tx) -> tuple[Member, Member, PointRequest]:
    """Bob asks Ada, who has 100, for 30."""
    ada, bob = await given.two_friends(holding=100, tx=tx)
    return ada, bob, await ask(30, bob, ada, tx, memo="for the cake")


async def answer(verb: str, request: PointRequest, member: Member, at: datetime, tx: Tx) -> None:
    match verb:
        case "pay":
            await pay(request, member, tx, at=at)
        case "decline":
            await transfers.decline_request(request.id, member=member, at=at, tx=tx)
        case "cancel":
            await transfers.cancel_request(request.id, member=member, at=at, tx=tx)


async def seen(member: Member, tx: Tx, *, received: bool, at: datetime = NOON, **said: Any) -> Any:
    return await transfers.requests(
        member, received=received, open_only=said.get("open_only", False), before=None, limit=10,
        at=at, tx=tx,
    )  # fmt: skip


async def test_given_a_friend_when_asked_for_points_then_both_see_it_and_nothing_moves(
    tx: Tx,
) -> None:
    ada, bob, request = await a_request(tx)

    assert (request.state, request.memo, request.expires_at) == (OPEN, "for the cake", NOON + WEEK)
    assert await seen(bob, tx, received=False) == [request]
    assert await seen(ada, tx, received=True) == [request]
    assert await seen(ada, tx, received=False) == await seen(bob, tx, received=True) == []
    assert (await has(ada, tx), await has(bob, tx)) == ((100, 0), (0, 0))
    assert tx.staged[-1] == transfers.PointsRequested(
        programme=ada.programme, subject=ada.id, object=request.id, at=NOON, points=30, other=bob.id
    )


async def test_given_a_request_when_it_is_paid_then_the_points_are_there_without_asking_again(
    tx: Tx,
) -> None:
    ada, bob, request = await a_request(tx)

    paid = await pay(request, ada, tx, memo="enjoy")

    assert (paid.request.state, paid.request.transfer) == (PAID, paid.transfer.id)
    assert (paid.transfer.state, paid.transfer.request) == (State.ACCEPTED, request.id)
    assert (await has(ada, tx), await has(bob, tx)) == ((70, 0), (30, 0))
    assert await seen(bob, tx, received=False) == [paid.request]
    assert await transfers.get(paid.transfer.id, member=bob, tx=tx) == paid.transfer


async def test_given_a_paid_request_when_paid_again_with_its_key_then_it_is_the_same_and_moves_once(
    tx: Tx,
) -> None:
    ada, bob, request = await a_request(tx)
    id = ids.new(NOON)
    first = await pay(request, ada, tx, id=id)
    told = list(tx.staged)

    again = await pay(request, ada, tx, id=id, at=NOON + 2 * WEEK)

    assert (again, tx.staged) == (first, told)
    assert (await has(ada, tx), await has(bob, tx)) == ((70, 0), (30, 0))
    with pytest.raises(ledger.KeyReused):
        await send(30, ada, bob, tx, id=id)
    with pytest.raises(transfers.PointRequestClosed):
        await pay(request, ada, tx)


async def test_given_a_request_when_it_is_declined_then_only_the_payer_knows(tx: Tx) -> None:
    ada, bob, request = await a_request(tx)
    untouched = await seen(bob, tx, received=False)

    await transfers.decline_request(request.id, member=ada, at=NOON, tx=tx)
    await transfers.decline_request(request.id, member=ada, at=NOON, tx=tx)

    assert await seen(bob, tx, received=False) == untouched
    assert await seen(ada, tx, received=True) == []
    assert await transfers.several_requests([request.id], member=ada, at=NOON, tx=tx) == {}
    found = await transfers.several_requests([request.id], member=bob, at=NOON, tx=tx)
    assert found == {request.id: request}
    with pytest.raises(transfers.AlreadyAsked):
        await ask(1, bob, ada, tx)
    with pytest.raises(transfers.NoSuchPointRequest):
        await pay(request, ada, tx)
    await run_all("transfers.expire_requests", NOON + WEEK, tx)
    (over,) = await seen(bob, tx, received=False)
    assert (over.state, over.resolved_at) == (RequestState.EXPIRED, NOON + WEEK)


async def test_given_a_blocked_member_when_they_ask_then_they_are_told_what_a_stranger_is(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada, bob = await given.two_friends(programme=club, tx=tx)
    eve = await given.a_member(club, tx=tx)
    await friends.block(ada, friend=bob.id, at=NOON, tx=tx)

    answers = []
    for asker in (bob, eve):
        with pytest.raises(transfers.NotFriends) as refused:
            await ask(1, asker, ada, tx)
        answers.append((refused.value.code, str(refused.value)))

    assert answers[0] == answers[1]


ASKS: list[tuple[str, dict[str, Any], type[Refused], str]] = [
    ("nothing", {"points": 0}, transfers.BadPoints, "BAD_POINTS"),
    ("too much for anyone", {"points": 2**53}, transfers.BadPoints, "BAD_POINTS"),
    ("a long memo", {"memo": "m" * 141}, transfers.BadMemo, "BAD_MEMO"),
    ("oneself", {"to": "bob"}, transfers.SelfTransfer, "SELF_TRANSFER"),
    ("another's key", {"used": True, "points": 7}, ledger.KeyReused, "KEY_REUSED"),
    ("nobody", {"to": "nobody"}, members.NoSuchMember, "NO_SUCH_MEMBER"),
    ("somebody elsewhere", {"to": "fay"}, members.NoSuchMember, "NO_SUCH_MEMBER"),
    ("a stranger", {"to": "cyd"}, transfers.NotFriends, "NOT_FRIENDS"),
    ("over a transfer", {"points": 61}, transfers.OverTransferLimit, "OVER_TRANSFER_LIMIT"),
    ("again", {"to": "dan"}, transfers.AlreadyAsked, "ALREADY_ASKED"),
    ("too many", {}, transfers.TooManyPointRequests, "TOO_MANY_POINT_REQUESTS"),
    # Two faults: the one that is looked for first is told.
    ("points, memo", {"points": 0, "memo": "\x00"}, transfers.BadPoints, "BAD_POINTS"),
    ("memo, oneself", {"memo": "\x00", "to": "bob"}, transfers.BadMemo, "BAD_MEMO"),
    ("key, stranger", {"used": True, "to": "cyd"}, ledger.KeyReused, "KEY_REUSED"),
    ("stranger, limit", {"to": "cyd", "points": 61}, transfers.NotFriends, "NOT_FRIENDS"),
    (
        "limit, again",
        {"to": "dan", "points": 61},
        transfers.OverTransferLimit,
        "OVER_TRANSFER_LIMIT",
    ),
    ("again, too many", {"to": "dan"}, transfers.AlreadyAsked, "ALREADY_ASKED"),
]


@pytest.mark.parametrize(
    ("fault", "refusal", "code"), [row[1:] for row in ASKS], ids=[row[0] for row in ASKS]
)
async def test_given_a_fault_when_asked_then_refused_in_order_and_nothing_is_open(
    fault: dict[str, Any], refusal: type[Refused], code: str, tx: Tx
) -> None:
    club = await given.a_programme(transfer_max=60, tx=tx)
    ada, bob = await given.two_friends(programme=club, tx=tx)
    cyd, dan = [await given.a_member(club, tx=tx) for _ in range(2)]
    await given.friendship(bob, dan, tx=tx)
    fay = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await allow(club.id, open_requests_max=1, tx=tx)
    first = await ask(5, bob, dan, tx)
    people = {"ada": ada, "bob": bob, "cyd": cyd, "dan": dan, "fay": fay}
    to = fault.get("to", "ada")

    with pytest.raises(refusal) as refused:
        await ask(
            fault.get("points", 5),
            bob,
            people[to] if to in people else ids.new(NOON),
            tx,
            memo=fault.get("memo"),
            id=first.id if fault.get("used") else None,
        )

    assert refused.value.code == code
    assert await seen(bob, tx, received=False) == [first]


async def test_given_a_request_when_asked_again_with_its_key_then_it_is_the_same(tx: Tx) -> None:
    ada, bob = await given.two_friends(tx=tx)
    id = ids.new(NOON)
    first = await ask(5, bob, ada, tx, id=id, memo="cake")
    told = list(tx.staged)

    again = await ask(5, bob, ada, tx, id=id, memo=" cake ", at=NOON + HOUR)

    assert (again, tx.staged) == (first, told)


async def test_given_a_request_that_is_over_when_asked_again_then_there_is_room_before_the_job(
    tx: Tx,
) -> None:
    ada, bob, request = await a_request(tx)

    again = await ask(5, bob, ada, tx, at=NOON + WEEK)

    at = NOON + WEEK
    old = await transfers.several_requests([request.id], member=ada, at=at, tx=tx)
    assert old[request.id].state is RequestState.EXPIRED
    assert await seen(ada, tx, received=True, at=at, open_only=True) == [again]


ANSWERS: list[tuple[str, str, str, type[Refused], str]] = [
    ("pay", "bob", OPEN, transfers.PointRequestNotYours, "POINT_REQUEST_NOT_YOURS"),
    ("decline", "bob", OPEN, transfers.PointRequestNotYours, "POINT_REQUEST_NOT_YOURS"),
    ("cancel", "ada", OPEN, transfers.PointRequestNotYours, "POINT_REQUEST_NOT_YOURS"),
    *[
        (verb, who, OPEN, transfers.NoSuchPointRequest, "NO_SUCH_POINT_REQUEST")
        for verb in ("pay", "decline", "cancel")
        for who in ("cyd", "fay")
    ],
    ("pay", "ada", "CANCELLED", transfers.PointRequestClosed, "POINT_REQUEST_CLOSED"),
    ("decline", "ada", "CANCELLED", transfers.PointRequestClosed, "POINT_REQUEST_CLOSED"),
    ("pay", "ada", "PAID", transfers.PointRequestClosed, "POINT_REQUEST_CLOSED"),
    ("decline", "ada", "PAID", transfers.PointRequestClosed, "POINT_REQUEST_CLOSED"),
    ("cancel", "bob", "PAID", transfers.PointRequestClosed, "POINT_REQUEST_CLOSED"),
    ("pay", "ada", "EXPIRED", transfers.PointRequestClosed, "POINT_REQUEST_CLOSED"),
    ("decline", "ada", "EXPIRED", transfers.PointRequestClosed, "POINT_REQUEST_CLOSED"),
    ("cancel", "bob", "EXPIRED", transfers.PointRequestClosed, "POINT_REQUEST_CLOSED"),
    ("cancel", "ada", "HIDDEN", transfers.NoSuchPointRequest, "NO_SUCH_POINT_REQUEST"),
    ("pay", "ada", "PARTED", transfers.NotFriends, "NOT_FRIENDS"),
    ("pay", "ada", "POOR", ledger.InsufficientPoints, "INSUFFICIENT_POINTS"),
    # Whose it is comes before how it stands.
    ("pay", "bob", "PAID", transfers.PointRequestNotYours, "POINT_REQUEST_NOT_YOURS"),
    ("cancel", "ada", "PAID", transfers.PointRequestNotYours, "POINT_REQUEST_NOT_YOURS"),
]


@pytest.mark.parametrize(("verb", "who", "stands", "refusal", "code"), ANSWERS)
async def test_given_a_request_when_it_cannot_be_answered_so_then_refused_and_nothing_moves(
    verb: str, who: str, stands: str, refusal: type[Refused], code: str, tx: Tx
) -> None:
    ada, bob, request = await a_request(tx)
    club = await programmes.by_id(ada.programme, tx=tx)
    people = {"ada": ada, "bob": bob, "cyd": await given.a_member(club, tx=tx)}
    people["fay"] = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    at = NOON + WEEK if stands == "EXPIRED" else NOON
    match stands:
        case "CANCELLED":
            await transfers.cancel_request(request.id, member=bob, at=NOON, tx=tx)
        case "PAID":
            await pay(request, ada, tx)
        case "HIDDEN":
            await transfers.decline_request(request.id, member=ada, at=NOON, tx=tx)
        case "PARTED":
            await friends.remove(ada, friend=bob.id, tx=tx)
        case "POOR":
            await send(80, ada, bob, tx)
    before = (await has(ada, tx), await has(bob, tx))

    with pytest.raises(refusal) as refused:
        await answer(verb, request, people[who], at, tx)

    assert refused.value.code == code
    if stands in {"CANCELLED", "PAID", "EXPIRED"} and code == "POINT_REQUEST_CLOSED":
        assert getattr(refused.value, "state", None) == stands
    assert (await has(ada, tx), await has(bob, tx)) == before


async def test_given_a_cancelled_request_when_cancelled_again_then_it_is_the_same(tx: Tx) -> None:
    _, bob, request = await a_request(tx)
    first = await transfers.cancel_request(request.id, member=bob, at=NOON, tx=tx)

    again = await transfers.cancel_request(request.id, member=bob, at=NOON + HOUR, tx=tx)

    assert (first.state, again) == (RequestState.CANCELLED, first)


async def test_given_a_limit_on_the_pair_when_a_request_is_paid_then_it_holds_for_it_too(
    tx: Tx,
) -> None:
    ada, bob, request = await a_request(tx)
    await allow(ada.programme, pair_day_max=29, tx=tx)

    with pytest.raises(transfers.OverPairDayLimit):
        await pay(request, ada, tx)

    assert (await seen(bob, tx, received=False))[0].state is OPEN
