"""What a member is shown, and how it is written down."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from domain import decisions, offers
from domain.decisions import Chooser, Placement, Response
from domain.offers import Gain, OfferKind
from infra.db import Tx
from infra.recommending import Answer
from tests.domain.decisions import making
from tests.domain.offers import making as of_offers
from tests.support import given
from tests.support.given import NOON

# Of half of so many none, or all, are held out once in ten million runs.
PEOPLE = 24


async def test_given_no_offers_when_one_asks_then_nothing_is_shown_and_nobody_is_asked(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, count=0)

    plan = await making.plan(scene, tx)
    slate = await decisions.decide(plan, answer=None, at=NOON, tx=tx)

    assert plan.question is None
    assert slate.decisions == ()


async def test_given_all_refused_or_all_over_when_one_asks_then_nothing_is_shown(tx: Tx) -> None:
    scene = await making.a_scene(tx, count=2)
    answer = making.estimates(scene, [0.1, 0.2])
    for _ in scene.offers:
        first = (await making.shows(scene, tx, answer=answer)).decisions[0]
        await making.answers(first, Response.REFUSE, scene.member, tx)
    ended = max(one.terms.valid_until for one in scene.offers)
    other = await given.a_member(scene.programme, tx=tx)
    await making.agrees(other, tx)

    refused = await making.shows(scene, tx, answer=answer)
    # Those who estimate have not heard of it yet.
    over = await making.shows(scene, tx, member=other, answer=answer, at=ended)

    assert (making.items(refused), making.items(over)) == ([], [])


async def test_given_no_consent_when_one_asks_then_it_is_the_plain_list_and_nobody_is_asked(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, agreed=False)

    plan = await making.plan(scene, tx)
    slate = await decisions.decide(plan, answer=None, at=NOON, tx=tx)

    assert plan.question is None
    assert slate.chooser is Chooser.PLAIN
    assert making.items(slate) == [scene.item(place) for place in range(3)]
    assert [one.propensity for one in slate.decisions] == [1.0, 1.0, 1.0]


async def test_given_consent_when_one_asks_then_the_question_says_what_they_did(tx: Tx) -> None:
    scene = await making.a_scene(tx)
    slate = await making.shows(scene, tx, count=1)
    await making.answers(slate.decisions[0], Response.ACCEPT, scene.member, tx)

    question = (await making.plan(scene, tx, at=NOON + making.HOUR)).question

    assert question is not None
    assert question.member == str(scene.member.id)
    assert {item for item, _, _ in question.history} == {scene.item(0), "product:coffee"}
    assert question.profile["locale"] == scene.member.locale.split("-")[0]
    assert set(question.context) == {"hour", "weekday"}


async def test_given_models_that_are_away_when_one_asks_then_the_plain_list_answers(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)

    slate = await making.shows(scene, tx, answer=None)

    assert (slate.chooser, slate.model) == (Chooser.PLAIN, "")
    assert len(slate.decisions) == 3


async def test_given_too_little_known_when_models_answer_then_the_rule_takes_the_best_mostly(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)

    # 300 points at 1 in 100, 200 at 2 in 100, and 100 at 9 in 10.
    slate = await making.shows(scene, tx, answer=making.estimates(scene, [0.01, 0.02, 0.9]))

    assert slate.chooser is Chooser.RULE
    likely = {one.item: one.propensity for one in slate.decisions if one.position == 0}
    best, chance = scene.item(2), 0.9 + 0.1 / 3
    assert likely == {next(iter(likely)): pytest.approx(chance if best in likely else 0.1 / 3)}
    assert all(0 < one.propensity < 1 for one in slate.decisions[:2])


async def test_given_a_choice_when_the_member_withdraws_then_the_plain_list_takes_its_place(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    answer = making.estimates(scene, [0.01, 0.02, 0.9])
    chosen = await making.shows(scene, tx, answer=answer)
    again = await making.shows(scene, tx, answer=answer)
    await making.agrees(scene.member, tx, given=False)

    plain = await making.shows(scene, tx, answer=answer)

    assert again.id == chosen.id
    assert (plain.chooser, plain.model) == (Chooser.PLAIN, "")


async def test_given_enough_known_when_models_answer_then_what_brings_most_comes_first(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    await making.warmed(scene.programme, tx)
    later = NOON + timedelta(days=20)

    # 300 points at 1 in 100, 200 at 2 in 100, and 100 at 9 in 10.
    answer = making.estimates(scene, [0.01, 0.02, 0.9])
    slate = await making.shows(scene, tx, answer=answer, at=later)

    assert (slate.chooser, slate.model) == (Chooser.LEARNT, "model-1")
    assert slate.decisions[0].item == scene.item(2)
    assert slate.decisions[0].p == pytest.approx(0.9)
    assert slate.decisions[0].value == pytest.approx(90.0)
    assert slate.decisions[0].propensity > 0.99
    kept = await decisions.get(
        slate.decisions[0].id, member=scene.member.id, programme=scene.programme.id, tx=tx
    )
    assert kept == slate.decisions[0]


async def test_given_a_slate_when_one_asks_again_soon_then_it_is_the_same(tx: Tx) -> None:
    scene = await making.a_scene(tx)
    first = await making.shows(scene, tx)

    again = await making.shows(scene, tx, at=NOON + 9 * making.MINUTE)
    fewer = await making.shows(scene, tx, count=1, at=NOON + 9 * making.MINUTE)
    later = await making.shows(scene, tx, at=NOON + 10 * making.MINUTE)

    assert again.id == first.id
    assert fewer.decisions == first.decisions[:1]
    assert later.id != first.id
    assert (await making.tally(scene, 0, tx)).chosen == 2


async def test_given_a_slate_when_what_there_is_changes_then_it_is_chosen_anew(tx: Tx) -> None:
    scene = await making.a_scene(tx)
    first = await making.shows(scene, tx)

    await offers.end(scene.offers[0].id, partner=None, programme=scene.programme.id, at=NOON, tx=tx)
    again = await making.shows(scene, tx, at=NOON + making.MINUTE)

    assert first.decisions[0].item == scene.item(0)
    assert scene.item(0) not in making.items(again)


async def test_given_a_member_held_out_when_models_answer_then_it_is_the_plain_list_for_good(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    await decisions.set_rules(holdout_percent=50, plain=[], programme=scene.programme.id, tx=tx)
    people = [await given.a_member(scene.programme, tx=tx) for _ in range(PEOPLE)]
    for one in people:
        await making.agrees(one, tx)

    plans = [await making.plan(scene, tx, member=one) for one in people]
    held = next(plan for plan in plans if plan.held_out)
    slate = await decisions.decide(
        held, answer=making.estimates(scene, [0.1, 0.1, 0.9]), at=NOON, tx=tx
    )

    assert 0 < sum(plan.held_out for plan in plans) < PEOPLE
    assert held.question is None
    assert slate.chooser is Chooser.PLAIN
    assert all(one.holdout for one in slate.decisions)
    # Who is in it does not change from one day to the next.
    later = await making.plan(scene, tx, member=held.member, at=NOON + making.DAY)
    assert later.held_out


async def test_given_an_offer_that_members_are_held_out_of_then_some_never_see_it(tx: Tx) -> None:
    scene = await making.a_scene(tx, count=1, holdout_percent=50)
    people = [await given.a_member(scene.programme, tx=tx) for _ in range(PEOPLE)]

    slates = [await making.shows(scene, tx, member=one) for one in people]

    assert 0 < sum(len(slate.decisions) for slate in slates) < PEOPLE


async def test_given_what_may_not_be_shown_when_chosen_then_why_is_kept_with_the_slate(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, count=2)
    watch = await making.an_offer(
        scene.programme, tx, placements=frozenset({Placement.WATCH}), margin=900
    )
    used = await making.an_offer(scene.programme, tx, margin=800, total_max=1)
    await offers.accept(used.id, member=scene.member, decision=making.nobodys(), at=NOON, tx=tx)

    slate = await making.shows(scene, tx)

    kept = await decisions.candidates(slate.id, programme=scene.programme.id, tx=tx)
    assert kept is not None
    why = {one["item"]: one["out"] for one in orjson.loads(kept)}
    assert making.items(slate) == [scene.item(0), scene.item(1)]
    assert why == {scene.item(0): None, scene.item(1): None, f"offer:{used.id}": "USED_UP"}
    assert f"offer:{watch.id}" not in why


async def test_given_a_plain_list_by_hand_then_it_comes_first(tx: Tx) -> None:
    scene = await making.a_scene(tx)
    last = scene.offers[2].id

    await decisions.set_rules(holdout_percent=5, plain=[last], programme=scene.programme.id, tx=tx)
    slate = await making.shows(scene, tx)

    assert making.items(slate) == [scene.item(2), scene.item(0), scene.item(1)]


async def test_given_estimates_of_nobody_knows_what_when_chosen_then_they_are_passed_over(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    answer = making.estimates(scene, [0.1, 0.1, 0.1])
    odd = replace(answer.scored[0], item=f"offer:{making.nobodys()}")
    broken = replace(answer.scored[1], p=float("nan"), features=[float("nan")] * 20)
    said = Answer("model-1", [odd, replace(odd, item="x"), broken, answer.scored[2]], warm=True)

    slate = await making.shows(scene, tx, answer=said)

    assert sorted(making.items(slate)) == sorted(scene.item(place) for place in range(3))
    assert all(0 <= one.p <= 1 for one in slate.decisions)


async def test_given_an_offer_of_points_without_any_left_then_it_is_not_shown(tx: Tx) -> None:
    scene = await making.a_scene(tx, count=1, kind=OfferKind.BONUS, gain=of_offers.BONUS, points=40)
    other = await given.a_member(scene.programme, tx=tx)
    before = await making.shows(scene, tx)
    await offers.accept(scene.offers[0].id, member=other, decision=making.nobodys(), at=NOON, tx=tx)

    after = await making.shows(scene, tx, at=NOON + making.HOUR)

    assert len(before.decisions) == 1
    assert after.decisions == ()
    assert scene.offers[0].terms.gain != Gain()


@pytest.mark.parametrize(
    ("reasons", "like", "said"),
    [
        ((("POPULAR", 0.5),), None, "Popular with members like you."),
        ((("OFTEN", -0.5), ("DUE", 0.2)), None, "It is about time again."),
        ((("ALIKE", 0.5),), "activity:RUN", "Because you often run."),
        ((("ALIKE", 0.5),), "product:coffee", "People who like coffee also take this."),
        ((("ALIKE", 0.5),), "product:4711", "It is like what you have chosen before."),
        ((("OFTEN", 0.5),), None, "Because you often choose coffee."),
    ],
)
async def test_why_something_is_shown_is_said_in_plain_words(
    tx: Tx, reasons: object, like: str | None, said: str
) -> None:
    scene = await making.a_scene(tx, count=1)
    await making.warmed(scene.programme, tx)
    answer = making.estimates(scene, [0.5], reasons=reasons, like=like)
    slate = await making.shows(scene, tx, answer=answer, at=NOON + timedelta(days=20))

    assert list(await decisions.words(slate.decisions, member=scene.member, tx=tx)) == [said]


async def test_rules_are_refused_in_this_order(tx: Tx) -> None:
    scene = await making.a_scene(tx, count=1)
    where: dict[str, Any] = {"programme": scene.programme.id, "tx": tx}

    with pytest.raises(decisions.BadDecisionRules):
        await decisions.set_rules(holdout_percent=51, plain=[making.nobodys()], **where)
    with pytest.raises(decisions.BadDecisionRules):
        await decisions.set_rules(holdout_percent=5, plain=[scene.offers[0].id] * 2, **where)
    with pytest.raises(offers.NoSuchOffer):
        await decisions.set_rules(holdout_percent=5, plain=[making.nobodys()], **where)
