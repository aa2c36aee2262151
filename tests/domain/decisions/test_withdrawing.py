"""Who no longer agrees to be learnt from leaves nothing behind that was estimated of them."""

from typing import Any

import pytest

from domain import decisions, duplicates
from domain.decisions import Chooser, Response, personal
from domain.decisions.withdrawing import withdraw
from domain.members import ConsentWithdrawn, Member
from infra import ids
from infra.db import Tx
from infra.outbox import Delivery
from tests.domain.decisions import making
from tests.domain.decisions.making import FEATURES, Scene
from tests.support import given
from tests.support.given import NOON


async def kept(member: Member, tx: Tx) -> dict[str, Any]:
    """What was estimated of the member, as an export tells them."""
    told = await personal.told(member.id, programme=member.programme, tx=tx)
    (slate,), (decision,) = told["slate"], told["decision"]
    names = ("features", "p", "value", "why")
    return {"candidates": slate["candidates"], **{name: decision[name] for name in names}}


async def said_no(member: Member, tx: Tx) -> list[Delivery[ConsentWithdrawn]]:
    """The member withdraws their consent, and it is on its way to whoever listens."""
    await making.agrees(member, tx, given=False)
    told = [one for one in tx.staged if isinstance(one, ConsentWithdrawn)]
    return [Delivery(ids.new(NOON), number, one) for number, one in enumerate(told, 1)]


async def a_scene(tx: Tx) -> Scene:
    """A member who is shown the only offer there is, since they often do what it is about."""
    scene = await making.a_scene(tx, count=1)
    answer = making.estimates(scene, [0.4], reasons=(("OFTEN", 1.0),))
    await making.shows(scene, tx, answer=answer)
    return scene


async def test_given_estimates_when_consent_is_withdrawn_then_none_is_left_and_none_is_learnt(
    tx: Tx,
) -> None:
    scene = await a_scene(tx)
    other = await given.a_member(scene.programme, tx=tx)
    await making.agrees(other, tx)
    await making.shows(scene, tx, member=other, answer=making.estimates(scene, [0.4]))
    before = await kept(scene.member, tx)

    await withdraw(await said_no(scene.member, tx), tx)
    now = await making.shows(scene, tx)
    (earlier, _) = sorted(
        await decisions.listed(
            scene.member.id, programme=scene.programme.id, before=None, limit=9, tx=tx
        ),
        key=lambda one: one.chooser is Chooser.PLAIN,
    )
    await making.answers(earlier, Response.ACCEPT, scene.member, tx)

    assert before["features"] == pytest.approx(FEATURES)
    assert (before["why"], before["candidates"] is None) == ("OFTEN product:coffee", False)
    assert (earlier.p, earlier.value, earlier.why) == (0, 0, "CHOSEN")
    told = await personal.told(scene.member.id, programme=scene.programme.id, tx=tx)
    assert [one["features"] for one in told["decision"]] == [None, None]
    assert told["slate"][0]["candidates"] is None
    # What was shown a moment ago by what is forgotten is not shown on.
    assert now.chooser is Chooser.PLAIN
    assert await making.learnt(scene.programme, tx) == (0, 0)
    assert (await kept(other, tx))["features"] == pytest.approx(FEATURES)


async def test_given_another_consent_when_it_is_withdrawn_then_nothing_is_cleared(tx: Tx) -> None:
    scene = await a_scene(tx)
    (event,) = await said_no(scene.member, tx)
    words = {"programme": scene.programme.id, "subject": scene.member.id, "at": NOON}
    other = ConsentWithdrawn(object=scene.member.id, purpose="marketing", **words)

    await withdraw([Delivery(event.id, 1, other)], tx)

    assert (await kept(scene.member, tx))["features"] is not None


async def test_given_consent_again_when_the_withdrawal_comes_late_then_only_the_old_is_cleared(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, count=1)
    late = await said_no(scene.member, tx)
    later = NOON + making.HOUR
    await making.agrees(scene.member, tx, at=later)
    await making.shows(scene, tx, answer=making.estimates(scene, [0.4]), at=later)

    await withdraw(late, tx)

    assert (await kept(scene.member, tx))["features"] is not None


async def test_given_somebody_who_was_merged_when_the_survivor_withdraws_then_theirs_is_cleared(
    tx: Tx,
) -> None:
    scene = await a_scene(tx)
    survivor = await given.a_member(scene.programme, tx=tx)
    await making.agrees(survivor, tx)
    who = {"survivor": survivor.id, "duplicate": scene.member.id}
    await duplicates.merge(programme=scene.programme.id, id=ids.new(NOON), at=NOON, tx=tx, **who)

    await withdraw(await said_no(survivor, tx), tx)

    assert (await kept(scene.member, tx))["features"] is None


async def test_given_an_answer_on_its_way_when_consent_is_withdrawn_then_it_is_not_used(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, count=1)
    plan = await making.plan(scene, tx)
    assert plan.question is not None
    await making.agrees(scene.member, tx, given=False)

    answer = making.estimates(scene, [0.4])
    slate = await decisions.decide(plan, answer=answer, at=NOON, tx=tx)

    assert (slate.chooser, slate.model) == (Chooser.PLAIN, "")
    assert (await kept(scene.member, tx))["features"] is None
