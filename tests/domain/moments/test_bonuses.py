"""Bonuses: opened while an activity is under way, and exactly as long-lived as its points."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from domain import activities, ledger, moments, privacy, programmes
from domain.activities import Report, Type
from domain.activities import report as tell
from domain.ledger import ReturnPolicy
from domain.members import Member
from domain.moments import BadBonus, BonusOpened, BonusPaid, BonusState, BonusTakenBack, Campaign
from domain.moments.rewarding import lapse_due, reward
from domain.points import Earned, Matured, TakenBack
from domain.programmes import Programme
from infra import db, ids
from infra.db import Tx
from infra.outbox import Delivery
from tests.domain.moments import making
from tests.domain.moments.making import DAY, HOUR, MINUTE
from tests.support import given
from tests.support.given import NOON

LATER = NOON + 40 * MINUTE


async def a_campaign(programme: Programme, tx: Tx, **said: Any) -> Campaign:
    return await moments.create_campaign(
        making.chance(**said), programme=programme.id, id=ids.new(NOON), at=NOON, tx=tx
    )


async def campaign_now(one: Campaign, tx: Tx) -> tuple[int, int]:
    """What it has reserved and paid."""
    found = await moments.campaigns(programme=one.programme, before=None, limit=50, tx=tx)
    (now,) = [each for each in found if each.id == one.id]
    return now.reserved, now.paid


async def recorded(
    member: Member,
    *,
    started_at: datetime = NOON,
    minutes: int = 30,
    type: Type = Type.RUN,
    name: str = "run",
    tx: Tx,
) -> Any:
    """What the watch has recorded; the id of the activity."""
    told = Report(
        id=ids.new(started_at),
        member=member.id,
        type=type,
        started_at=started_at,
        ended_at=started_at + minutes * MINUTE,
        duration_s=minutes * 60,
        distance_m=minutes * 180,
        source="watch",
        external_id=name,
    )
    (done,) = await tell([told], programme=member.programme, at=LATER, tx=tx)
    return done.activity


def words(member: Member, activity: Any) -> dict[str, Any]:
    home = {"programme": member.programme, "at": LATER}
    return {**home, "subject": member.id, "object": activity}


def earned(member: Member, activity: Any, points: int = 50, **said: Any) -> Earned:
    plain = {"points": points, "pending": False, "text": "", **said}
    return Earned(**words(member, activity), **plain)


def taken(member: Member, activity: Any, points: int = 50, revision: int = 1) -> TakenBack:
    said = {"points": points, "returned": points, "revision": revision}
    return TakenBack(**words(member, activity), **said)


async def deliver(events: Sequence[Any], tx: Tx) -> None:
    """Each in a turn of its own, as those of one member come."""
    for number, event in enumerate(events, 1):
        await reward([Delivery(ids.new(NOON), number, event)], tx)


async def balance(member: Member, tx: Tx) -> int:
    return (await ledger.balance(member.account, book=member.book, at=LATER, tx=tx)).balance


async def a_start(tx: Tx, **said: Any) -> tuple[Member, Campaign, moments.Started]:
    """A runner who has begun, and the campaign that doubles it."""
    programme = await given.a_programme(tx=tx, return_policy=ReturnPolicy.NEGATIVE_ALLOWED)
    member = await making.a_runner(programme, tx=tx)
    campaign = await a_campaign(programme, tx, **said)
    started = await moments.start_session(
        member, type=Type.RUN, started_at=NOON, id=ids.new(NOON), at=NOON, tx=tx
    )
    return member, campaign, started


async def test_given_a_campaign_when_a_run_begins_and_is_earned_then_its_points_double_once(
    tx: Tx,
) -> None:
    member, campaign, started = await a_start(tx)
    assert started.bonus is not None
    promised = await campaign_now(campaign, tx)
    activity = await recorded(member, tx=tx)
    event = earned(member, activity)

    await deliver([event, event], tx)

    told = [one for one in tx.staged if isinstance(one, BonusOpened | BonusPaid)]
    assert [type(one) for one in told] == [BonusOpened, BonusPaid]
    assert (told[1].activity, told[1].points) == (activity, 50)
    assert (promised, await campaign_now(campaign, tx)) == ((100, 0), (0, 50))
    assert await balance(member, tx) == 50
    bonus = await moments.bonus_of(started.session.id, programme=member.programme, tx=tx)
    assert bonus is not None
    assert (bonus.state, bonus.points, bonus.activity) == (BonusState.PAID, 50, activity)


async def test_given_a_bonus_when_its_activity_is_taken_back_then_so_is_it_exactly_once(
    tx: Tx,
) -> None:
    member, campaign, _ = await a_start(tx)
    activity = await recorded(member, tx=tx)
    await deliver([earned(member, activity)], tx)

    await deliver([taken(member, activity), taken(member, activity)], tx)
    emptied = await balance(member, tx), await campaign_now(campaign, tx)
    said = {"programme": member.programme, "reason": "DELETED_AT_SOURCE", "at": LATER}
    await activities.withdraw([activity], tx=tx, **said)
    better = await recorded(member, started_at=NOON + 2 * MINUTE, name="better", tx=tx)
    await deliver([earned(member, better, 70)], tx)

    (back,) = [one for one in tx.staged if isinstance(one, BonusTakenBack)]
    assert (back.points, back.returned, emptied) == (50, 50, (0, (100, 0)))
    assert (await balance(member, tx), await campaign_now(campaign, tx)) == (70, (0, 70))


async def test_given_points_that_wait_when_they_mature_then_the_bonus_arrives_with_them(
    tx: Tx,
) -> None:
    member, campaign, _ = await a_start(tx)
    activity = await recorded(member, tx=tx)
    await deliver([earned(member, activity, pending=True)], tx)
    waiting = await balance(member, tx), await campaign_now(campaign, tx)

    matured = Matured(**words(member, activity), points=50)
    await deliver([matured, matured], tx)

    assert waiting == (0, (100, 0))
    assert (await balance(member, tx), await campaign_now(campaign, tx)) == (50, (0, 50))


async def test_given_a_bonus_that_waits_when_its_member_is_erased_then_its_points_are_free_again(
    tx: Tx,
) -> None:
    member, campaign, started = await a_start(tx)
    activity = await recorded(member, tx=tx)
    await deliver([earned(member, activity, pending=True)], tx)
    waiting = await campaign_now(campaign, tx)

    await privacy.erase(member.id, programme=member.programme, at=LATER, tx=tx)
    await deliver([Matured(**words(member, activity), points=50)], tx)
    while await lapse_due(LATER, tx):
        pass

    bonus = await moments.bonus_of(started.session.id, programme=member.programme, tx=tx)
    assert bonus is not None
    assert (waiting, await campaign_now(campaign, tx)) == ((100, 0), (0, 0))
    assert (bonus.state, bonus.points) == (BonusState.LAPSED, 0)


async def test_given_what_is_not_that_activity_when_it_is_earned_then_it_brings_no_bonus(
    tx: Tx,
) -> None:
    member, campaign, _ = await a_start(tx)
    other = await given.a_member(await programmes.by_id(member.programme, tx=tx), tx=tx)
    short = await recorded(member, minutes=10, name="short", tx=tx)
    ride = await recorded(member, type=Type.RIDE, started_at=NOON + HOUR, name="ride", tx=tx)
    earlier = await recorded(member, started_at=NOON - 2 * HOUR, name="earlier", tx=tx)
    theirs = await recorded(other, name="theirs", tx=tx)

    await deliver([earned(member, one) for one in (short, ride, earlier)], tx)
    await deliver([earned(other, theirs)], tx)

    assert await campaign_now(campaign, tx) == (100, 0)
    assert (await balance(member, tx), await balance(other, tx)) == (0, 0)


async def test_given_two_recordings_of_a_run_when_both_are_earned_then_only_one_gets_the_bonus(
    tx: Tx,
) -> None:
    member, campaign, _ = await a_start(tx, seconds_min=0)
    first = await recorded(member, tx=tx)
    second = await recorded(member, started_at=NOON + 5 * MINUTE, name="phone", tx=tx)

    await deliver([earned(member, first), earned(member, second)], tx)

    assert (await balance(member, tx), await campaign_now(campaign, tx)) == (50, (0, 50))


async def test_given_a_rich_run_when_it_is_earned_then_the_bonus_is_capped(tx: Tx) -> None:
    member, campaign, _ = await a_start(tx, most=30, budget=30)
    activity = await recorded(member, tx=tx)

    await deliver([earned(member, activity, 500)], tx)

    assert (await balance(member, tx), await campaign_now(campaign, tx)) == (30, (0, 30))


async def test_given_a_campaign_when_its_limits_are_reached_then_no_chance_is_given(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await making.a_runner(programme, tx=tx) for _ in range(2)]
    campaign = await a_campaign(programme, tx, most=60, budget=100, member_max=1)
    started = []
    for member, at in ((ada, NOON), (bob, NOON), (ada, NOON + HOUR)):
        begun = await moments.start_session(
            member, type=Type.RUN, started_at=at, id=ids.new(at), at=at, tx=tx
        )
        await making.ends(begun.session, member, tx=tx)
        started.append(begun.bonus is not None)

    while await lapse_due(NOON + 4 * DAY, tx):
        pass

    assert started == [True, False, False]  # the budget is promised; the member had theirs
    assert await campaign_now(campaign, tx) == (0, 0)


async def test_given_an_ended_campaign_when_a_run_begins_then_no_chance_is_given(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    member = await making.a_runner(programme, tx=tx)
    campaign = await a_campaign(programme, tx)

    ended = await moments.end_campaign(campaign.id, programme=programme.id, tx=tx)
    session = await making.began(member, tx=tx)

    assert not ended.open
    assert await moments.bonus_of(session.id, programme=programme.id, tx=tx) is None


WRONG = [
    ("name", {"name": " "}),
    ("fits", {"fits": frozenset()}),
    ("hundredths", {"hundredths": 100}),
    ("most", {"most": 0}),
    ("budget", {"budget": 99}),
    ("seconds_min", {"seconds_min": -1}),
    ("metres_min", {"metres_min": -1}),
    ("share", {"share": 0}),
    ("member_max", {"member_max": 0}),
    ("member_days", {"member_days": 367}),
    ("valid_until", {"valid_until": NOON}),
]


@pytest.mark.parametrize(("field", "said"), WRONG, ids=[row[0] for row in WRONG])
async def test_given_each_wrong_campaign_when_it_is_made_then_it_is_refused(
    field: str, said: dict, tx: Tx
) -> None:
    with pytest.raises(BadBonus) as refused:
        await a_campaign(await given.a_programme(tx=tx), tx, **said)

    assert refused.value.path == (field,)


async def test_given_the_last_points_when_many_begin_at_once_then_they_are_promised_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        programme = await given.a_programme(tx=tx)
        campaign = await a_campaign(programme, tx, most=50, budget=149)
        people = [await making.a_runner(programme, tx=tx) for _ in range(8)]

    async def begin(member: Member) -> bool:
        async with db.transaction() as tx:
            words = {"type": Type.RUN, "started_at": NOON, "id": ids.new(NOON), "at": NOON}
            return (await moments.start_session(member, tx=tx, **words)).bonus is not None

    acts = [partial(begin, one) for one in people]
    chances = await making.at_once(acts, making.CAMPAIGN, campaign.id)

    assert sum(chances) == 2
    async with db.transaction() as tx:
        assert await campaign_now(campaign, tx) == (100, 0)


async def test_given_one_event_many_times_at_once_when_it_is_delivered_then_it_pays_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        member, campaign, _ = await a_start(tx)
        activity = await recorded(member, tx=tx)

    async def once() -> None:
        async with db.transaction() as tx:
            await deliver([earned(member, activity)], tx)

    await making.at_once([once] * 8, making.MEMBER, member.id)

    async with db.transaction() as tx:
        assert (await balance(member, tx), await campaign_now(campaign, tx)) == (50, (0, 50))
