"""A treat at the end of an activity is chosen, logged and learnt from as all offers are."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from domain import decisions, interactions, members, moments
from domain.activities import Type
from domain.decisions import Chooser, Decision, Placement, Response
from domain.members import Member
from domain.moments import Candidate, Context, learning
from domain.moments.events import Redeemed
from domain.moments.preferring import nearest, prefer
from domain.visits import Position
from infra import ids
from infra.db import Tx
from infra.outbox import Delivery
from infra.recommending import Answer, Question, Scored
from tests.domain.decisions.making import FEATURES, learnt, warmed
from tests.domain.moments import making
from tests.domain.moments.making import Scene
from tests.domain.outlets.making import HERE
from tests.support.given import NOON

RUN = Context(Type.RUN, 1_800)


def one(number: int = 1, **said: Any) -> Candidate:
    words: dict[str, Any] = {
        "treat": UUID(int=number),
        "outlet": UUID(int=number),
        "kind": "DRINK",
        "types": 1,
        "distance_m": 300,
        "cost": 50,
        "worth": 100,
    }
    return Candidate(**{**words, **said})


def said(by: Mapping[UUID, float]) -> Answer:
    """The models say how likely each treat is taken."""
    scored = [
        Scored(f"treat:{treat}", p, 0.01, FEATURES, (("NOW", 0.4),), "own")
        for treat, p in by.items()
    ]
    return Answer("model-1", scored, warm=True)


def test_what_is_liked_comes_before_what_is_a_little_nearer() -> None:
    near, liked = one(1, distance_m=200), one(2, distance_m=400)
    answer = said({near.treat: 0.05, liked.treat: 0.6})

    chosen = prefer(RUN, [near, liked], answer=answer, warm=True, seed=1)
    without = prefer(RUN, [near, liked], answer=None, warm=False, seed=1)

    assert (chosen.chooser, without.chooser) == (Chooser.LEARNT, Chooser.PLAIN)
    assert [candidate for candidate, _ in chosen.choices] == [liked, near]
    assert [candidate for candidate, _ in without.choices] == [near, liked]
    assert chosen.choices[0][1].propensity > 0.99
    assert without.choices[0][1].propensity == 1.0


def test_what_is_not_worth_the_walk_is_not_chosen_however_it_is_liked() -> None:
    far = one(1, distance_m=6_000)

    assert prefer(RUN, [far], answer=said({far.treat: 0.9}), warm=True, seed=1).choices == []


def test_each_treat_is_chosen_where_it_is_nearest() -> None:
    near, far = one(1, distance_m=200), one(1, outlet=UUID(int=9), distance_m=800)

    assert nearest([far, near]) == [near]


async def agreeing(tx: Tx) -> Scene:
    """A runner who agreed to be shown what they like, and whom nobody holds out."""
    scene = await making.a_scene(tx)
    words: dict[str, Any] = {"version": "1", "channel": "APP", "given": True, "at": NOON}
    await members.set_consent(scene.member, purpose=interactions.PERSONALISATION, tx=tx, **words)
    home = scene.programme.id
    await decisions.set_rules(holdout_percent=0, plain=[], programme=home, tx=tx)
    return scene


async def asked(scene: Scene, session: UUID, tx: Tx, **said: Any) -> Question | None:
    words: dict[str, Any] = {"ended_at": NOON, "position": HERE, "at": NOON, **said}
    return await moments.ask(session, member=scene.member, tx=tx, **words)


async def logged(member: Member, tx: Tx) -> Decision:
    (found,) = await decisions.listed(
        member.id, programme=member.programme, before=None, limit=2, tx=tx
    )
    return found


async def test_given_an_activity_that_ends_when_it_is_asked_about_then_it_says_what_is_near(
    tx: Tx,
) -> None:
    scene = await agreeing(tx)
    session = await making.began(scene.member, at=NOON - making.HOUR, tx=tx)

    question = await asked(scene, session.id, tx)

    item = f"treat:{scene.treat.id}"
    assert question is not None
    assert question.among == [item]
    assert question.about[item] == ("activity:RUN", "product:drink")
    assert question.context["activity"] == "RUN"
    assert question.context[f"distance_m:{item}"] < 1_000.0
    # Nobody else's, none that there is not, and none without a place.
    assert await asked(scene, ids.new(NOON), tx) is None
    assert await asked(scene, session.id, tx, position=None) is None
    with pytest.raises(Exception, match="degrees"):
        await asked(scene, session.id, tx, position=Position(91, 0))


async def test_given_no_consent_to_personalisation_when_it_ends_then_nobody_is_asked(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    session = await making.began(scene.member, at=NOON - making.HOUR, tx=tx)

    assert await asked(scene, session.id, tx) is None


async def test_given_an_answer_when_a_treat_is_offered_then_it_is_logged_seen_and_learnt(
    tx: Tx,
) -> None:
    scene = await agreeing(tx)
    await warmed(scene.programme, tx)
    session = await making.began(scene.member, at=NOON - making.HOUR, tx=tx)
    before = await learnt(scene.programme, tx)

    ended = await making.ends(
        session, scene.member, at=NOON, tx=tx, answer=said({scene.treat.id: 0.4})
    )

    assert ended.offer is not None
    decision = await logged(scene.member, tx)
    assert decision.slate == ended.offer.moment.id
    assert (decision.placement, decision.subject) == (Placement.AFTER_ACTIVITY, scene.treat.id)
    assert (decision.chooser, decision.model) == (Chooser.LEARNT, "model-1")
    assert (decision.p, decision.value) == (pytest.approx(0.4), pytest.approx(12.0))
    assert decision.seen_at == NOON
    assert await learnt(scene.programme, tx) == (before[0] + 1, before[1])
    # What else was near would tell where they were.
    kept = await decisions.candidates(decision.slate, programme=scene.programme.id, tx=tx)
    assert kept == "[]"


async def test_given_an_answer_on_its_way_when_consent_is_withdrawn_then_it_is_not_used(
    tx: Tx,
) -> None:
    scene = await agreeing(tx)
    session = await making.began(scene.member, at=NOON - making.HOUR, tx=tx)
    words: dict[str, Any] = {"version": "1", "channel": "APP", "given": False, "at": NOON}
    await members.set_consent(scene.member, purpose=interactions.PERSONALISATION, tx=tx, **words)

    await making.ends(session, scene.member, at=NOON, tx=tx, answer=said({scene.treat.id: 0.4}))

    decision = await logged(scene.member, tx)
    assert (decision.chooser, decision.model) == (Chooser.PLAIN, "")
    assert await learnt(scene.programme, tx) == (0, 0)


async def test_given_a_treat_when_it_is_refused_then_its_decision_is_answered(tx: Tx) -> None:
    scene = await agreeing(tx)
    session = await making.began(scene.member, at=NOON - making.HOUR, tx=tx)
    ended = await making.ends(session, scene.member, at=NOON, tx=tx)
    assert ended.offer is not None

    for _ in range(2):
        moment = ended.offer.moment.id
        await moments.refuse(moment, member=scene.member, at=NOON + making.MINUTE, tx=tx)

    decision = await logged(scene.member, tx)
    assert (decision.chooser, decision.propensity) == (Chooser.PLAIN, 1.0)
    assert (decision.answer, decision.taken) == (Response.REFUSE, False)
    standing = await decisions.standing(
        scene.member.id, programme=scene.programme.id, at=NOON + making.HOUR, tx=tx
    )
    assert standing.times["product:drink"] == 1


async def test_given_a_treat_when_it_is_handed_over_then_it_was_taken_once(tx: Tx) -> None:
    scene = await agreeing(tx)
    session = await making.began(scene.member, at=NOON - making.HOUR, tx=tx)
    answer = said({scene.treat.id: 0.4})
    ended = await making.ends(session, scene.member, at=NOON, tx=tx, answer=answer)
    assert ended.offer is not None
    event = Redeemed(
        programme=scene.programme.id,
        subject=scene.member.id,
        object=ended.offer.moment.id,
        at=NOON,
        treat=scene.treat.id,
        kind="DRINK",
        title="A cold drink",
        outlet=scene.outlet.id,
        outlet_name="Corner",
        cost=50,
    )

    for number in (1, 2):
        await learning.learn([Delivery(ids.new(NOON), number, event)], tx)

    assert (await logged(scene.member, tx)).taken
    assert await learnt(scene.programme, tx) == (1, 1)
    item = f"treat:{scene.treat.id}"
    tallies = await decisions.tallies([item], programme=scene.programme.id, tx=tx)
    assert (tallies[item].seen, tallies[item].redeemed) == (1, 1)
    liked = await interactions.history(
        scene.member.id, programme=scene.programme.id, at=NOON + making.DAY, tx=tx
    )
    assert {seen.item for seen in liked} == {item, "product:drink"}
