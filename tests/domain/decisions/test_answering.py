"""What follows from an answer: once, all of it or nothing, and at once."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from domain import challenges, decisions, interactions, offers
from domain.decisions import Decision, Kind, Response, Tally, personal, redeeming
from domain.decisions.learning import CHANNEL, SHARDS, shard_of
from domain.decisions.suppressing import forget_due
from domain.members import Member
from domain.offers import BonusEarned, Gain, OfferKind
from infra import db, ids, signals
from infra.db import Tx
from infra.errors import Refused
from infra.outbox import Delivery
from tests.domain.challenges.making import of_programme as a_challenge
from tests.domain.decisions import making
from tests.domain.decisions.making import Scene
from tests.domain.offers import making as of_offers
from tests.domain.offers.making import MEMBER, at_once
from tests.support import given
from tests.support.given import NOON

ACCEPT, REFUSE, NOT_NOW = Response.ACCEPT, Response.REFUSE, Response.NOT_NOW
FEATURES = making.FEATURES
BONUS: dict[str, Any] = {"kind": OfferKind.BONUS, "gain": of_offers.BONUS}


async def shown(scene: Scene, tx: Tx, *, count: int = 1) -> Sequence[Decision]:
    """What the member is shown, with the numbers that the bandit learns by."""
    answer = making.estimates(scene, [0.1] * len(scene.offers))
    return (await making.shows(scene, tx, answer=answer, count=count)).decisions


@pytest.mark.parametrize("response", list(Response))
async def test_given_an_offer_when_it_is_answered_twice_then_it_counts_once(
    tx: Tx, response: Response
) -> None:
    scene = await making.a_scene(tx, count=1)
    (decision,) = await shown(scene, tx)

    first = await making.answers(decision, response, scene.member, tx)
    again = await making.answers(decision, response, scene.member, tx, at=NOON + making.HOUR)

    taken = int(response is ACCEPT)
    assert again == first
    assert (first.answer, first.answered_at, first.seen_at) == (response, NOON, NOON)
    assert await making.tally(scene, 0, tx) == Tally(
        chosen=1,
        seen=1,
        accepted=taken,
        refused=int(response is REFUSE),
        put_off=int(response is NOT_NOW),
    )
    assert await making.learnt(scene.programme, tx) == (1, taken)


async def test_given_an_answer_when_it_is_learnt_then_the_sums_are_those_of_its_features(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, count=2)
    first, second = await shown(scene, tx, count=2)

    await decisions.seen([first.id, second.id], member=scene.member, at=NOON, tx=tx)
    await making.answers(first, ACCEPT, scene.member, tx)
    sums = await decisions.bandit(scene.programme.id, tx=tx)

    assert sums.n == 2
    assert sums.a == pytest.approx([2 * x * y for x in FEATURES for y in FEATURES], abs=1e-6)
    assert sums.b == pytest.approx(FEATURES, abs=1e-6)


async def test_given_nothing_answered_when_the_sums_are_asked_then_they_are_nothing(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, count=0)

    sums = await decisions.bandit(scene.programme.id, tx=tx)

    assert (sums.n, set(sums.a), set(sums.b)) == (0, {0.0}, {0.0})
    assert (len(sums.a), len(sums.b)) == (400, 20)


async def test_given_a_refusal_when_one_asks_next_then_it_is_hidden_and_its_like_weaker(
    tx: Tx,
) -> None:
    lasts: dict[str, Any] = {"valid_until": NOON + 90 * making.DAY}
    scene = await making.a_scene(tx, count=2, **lasts)
    tea: dict[str, Any] = {"margin": 50, "about": ("product:tea",), "kind": OfferKind.BONUS}
    gain: dict[str, Any] = {"gain": of_offers.BONUS}
    other = await making.an_offer(scene.programme, tx, **tea, **gain, **lasts)
    await making.warmed(scene.programme, tx)
    at = NOON + 20 * making.DAY
    answer = making.estimates(scene, [0.2, 0.2])
    slate = await making.shows(scene, tx, answer=answer, at=at)

    await making.answers(slate.decisions[0], REFUSE, scene.member, tx, at=at)
    # In the very same minute: nothing waits for ten of them to pass.
    now = await making.shows(scene, tx, answer=answer, at=at)
    plain = await making.shows(scene, tx, at=at + making.HOUR)
    refused = (await making.plan(scene, tx, at=at + 2 * making.HOUR)).question

    assert slate.decisions[0].item not in making.items(now)
    (weaker,) = [one for one in now.decisions if one.item == scene.item(1)]
    assert weaker.p == pytest.approx(0.2 * 0.7)
    # Though it leaves more than the tea does.
    assert making.items(plain) == [f"offer:{other.id}", scene.item(1)]
    assert refused is not None
    assert refused.refused["product:coffee"] == 1
    month = await making.shows(scene, tx, at=at + 30 * making.DAY)
    assert slate.decisions[0].item in making.items(month)


async def test_given_not_now_when_a_day_is_over_then_it_is_shown_again(tx: Tx) -> None:
    scene = await making.a_scene(tx, count=1)
    (decision,) = await shown(scene, tx)

    await making.answers(decision, NOT_NOW, scene.member, tx)
    soon = await making.shows(scene, tx, at=NOON + 23 * making.HOUR)
    later = await making.shows(scene, tx, at=NOON + making.DAY)

    assert making.items(soon) == []
    assert making.items(later) == [scene.item(0)]
    assert await forget_due(NOON + 2 * making.DAY, tx) == 1


async def test_given_not_now_when_they_want_it_after_all_then_they_have_it(tx: Tx) -> None:
    scene = await making.a_scene(tx, count=1, **BONUS)
    (decision,) = await shown(scene, tx)

    await making.answers(decision, NOT_NOW, scene.member, tx)
    now = await making.answers(decision, ACCEPT, scene.member, tx)

    assert (now.answer, now.taken) == (ACCEPT, True)
    assert await of_offers.money(scene.offers[0], tx) == (500, 40, 0, 460)
    assert await making.learnt(scene.programme, tx) == (1, 1)


async def test_given_an_acceptance_when_one_asks_next_then_it_is_known_what_they_like(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, count=1)
    (decision,) = await shown(scene, tx)

    await making.answers(decision, ACCEPT, scene.member, tx)

    assert await making.history(scene.member, tx) == {scene.item(0), "product:coffee"}


async def test_given_no_consent_when_they_accept_then_nothing_is_kept_of_what_they_like(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, count=1, agreed=False)
    (decision,) = (await making.shows(scene, tx)).decisions

    await making.answers(decision, ACCEPT, scene.member, tx)

    assert await making.history(scene.member, tx) == set()
    # Nobody estimated anything for them, so there is nothing that could be learnt.
    assert await making.learnt(scene.programme, tx) == (0, 0)


async def test_given_an_offer_of_a_challenge_when_it_is_accepted_then_they_take_part(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, count=0)
    goal = await a_challenge(scene.programme, tx)
    offer = await making.an_offer(
        scene.programme, tx, kind=OfferKind.CHALLENGE, gain=Gain(challenge=goal.id)
    )
    (decision,) = (await making.shows(scene, tx)).decisions

    await making.answers(decision, ACCEPT, scene.member, tx)

    assert decision.subject == offer.id
    with pytest.raises(challenges.AlreadyJoined):
        await challenges.join(goal.id, member=scene.member, at=NOON, tx=tx)


async def test_given_impressions_when_they_are_told_again_then_they_count_once(tx: Tx) -> None:
    scene = await making.a_scene(tx, count=2)
    told = [one.id for one in await shown(scene, tx, count=2)]

    first = await decisions.seen(told, member=scene.member, at=NOON, tx=tx)
    await decisions.seen([*told, *told], member=scene.member, at=NOON + making.HOUR, tx=tx)

    assert [one.seen_at for one in first] == [NOON, NOON]
    assert (await making.tally(scene, 1, tx)).seen == 1
    assert await making.learnt(scene.programme, tx) == (2, 0)
    offer = scene.offers[0].id
    assert await decisions.reach(offer, programme=scene.programme.id, tx=tx) == 1


async def test_given_a_cap_on_showings_when_it_is_seen_so_often_then_it_is_shown_no_more(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, count=1, shown_max=1)
    (decision,) = await shown(scene, tx)

    before = await making.shows(scene, tx, at=NOON + making.HOUR)
    await decisions.seen([decision.id], member=scene.member, at=NOON, tx=tx)
    after = await making.shows(scene, tx, at=NOON + 2 * making.HOUR)

    assert len(before.decisions) == 1
    assert after.decisions == ()


async def test_given_what_was_accepted_when_it_is_used_twice_then_it_is_noted_once(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, count=1, **BONUS)
    (decision,) = await shown(scene, tx)
    await making.answers(decision, ACCEPT, scene.member, tx)
    event = BonusEarned(
        programme=scene.programme.id,
        subject=scene.member.id,
        object=ids.new(NOON),
        at=NOON,
        offer=scene.offers[0].id,
        name="Run more",
        activity=ids.new(NOON),
        points=40,
    )

    for number in (1, 2):
        await redeeming.redeem([Delivery(ids.new(NOON), number, event)], tx)

    assert (await making.tally(scene, 0, tx)).redeemed == 1
    # It was taken when it was accepted, and not a second time.
    assert await making.learnt(scene.programme, tx) == (1, 1)


async def test_answers_are_refused_in_this_order(tx: Tx) -> None:
    scene = await making.a_scene(tx, count=2, **BONUS)
    first, second = await shown(scene, tx, count=2)
    other = await given.a_member(scene.programme, tx=tx)
    late = NOON + making.DAY

    with pytest.raises(decisions.NoSuchDecision):
        await decisions.respond(ids.new(NOON), ACCEPT, member=scene.member, at=late, tx=tx)
    with pytest.raises(decisions.NoSuchDecision):
        await making.answers(first, ACCEPT, other, tx)
    await making.answers(first, REFUSE, scene.member, tx)
    with pytest.raises(decisions.DecisionAnswered) as answered:
        await making.answers(first, ACCEPT, scene.member, tx, at=late)
    assert answered.value.answer == "REFUSE"
    with pytest.raises(decisions.DecisionOver):
        await making.answers(second, ACCEPT, scene.member, tx, at=late)
    home = scene.programme.id
    await offers.end(scene.offers[1].id, partner=None, programme=home, at=NOON, tx=tx)
    with pytest.raises(offers.OfferClosed):
        async with tx.savepoint():
            await making.answers(second, ACCEPT, scene.member, tx)
    # A refusal of what is over is as good as any.
    assert (await making.answers(second, REFUSE, scene.member, tx)).answer is REFUSE


async def test_impressions_are_refused_in_this_order(tx: Tx) -> None:
    scene = await making.a_scene(tx, count=1)
    (decision,) = await shown(scene, tx)
    other = await given.a_member(scene.programme, tx=tx)
    many = [ids.derived(NOON, "somebody", number) for number in range(51)]

    with pytest.raises(decisions.TooManyDecisions):
        await decisions.seen(many, member=scene.member, at=NOON, tx=tx)
    with pytest.raises(decisions.NoSuchDecision):
        await decisions.seen([decision.id], member=other, at=NOON, tx=tx)
    with pytest.raises(decisions.NoSuchDecision):
        await decisions.seen([decision.id, many[0]], member=scene.member, at=NOON, tx=tx)


async def test_given_a_decision_of_another_when_it_is_marked_then_nothing_is(tx: Tx) -> None:
    scene = await making.a_scene(tx, count=1)
    (decision,) = await shown(scene, tx)
    other = await given.a_member(scene.programme, tx=tx)
    where: dict[str, Any] = {"programme": scene.programme.id, "at": NOON, "tx": tx}

    assert not await decisions.mark(decision.slate, Kind.REFUSE, member=other.id, **where)
    assert await decisions.mark(decision.slate, Kind.REFUSE, member=scene.member.id, **where)


async def test_given_a_member_who_is_forgotten_then_nothing_is_left_but_sums(tx: Tx) -> None:
    scene = await making.a_scene(tx, count=1)
    (decision,) = await shown(scene, tx)
    await making.answers(decision, REFUSE, scene.member, tx)
    home: dict[str, Any] = {"programme": scene.programme.id, "tx": tx}

    before = await personal.told(scene.member.id, **home)
    await personal.forget(scene.member.id, at=NOON, **home)
    after = await personal.told(scene.member.id, **home)

    assert {table: len(rows) for table, rows in before.items()} == {
        "slate": 1,
        "decision": 1,
        "decision_answer": 2,
        "suppression": 3,
    }
    assert not any(after.values())
    assert (await making.tally(scene, 0, tx)).refused == 1
    assert await making.learnt(scene.programme, tx) == (1, 0)


async def committed(count: int, **said: Any) -> tuple[Scene, Sequence[Member]]:
    """A scene in the shared database, with so many members of one shard, who all wait for the
    same sums."""
    async with db.transaction() as tx:
        scene = await making.a_scene(tx, count=1, **said)
        people: list[Member] = []
        while len(people) < count:
            one = await given.a_member(scene.programme, tx=tx)
            if not people or shard_of(one.id) == shard_of(people[0].id) or SHARDS == 1:
                await making.agrees(one, tx)
                people.append(one)
    return scene, people


async def shown_to(scene: Scene, people: Sequence[Member]) -> Sequence[Decision]:
    answer = making.estimates(scene, [0.1])
    found: list[Decision] = []
    async with db.transaction() as tx:
        for one in people:
            slate = await making.shows(scene, tx, member=one, answer=answer)
            found.extend(slate.decisions)
    return found


async def respond(decision: Decision, response: Response, member: Member) -> Decision | Refused:
    try:
        async with db.transaction() as tx:
            return await making.answers(decision, response, member, tx)
    except Refused as refused:
        return refused


HOLD_SUMS = "SELECT shard FROM bandit WHERE programme = $1 FOR UPDATE"


async def test_given_many_when_they_answer_at_once_then_none_of_it_is_lost(
    database: None,
) -> None:
    scene, people = await committed(6)
    found = await shown_to(scene, people)
    async with db.transaction() as tx:
        # One of them was seen before, and is taken now.
        await decisions.seen([found[1].id], member=people[1], at=NOON, tx=tx)
    acts = [
        partial(respond, decision, ACCEPT if place % 2 else REFUSE, member)
        for place, (decision, member) in enumerate(zip(found, people, strict=True))
    ]

    came = await at_once(acts, HOLD_SUMS, scene.programme.id)

    assert not [one for one in came if isinstance(one, Refused)]
    async with db.transaction() as tx:
        tally = await making.tally(scene, 0, tx)
        assert (tally.seen, tally.accepted, tally.refused) == (6, 3, 3)
        assert await making.learnt(scene.programme, tx) == (6, 3)
        sums = await decisions.bandit(scene.programme.id, tx=tx)
        assert sums.a[1] == pytest.approx(6 * FEATURES[1], abs=1e-5)
        assert sums.b[1] == pytest.approx(3 * FEATURES[1], abs=1e-5)


async def test_given_one_member_when_they_answer_on_two_devices_at_once_then_one_holds(
    database: None,
) -> None:
    scene, people = await committed(1, **BONUS)
    (decision,) = await shown_to(scene, people)
    acts = [partial(respond, decision, said, people[0]) for said in (ACCEPT, REFUSE) * 3]

    came = await at_once(acts, MEMBER, people[0].id)

    answers = {one.answer for one in came if isinstance(one, Decision)}
    assert len(answers) == 1
    assert {type(one) for one in came if isinstance(one, Refused)} == {decisions.DecisionAnswered}
    async with db.transaction() as tx:
        tally = await making.tally(scene, 0, tx)
        accepted = answers == {ACCEPT}
        assert (tally.seen, tally.accepted, tally.refused) == (1, accepted, not accepted)
        held = (await of_offers.money(scene.offers[0], tx))[1]
        assert held == 40 * accepted
        await of_offers.reconcile(scene.offers[0], tx)


async def test_given_one_member_when_they_ask_on_two_devices_at_once_then_both_see_the_same(
    database: None,
) -> None:
    scene, people = await committed(1)

    async def ask() -> str:
        async with db.transaction() as tx:
            return str((await making.shows(scene, tx, member=people[0])).id)

    seen = await asyncio.gather(*(ask() for _ in range(4)))

    assert len(set(seen)) == 1
    async with db.transaction() as tx:
        assert (await making.tally(scene, 0, tx)).chosen == 1


async def test_given_an_answer_that_is_cut_off_then_nothing_or_all_of_it_is_there(
    database: None,
) -> None:
    scene, people = await committed(1, **BONUS)
    (decision,) = await shown_to(scene, people)

    async def cut() -> None:
        async with db.transaction() as tx:
            await making.answers(decision, ACCEPT, people[0], tx)
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await cut()
    async with db.transaction() as tx:
        none = await making.tally(scene, 0, tx), await making.learnt(scene.programme, tx)
        money = await of_offers.money(scene.offers[0], tx)
        liked = await interactions.history(
            people[0].id, programme=scene.programme.id, at=NOON, tx=tx
        )
    await respond(decision, ACCEPT, people[0])

    assert none == (Tally(chosen=1), (0, 0))
    assert (money[1], liked) == (0, [])
    async with db.transaction() as tx:
        assert await making.tally(scene, 0, tx) == Tally(chosen=1, seen=1, accepted=1)
        assert await making.learnt(scene.programme, tx) == (1, 1)
        assert (await of_offers.money(scene.offers[0], tx))[1] == 40
        await of_offers.reconcile(scene.offers[0], tx)


async def test_given_an_answer_when_it_is_committed_then_who_recommends_is_told_at_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scene = await making.a_scene(tx, count=1)
        (decision,) = await shown(scene, tx)
    heard: list[str] = []

    with signals.near([CHANNEL], lambda channel, words: heard.append(channel)):
        async with db.transaction() as tx:
            await making.answers(decision, ACCEPT, scene.member, tx)
            before = list(heard)

    assert (before, heard) == ([], [CHANNEL])
