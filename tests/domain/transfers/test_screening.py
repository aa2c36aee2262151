"""The screen: what it holds, what it lets be, and what neither member learns."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain import friends, members, programmes, transfers
from domain.members import Member
from domain.transfers import Policy, Reason, State
from domain.transfers.screening import Facts, screen
from infra.db import Tx
from tests.domain.transfers.offers import MIDDLE, allow, has, run_all, send
from tests.support import given

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLAIN = Facts(
    points=100,
    senders=1,
    arrived=1_000,
    receivers=1,
    gone=1_000,
    forth=1,
    back=0,
    drained=False,
    drains=0,
    near_limit=1,
)
POLICY = Policy(
    screen_points_min=500, fan_in_max=12, fan_out_max=15, returns_max=3, drains_max=3,
    near_limit_max=4,
)  # fmt: skip

# Each pattern at its threshold, one below it, and too small to matter.
PATTERNS: list[tuple[dict[str, Any], list[Reason]]] = [
    ({}, []),
    ({"senders": 12}, []),
    ({"senders": 13}, [Reason.FAN_IN]),
    ({"senders": 13, "arrived": 499}, []),
    ({"receivers": 15}, []),
    ({"receivers": 16}, [Reason.FAN_OUT]),
    ({"receivers": 16, "gone": 499}, []),
    ({"forth": 3, "back": 2}, []),
    ({"forth": 2, "back": 3}, []),
    ({"forth": 3, "back": 3}, [Reason.BACK_AND_FORTH]),
    ({"forth": 3, "back": 3, "points": 83}, []),
    ({"drained": True, "drains": 3}, []),
    ({"drained": True, "drains": 4}, [Reason.PASSED_ON]),
    ({"drained": False, "drains": 4}, []),
    ({"drained": True, "drains": 4, "arrived": 499}, []),
    ({"near_limit": 4}, []),
    ({"near_limit": 5}, [Reason.NEAR_LIMIT]),
    ({"near_limit": 5, "gone": 499}, []),
    ({"near_limit": 5, "senders": 13}, [Reason.FAN_IN, Reason.NEAR_LIMIT]),
]


@pytest.mark.parametrize(("changed", "reasons"), PATTERNS)
def test_a_pattern_is_found_from_its_threshold_on(
    changed: dict[str, Any], reasons: list[Reason]
) -> None:
    assert screen(replace(PLAIN, **changed), POLICY) == reasons


async def a_circle(count: int, tx: Tx, **policy: Any) -> tuple[Member, list[Member]]:
    """Ada and that many friends of hers, all with 1000 points, members for a month."""
    club = await given.a_programme(transfer_max=1_000, transfer_day_max=9_000, tx=tx)
    await allow(club.id, tx=tx, **policy)
    joined = MIDDLE - 10 * DAY
    ada = await given.a_member(club, holding=1_000, at=joined, tx=tx)
    others = [await given.a_member(club, holding=1_000, at=joined, tx=tx) for _ in range(count)]
    for other in others:
        await given.friendship(ada, other, at=joined, tx=tx)
    return ada, others


async def reasons_of(programme: int, tx: Tx) -> list[list[Reason]]:
    found = await transfers.reviews(programme=programme, after=None, limit=100, tx=tx)
    return [list(review.reasons) for review in found]


async def test_given_many_senders_when_one_more_gives_then_it_is_held(tx: Tx) -> None:
    ada, others = await a_circle(4, tx, fan_in_max=3, screen_points_min=40)
    passed = [(await send(10, one, ada, tx, at=MIDDLE)).state for one in others[:3]]

    held = await send(10, others[3], ada, tx, at=MIDDLE + 71 * HOUR)

    assert passed == [State.PENDING] * 3
    assert held.state is State.REVIEW
    assert await reasons_of(ada.programme, tx) == [[Reason.FAN_IN]]


async def test_given_many_senders_long_ago_when_one_more_gives_then_it_passes(tx: Tx) -> None:
    ada, others = await a_circle(4, tx, fan_in_max=3, screen_points_min=40)
    for one in others[:3]:
        await send(10, one, ada, tx, at=MIDDLE)

    late = await send(10, others[3], ada, tx, at=MIDDLE + 72 * HOUR)

    assert late.state is State.PENDING


async def test_given_declined_ones_when_one_more_gives_then_they_do_not_count(tx: Tx) -> None:
    ada, others = await a_circle(4, tx, fan_in_max=3, screen_points_min=20)
    for one in others[:3]:
        sent = await send(10, one, ada, tx, at=MIDDLE)
        await transfers.decline(sent.id, member=ada, at=MIDDLE, tx=tx)

    assert (await send(20, others[3], ada, tx, at=MIDDLE)).state is State.PENDING


async def test_given_many_receivers_when_one_more_is_given_to_then_it_is_held(tx: Tx) -> None:
    ada, others = await a_circle(4, tx, fan_out_max=3, screen_points_min=40)
    for one in others[:3]:
        await send(10, ada, one, tx, at=MIDDLE)

    held = await send(10, ada, others[3], tx, at=MIDDLE)

    assert held.state is State.REVIEW
    assert await reasons_of(ada.programme, tx) == [[Reason.FAN_OUT]]


async def test_given_the_same_points_back_and_forth_when_they_come_again_then_held(tx: Tx) -> None:
    ada, (bob,) = await a_circle(1, tx, returns_max=2)
    for _ in range(2):
        await send(100, ada, bob, tx, at=MIDDLE)
        await send(95, bob, ada, tx, at=MIDDLE)
    other = await send(50, ada, bob, tx, at=MIDDLE)

    held = await send(100, ada, bob, tx, at=MIDDLE)

    assert (other.state, held.state) == (State.PENDING, State.REVIEW)
    assert await reasons_of(ada.programme, tx) == [[Reason.BACK_AND_FORTH]]


async def test_given_fresh_members_when_each_gives_all_to_one_then_the_next_is_held(tx: Tx) -> None:
    ada, old = await a_circle(1, tx, drains_max=2)
    club = await programmes.by_id(ada.programme, tx=tx)
    states = []
    for points in (400, 400, 200, 400):
        mule = await given.a_member(club, holding=420, at=MIDDLE - DAY, tx=tx)
        await given.friendship(ada, mule, at=MIDDLE - DAY, tx=tx)
        states.append((await send(points, mule, ada, tx, at=MIDDLE)).state)

    last = await send(1_000, old[0], ada, tx, at=MIDDLE)

    # The third kept half, and so counts for nothing; the old friend may give all there is.
    assert states == [State.PENDING, State.PENDING, State.PENDING, State.REVIEW]
    assert last.state is State.PENDING
    assert await reasons_of(ada.programme, tx) == [[Reason.PASSED_ON]]


async def test_given_transfers_just_below_a_limit_when_one_more_is_sent_then_it_is_held(
    tx: Tx,
) -> None:
    ada, (bob,) = await a_circle(1, tx, near_limit_max=2, confirm_above=100, screen_points_min=1)
    signed = {"authenticated_at": MIDDLE, "at": MIDDLE}
    states = [
        (await send(points, ada, bob, tx, **signed)).state for points in (100, 89, 90, 101, 95)
    ]

    assert states == [*[State.PENDING] * 4, State.REVIEW]
    assert await reasons_of(ada.programme, tx) == [[Reason.NEAR_LIMIT]]


async def test_given_no_screen_when_the_same_is_sent_then_it_passes(tx: Tx) -> None:
    ada, others = await a_circle(4, tx, fan_in_max=3, screen_points_min=40, screened=False)

    states = [(await send(10, one, ada, tx, at=MIDDLE)).state for one in others]

    assert states == [State.PENDING] * 4


async def test_given_a_held_transfer_then_neither_side_is_told_why_and_the_points_are_set_aside(
    tx: Tx,
) -> None:
    ada, others = await a_circle(4, tx, fan_in_max=3, screen_points_min=40)
    await members.edit(ada, auto_accept=True, at=MIDDLE, tx=tx)
    for one in others[:3]:
        await send(10, one, ada, tx, at=MIDDLE)

    held = await send(10, others[3], ada, tx, at=MIDDLE)

    assert (held.state, held.expires_at) == (State.REVIEW, MIDDLE + 3 * DAY)
    assert (await has(others[3], tx), await has(ada, tx)) == ((990, 10), (1_030, 0))
    assert await transfers.get(held.id, member=ada, tx=tx) == held
    assert tx.staged[-1] == transfers.Held(
        programme=ada.programme,
        subject=others[3].id,
        object=held.id,
        at=MIDDLE,
        points=10,
        other=ada.id,
    )
    (review,) = await transfers.reviews(programme=ada.programme, after=None, limit=9, tx=tx)
    assert (review.transfer, review.held_at) == (held, MIDDLE)
    assert (review.facts["senders"], review.facts["arrived"]) == (4, 40)


async def test_given_a_held_transfer_when_nobody_looks_then_it_goes_back(tx: Tx) -> None:
    ada, others = await a_circle(4, tx, fan_in_max=3, screen_points_min=40, review_days=2)
    for one in others[:3]:
        await send(10, one, ada, tx, at=MIDDLE)
    held = await send(10, others[3], ada, tx, at=MIDDLE)
    await friends.remove(ada, friend=others[3].id, tx=tx)

    await run_all("transfers.return", MIDDLE + 2 * DAY, tx)

    assert (await transfers.get(held.id, member=ada, tx=tx)).state is State.RETURNED
    assert await has(others[3], tx) == (1_000, 0)
    assert await reasons_of(ada.programme, tx) == []
