"""What a programme's policy allows, and in which order it says no."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from domain import ledger, programmes, transfers
from domain.transfers import Policy, State
from infra.db import Tx
from infra.errors import Refused
from tests.domain.transfers.offers import MIDDLE, allow, has, send
from tests.support import given
from tests.support.given import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """A policy, what was sent before (points, days ago), one wish, and how it is refused.

    to     -- "bob", an old friend, or "cyd", a friend for 47 hours.
    signed -- minutes since the sender signed in; None: nobody knows.
    """

    name: str
    policy: dict[str, Any]
    refusal: type[Refused]
    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    before: tuple[tuple[int, int], ...] = ()
    points: int = 5
    to: str = "bob"
    signed: float | None = None
    holding: int = 100


ROWS = [
    Row(
        "a new member",
        {"sender_age_hours": 8760},
        transfers.SenderTooNew,
        "SENDER_TOO_NEW",
        {"hours": 8760, "allowed_at": NOON + 8760 * HOUR},
    ),
    Row(
        "a new friend",
        {"cooling_hours": 48},
        transfers.FriendTooNew,
        "FRIEND_TOO_NEW",
        {"hours": 48, "allowed_at": MIDDLE + HOUR},
        to="cyd",
    ),
    Row(
        "the pair's day",
        {"pair_day_max": 40},
        transfers.OverPairDayLimit,
        "OVER_PAIR_DAY_LIMIT",
        {"limit": 40, "left": 30},
        before=((10, 0),),
        points=31,
    ),
    Row(
        "the pair's month",
        {"pair_month_max": 40},
        transfers.OverPairMonthLimit,
        "OVER_PAIR_MONTH_LIMIT",
        {"limit": 40, "left": 10},
        before=((20, 9), (10, 0)),
        points=11,
    ),
    Row(
        "many offers",
        {"open_offers_max": 2},
        transfers.TooManyOffers,
        "TOO_MANY_OFFERS",
        {"most": 2},
        before=((1, 1), (1, 0)),
    ),
    Row(
        "never signed in",
        {"confirm_above": 30},
        transfers.StepUpRequired,
        "STEP_UP_REQUIRED",
        {"above": 30, "minutes": 10},
        before=((20, 0),),
        points=11,
    ),
    Row(
        "the first is confirmed",
        {"confirm_above": 0},
        transfers.StepUpRequired,
        "STEP_UP_REQUIRED",
        points=1,
    ),
    Row(
        "signed in long ago",
        {"confirm_above": 0, "confirm_minutes": 3},
        transfers.StepUpRequired,
        "STEP_UP_REQUIRED",
        {"above": 0, "minutes": 3},
        signed=3,
    ),
    # Two faults: the one that is looked for first is told.
    Row(
        "member, friend",
        {"sender_age_hours": 8760, "cooling_hours": 48},
        transfers.SenderTooNew,
        "SENDER_TOO_NEW",
        to="cyd",
    ),
    Row(
        "friend, one transfer",
        {"cooling_hours": 48},
        transfers.FriendTooNew,
        "FRIEND_TOO_NEW",
        points=61,
        to="cyd",
    ),
    Row(
        "one transfer, pair",
        {"pair_day_max": 40},
        transfers.OverTransferLimit,
        "OVER_TRANSFER_LIMIT",
        {"limit": 60},
        points=61,
    ),
    Row(
        "day, pair",
        {"pair_day_max": 40},
        transfers.OverDayLimit,
        "OVER_DAY_LIMIT",
        {"limit": 80, "left": 50},
        before=((30, 0),),
        points=51,
    ),
    Row(
        "pair's day, pair's month",
        {"pair_day_max": 40, "pair_month_max": 40},
        transfers.OverPairDayLimit,
        "OVER_PAIR_DAY_LIMIT",
        points=41,
    ),
    Row(
        "pair's month, offers",
        {"pair_month_max": 10, "open_offers_max": 1},
        transfers.OverPairMonthLimit,
        "OVER_PAIR_MONTH_LIMIT",
        before=((10, 0),),
    ),
    Row(
        "offers, sign-in",
        {"open_offers_max": 1, "confirm_above": 1},
        transfers.TooManyOffers,
        "TOO_MANY_OFFERS",
        before=((1, 0),),
    ),
    Row(
        "sign-in, points",
        {"confirm_above": 0},
        transfers.StepUpRequired,
        "STEP_UP_REQUIRED",
        points=6,
        holding=5,
    ),
    Row(
        "points at last",
        {"confirm_above": 0},
        ledger.InsufficientPoints,
        "INSUFFICIENT_POINTS",
        points=6,
        holding=5,
        signed=9,
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_given_a_policy_when_more_is_wished_than_it_allows_then_refused_in_its_order(
    row: Row, tx: Tx
) -> None:
    club = await given.a_programme(transfer_max=60, transfer_day_max=80, tx=tx)
    ada, bob = await given.two_friends(holding=row.holding, programme=club, tx=tx)
    cyd = await given.a_member(club, tx=tx)
    await given.friendship(ada, cyd, at=MIDDLE - 47 * HOUR, tx=tx)
    for points, days in row.before:
        await send(points, ada, bob, tx, at=MIDDLE - days * DAY)
    await allow(club.id, tx=tx, **row.policy)
    before = await has(ada, tx)
    signed = None if row.signed is None else MIDDLE - timedelta(minutes=row.signed)
    receiver = {"bob": bob, "cyd": cyd}[row.to]

    with pytest.raises(row.refusal) as refused:
        await send(row.points, ada, receiver, tx, at=MIDDLE, authenticated_at=signed)

    assert refused.value.code == row.code
    assert {name: getattr(refused.value, name) for name in row.facts} == row.facts
    assert await has(ada, tx) == before
    assert len(await transfers.listed(ada, before=None, limit=10, tx=tx)) == len(row.before)


async def test_given_the_other_way_when_one_sends_then_what_came_from_the_friend_does_not_count(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(holding=100, transfer_day_max=40, tx=tx)
    await given.points(100, bob, tx=tx)
    await allow(ada.programme, pair_day_max=40, pair_month_max=40, tx=tx)
    await send(40, ada, bob, tx, at=MIDDLE)

    await send(40, bob, ada, tx, at=MIDDLE)

    assert (await has(ada, tx), await has(bob, tx)) == ((60, 40), (60, 40))


async def test_given_a_full_month_when_the_next_one_begins_then_more_may_go_to_the_friend(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    await allow(ada.programme, pair_month_max=40, tx=tx)
    next_month = (MIDDLE + 30 * DAY).replace(day=2)
    await send(40, ada, bob, tx, at=MIDDLE)
    cyd = await given.a_member(await programmes.by_id(ada.programme, tx=tx), tx=tx)
    await given.friendship(ada, cyd, tx=tx)

    await send(20, ada, cyd, tx, at=MIDDLE)
    await send(40, ada, bob, tx, at=next_month)

    assert await has(ada, tx) == (0, 100)


async def test_given_a_friend_to_whom_one_was_confirmed_when_more_is_sent_then_none_is_asked_for(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    await allow(ada.programme, confirm_above=10, tx=tx)
    await send(10, ada, bob, tx)
    with pytest.raises(transfers.StepUpRequired):
        await send(1, ada, bob, tx)

    await send(1, ada, bob, tx, authenticated_at=NOON - timedelta(minutes=9, seconds=59))
    await send(50, ada, bob, tx)

    assert await has(ada, tx) == (39, 61)


async def test_given_a_confirmed_transfer_that_was_declined_then_the_friend_is_still_new(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    await allow(ada.programme, confirm_above=10, tx=tx)
    sent = await send(50, ada, bob, tx, authenticated_at=NOON)
    await transfers.decline(sent.id, member=bob, at=NOON, tx=tx)

    with pytest.raises(transfers.StepUpRequired):
        await send(50, ada, bob, tx)


async def test_given_no_policy_then_the_defaults_hold_and_one_that_is_set_is_read_back(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    other = await given.a_programme(tx=tx)
    wanted = Policy(pair_day_max=5, confirm_above=0, cooling_holds=True, screened=False)

    before = await transfers.policy(programme=club.id, tx=tx)
    await transfers.set_policy(Policy(pair_day_max=9), programme=club.id, at=NOON, tx=tx)
    await transfers.set_policy(wanted, programme=club.id, at=NOON, tx=tx)

    assert before == Policy()
    assert await transfers.policy(programme=club.id, tx=tx) == wanted
    assert await transfers.policy(programme=other.id, tx=tx) == Policy()


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("pair_day_max", 0),
        ("pair_month_max", 2**53),
        ("sender_age_hours", -1),
        ("cooling_hours", 169),
        ("confirm_above", -1),
        ("confirm_minutes", 0),
        ("open_offers_max", 0),
        ("open_requests_max", 101),
        ("request_days", 29),
        ("screen_hours", 0),
        ("screen_points_min", None),
        ("fan_in_max", 1),
        ("fan_out_max", 1001),
        ("returns_max", 0),
        ("drains_max", 0),
        ("near_limit_max", 1),
        ("fresh_days", 366),
        ("review_days", 8),
    ],
)
async def test_given_a_number_out_of_bounds_when_the_policy_is_set_then_refused(
    name: str, number: int, tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)

    with pytest.raises(programmes.BadPolicy) as refused:
        await allow(club.id, tx=tx, **{name: number})

    assert (refused.value.code, refused.value.field) == ("BAD_POLICY", name)
    assert await transfers.policy(programme=club.id, tx=tx) == Policy()


async def test_given_no_such_programme_when_a_policy_is_set_then_refused(tx: Tx) -> None:
    with pytest.raises(programmes.NoSuchProgramme):
        await allow(2**31 - 1, tx=tx)


async def test_given_a_used_key_when_sent_again_after_the_policy_changed_then_it_is_as_it_was(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    first = await send(30, ada, bob, tx)
    await allow(ada.programme, sender_age_hours=8760, tx=tx)

    again = await send(30, ada, bob, tx, id=first.id)

    assert again == first
    assert again.state is State.PENDING
