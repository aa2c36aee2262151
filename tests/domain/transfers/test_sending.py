"""Sending points to a friend."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain import friends, ledger, members, transfers
from domain.members import Member
from domain.transfers import State
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.transfers.offers import has, send
from tests.support import given
from tests.support.given import NOON


async def test_given_friends_when_sent_then_the_points_wait_for_an_answer(tx: Tx) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)

    sent = await send(30, ada, bob, tx, memo=" for the cake ")

    assert (sent.sender, sent.receiver, sent.points) == (ada.id, bob.id, 30)
    assert (sent.memo, sent.state) == ("for the cake", State.PENDING)
    assert (sent.expires_at, sent.resolved_at) == (NOON + timedelta(days=7), None)
    assert (await has(ada, tx), await has(bob, tx)) == ((70, 30), (0, 0))
    assert await transfers.get(sent.id, member=ada, tx=tx) == sent
    assert await transfers.get(sent.id, member=bob, tx=tx) == sent
    assert tx.staged[-1] == transfers.Offered(
        programme=ada.programme, subject=bob.id, object=sent.id, at=NOON, points=30, other=ada.id
    )


async def test_given_a_friend_who_accepts_automatically_when_sent_then_the_points_are_there(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    await members.edit(bob, auto_accept=True, at=NOON, tx=tx)

    sent = await send(30, ada, bob, tx)

    assert (sent.state, sent.expires_at, sent.resolved_at) == (State.ACCEPTED, None, NOON)
    assert (await has(ada, tx), await has(bob, tx)) == ((70, 0), (30, 0))
    assert isinstance(tx.staged[-1], transfers.Received)
    assert tx.staged[-1].subject == bob.id


async def test_given_a_sent_transfer_then_the_journal_names_it_but_not_its_memo(tx: Tx) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)

    sent = await send(30, ada, bob, tx, memo="a secret")

    entries = await ledger.statement(ada.account, book=ada.book, limit=1, tx=tx)
    assert entries[0].meta == {
        "why": "transfer",
        "transfer": str(sent.id),
        "sender": str(ada.id),
        "receiver": str(bob.id),
    }


async def test_given_the_longest_wait_when_sent_then_the_hold_outlives_it(tx: Tx) -> None:
    ada, bob = await given.two_friends(holding=10, transfer_accept_days=28, tx=tx)

    sent = await send(10, ada, bob, tx)

    expires_at = await tx.value(
        "SELECT expires_at FROM ledger.hold WHERE book = $1 AND id = $2", ada.book, sent.id
    )
    assert sent.expires_at is not None
    assert expires_at > sent.expires_at


FAULTS: list[tuple[str, dict[str, Any], type[Refused], str]] = [
    ("zero points", {"points": 0}, transfers.BadPoints, "BAD_POINTS"),
    ("less than nothing", {"points": -1}, transfers.BadPoints, "BAD_POINTS"),
    ("a huge number", {"points": 2**53}, transfers.BadPoints, "BAD_POINTS"),
    ("a number beyond any", {"points": 2**70}, transfers.BadPoints, "BAD_POINTS"),
    ("a long memo", {"memo": "m" * 141}, transfers.BadMemo, "BAD_MEMO"),
    ("a memo with controls", {"memo": "a\x00b"}, transfers.BadMemo, "BAD_MEMO"),
    ("a memo with half a letter", {"memo": "\ud800"}, transfers.BadMemo, "BAD_MEMO"),
    ("oneself", {"to": "ada"}, transfers.SelfTransfer, "SELF_TRANSFER"),
    ("nobody", {"to": "nobody"}, members.NoSuchMember, "NO_SUCH_MEMBER"),
    ("a member of another programme", {"to": "eve"}, members.NoSuchMember, "NO_SUCH_MEMBER"),
    ("a stranger", {"to": "cyd"}, transfers.NotFriends, "NOT_FRIENDS"),
    ("one who blocked", {"to": "dan"}, transfers.NotFriends, "NOT_FRIENDS"),
    ("one whom one blocked", {"to": "fay"}, transfers.NotFriends, "NOT_FRIENDS"),
    ("too much", {"points": 61}, transfers.OverTransferLimit, "OVER_TRANSFER_LIMIT"),
    ("too much for a day", {"points": 51}, transfers.OverDayLimit, "OVER_DAY_LIMIT"),
    ("an old key", {"made": NOON - timedelta(days=40)}, ledger.KeyExpired, "KEY_EXPIRED"),
    ("a key ahead", {"made": NOON + timedelta(days=3)}, ledger.KeyExpired, "KEY_EXPIRED"),
    ("more than there is", {"points": 41}, ledger.InsufficientPoints, "INSUFFICIENT_POINTS"),
    # Two faults: the one that is looked for first is told.
    ("points, memo", {"points": 0, "memo": "\x00"}, transfers.BadPoints, "BAD_POINTS"),
    ("memo, oneself", {"memo": "\x00", "to": "ada"}, transfers.BadMemo, "BAD_MEMO"),
    ("stranger, limit", {"to": "cyd", "points": 61}, transfers.NotFriends, "NOT_FRIENDS"),
    ("limit, day", {"points": 100}, transfers.OverTransferLimit, "OVER_TRANSFER_LIMIT"),
]


@pytest.mark.parametrize(
    ("fault", "refusal", "code"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
async def test_given_a_fault_when_sent_then_refused_and_nothing_moves(
    fault: dict[str, Any], refusal: type[Refused], code: str, tx: Tx
) -> None:
    club = await given.a_programme(transfer_max=60, transfer_day_max=60, tx=tx)
    ada, bob = await given.two_friends(holding=50, programme=club, tx=tx)
    who = {"ada": ada.id, "bob": bob.id, "nobody": ids.new(NOON)}
    for name in ("cyd", "dan", "fay"):
        who[name] = (await given.a_member(club, tx=tx)).id
    dan = await members.get(who["dan"], programme=club.id, tx=tx)
    await given.friendship(ada, dan, tx=tx)
    await friends.block(dan, friend=ada.id, at=NOON, tx=tx)
    await friends.block(ada, friend=who["fay"], at=NOON, tx=tx)
    who["eve"] = (await given.a_member(await given.a_programme(tx=tx), tx=tx)).id
    await send(10, ada, bob, tx)
    words = {"points": 5, "to": "bob", "memo": None, "made": NOON} | fault

    with pytest.raises(refusal) as refused:
        await transfers.send(
            words["points"],
            sender=ada,
            receiver=who[words["to"]],
            memo=words["memo"],
            id=ids.new(words["made"]),
            at=NOON,
            tx=tx,
        )

    assert refused.value.code == code
    assert await has(ada, tx) == (40, 10)
    assert len(await transfers.listed(ada, before=None, limit=10, tx=tx)) == 1


async def test_given_a_sender_of_another_programme_when_sent_then_there_is_no_such_member(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(holding=50, tx=tx)
    eve = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    fields = {name: getattr(eve, name) for name in eve.__slots__}
    disguised = Member(**fields | {"programme": ada.programme})

    with pytest.raises(members.NoSuchMember):
        await send(5, disguised, bob, tx)


@pytest.mark.parametrize("memo", ["m" * 140, "  ", "", None, "👩‍👩‍👧 danke!"])
async def test_given_a_memo_that_fits_when_sent_then_it_is_kept(memo: str | None, tx: Tx) -> None:
    ada, bob = await given.two_friends(holding=50, tx=tx)

    sent = await send(5, ada, bob, tx, memo=memo)

    assert sent.memo == ((memo or "").strip() or None)


async def test_given_a_sent_transfer_when_sent_again_then_it_is_the_same_and_moves_once(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    id = ids.new(NOON)
    first = await send(30, ada, bob, tx, id=id, memo="cake")
    told = list(tx.staged)

    again = await send(30, ada, bob, tx, id=id, memo="cake ", at=NOON + timedelta(hours=1))

    assert (again, tx.staged) == (first, told)
    assert await has(ada, tx) == (70, 30)


async def test_given_an_accepted_transfer_when_sent_again_by_a_former_friend_then_it_is_as_it_was(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    id = ids.new(NOON)
    await send(30, ada, bob, tx, id=id)
    accepted = await transfers.accept(id, member=bob, at=NOON, tx=tx)
    await friends.remove(ada, friend=bob.id, tx=tx)

    assert await send(30, ada, bob, tx, id=id) == accepted
    assert (await has(ada, tx), await has(bob, tx)) == ((70, 0), (30, 0))


@pytest.mark.parametrize("other", ["points", "memo", "receiver", "sender"])
async def test_given_a_used_key_when_sent_with_other_content_then_refused(
    other: str, tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)
    ada, bob = await given.two_friends(holding=100, programme=club, tx=tx)
    cyd = await given.a_member(club, holding=50, tx=tx)
    await given.friendship(ada, cyd, tx=tx)
    await given.friendship(bob, cyd, tx=tx)
    id = ids.new(NOON)
    await send(30, ada, bob, tx, id=id)

    with pytest.raises(ledger.KeyReused):
        await send(
            31 if other == "points" else 30,
            cyd if other == "sender" else ada,
            cyd if other == "receiver" else bob,
            tx,
            id=id,
            memo="x" if other == "memo" else None,
        )

    assert await has(ada, tx) == (70, 30)


async def test_given_one_key_in_two_programmes_when_sent_then_both_go(tx: Tx) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    eve, fay = await given.two_friends(holding=100, tx=tx)
    id = ids.new(NOON)

    await send(30, ada, bob, tx, id=id)
    await send(40, eve, fay, tx, id=id)

    assert (await has(ada, tx), await has(eve, tx)) == ((70, 30), (60, 40))


async def test_given_a_full_day_when_the_members_next_day_begins_then_more_can_be_sent(
    tx: Tx,
) -> None:
    club = await given.a_programme(transfer_max=50, transfer_day_max=50, tx=tx)
    ada = await given.a_member(club, holding=200, zone="Asia/Tokyo", tx=tx)
    bob = await given.a_member(club, tx=tx)
    await given.friendship(ada, bob, tx=tx)
    midnight = datetime.combine(NOON.date(), datetime.min.time(), UTC) + timedelta(hours=15)
    await send(50, ada, bob, tx, at=midnight - timedelta(hours=3))

    with pytest.raises(transfers.OverDayLimit) as refused:
        await send(1, ada, bob, tx, at=midnight - timedelta(microseconds=1))
    await send(50, ada, bob, tx, at=midnight)

    assert (refused.value.limit, refused.value.left, refused.value.retryable) == (50, 0, True)
    assert await has(ada, tx) == (100, 100)


async def test_given_a_declined_transfer_when_more_is_sent_then_it_does_not_count_for_the_day(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(holding=100, transfer_day_max=50, tx=tx)
    declined = await send(50, ada, bob, tx)
    await transfers.decline(declined.id, member=bob, at=NOON, tx=tx)

    await send(50, ada, bob, tx)

    assert await has(ada, tx) == (50, 50)


PAGO, KIRITIMATI = "Pacific/Pago_Pago", "Pacific/Kiritimati"  # 25 hours apart
MOVES: dict[str, Callable[[int], str]] = {
    "stays in the west": lambda hour: PAGO,
    "moves east for good": lambda hour: KIRITIMATI if hour else PAGO,
    "moves west for good": lambda hour: PAGO if hour else KIRITIMATI,
    "moves every hour": lambda hour: (PAGO, KIRITIMATI)[hour % 2],
    "moves every day": lambda hour: (PAGO, KIRITIMATI)[hour // 24 % 2],
    "moves every third day": lambda hour: (PAGO, KIRITIMATI)[hour // 49 % 2],
}


@pytest.mark.parametrize("moves", MOVES)
async def test_given_a_full_day_when_the_sender_moves_then_the_next_day_never_comes_sooner(
    moves: str, tx: Tx
) -> None:
    club = await given.a_programme(transfer_day_max=50, tx=tx)
    ada = await given.a_member(club, holding=1_000, zone=MOVES[moves](0), tx=tx)
    bob = await given.a_member(club, tx=tx)
    await given.friendship(ada, bob, tx=tx)

    filled = []
    for hour in range(24 * 7):
        at = NOON + timedelta(hours=hour)
        if (zone := MOVES[moves](hour)) != ada.zone:
            ada = await members.edit(ada, zone=zone, at=at, tx=tx)
        try:
            await send(50, ada, bob, tx, at=at)
            filled.append(hour)
        except transfers.OverDayLimit:
            pass

    gaps = [later - sooner for sooner, later in itertools.pairwise(filled)]
    assert min(gaps) >= 22, f"days were filled at the hours {filled}"
    assert len(filled) <= 8
    assert len(filled) >= 3, "a move must not take the limit away for ever"
