"""What members do in the programme becomes interactions once, and not what no longer counts."""

from dataclasses import replace
from datetime import timedelta

from domain import challenges, redemptions
from domain.activities import Judged, State, Type
from domain.interactions.following import follow_activities, follow_steps
from domain.members import Member
from infra import ids
from infra.db import Tx
from infra.outbox import Delivery, Event
from tests.domain.interactions.making import an_open_member, consent, done
from tests.domain.purchases.test_taking import PAID, a_customer, take
from tests.support.given import NOON


def judged(member: Member, *, type: Type = Type.RUN, outcome: State = State.COUNTED) -> Judged:
    """That an activity of an hour before noon was judged."""
    at = NOON - timedelta(hours=1)
    return Judged(
        programme=member.programme,
        subject=member.id,
        object=ids.derived(at, member.id, type),
        at=NOON,
        type=type.value,
        outcome=outcome.value,
        day=at.date(),
        started_at=at,
        duration_s=1_800,
        distance_m=5_000,
    )


def told(*events: Event) -> list[Delivery[Event]]:
    return [Delivery(ids.new(NOON), number, event) for number, event in enumerate(events, 1)]


async def test_given_an_activity_when_it_is_judged_again_and_again_then_it_is_noted_once(
    tx: Tx,
) -> None:
    ada = await an_open_member(tx=tx)
    run = judged(ada)

    await follow_activities(told(run, replace(run, revision=2)), tx)
    await follow_activities(told(replace(run, revision=3)), tx)

    assert await done(ada, tx=tx) == [("activity:RUN", 1.0)]


async def test_given_an_activity_when_it_no_longer_counts_then_it_is_gone(tx: Tx) -> None:
    ada = await an_open_member(tx=tx)
    run = judged(ada)
    await follow_activities(told(run), tx)

    late = [replace(run, revision=2, outcome=State.WITHDRAWN.value), run]
    await follow_activities(told(*late), tx)

    assert await done(ada, tx=tx) == []


async def test_given_an_order_when_it_counts_then_its_products_are_noted_by_how_many(
    tx: Tx,
) -> None:
    ada = await a_customer(tx)
    await consent(ada, at=NOON, tx=tx)
    await take(PAID, ada, tx=tx)
    order = next(event for event in tx.staged if isinstance(event, Judged))

    await follow_activities(told(order), tx)
    seen = sorted(await done(ada, tx=tx))
    await follow_activities(told(replace(order, revision=2, outcome=State.REJECTED.value)), tx)

    assert seen == [("activity:PURCHASE", 1.0), ("product:SKU-1", 2.0), ("product:SKU-2", 1.0)]
    assert await done(ada, tx=tx) == []


async def test_given_a_reward_and_a_challenge_when_members_have_them_then_both_are_noted(
    tx: Tx,
) -> None:
    ada = await an_open_member(tx=tx)
    words = {"programme": ada.programme, "subject": ada.id, "at": NOON}
    challenge, reward = ids.new(NOON), ids.new(NOON)
    joined = challenges.Joined(object=challenge, **words)
    had = redemptions.Fulfilled(
        object=ids.new(NOON), reward=reward, reward_name="Tea", kind="PRODUCT", price=50, **words
    )

    await follow_steps(told(joined, had), tx)
    await follow_steps(told(joined, had), tx)

    assert sorted(await done(ada, tx=tx)) == [
        (f"challenge:{challenge}", 1.0),
        (f"reward:{reward}", 1.0),
    ]
