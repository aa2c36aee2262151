"""Which choices tell what another way of choosing would have brought."""

import pytest

from domain import decisions
from domain.decisions import Audited, Response
from infra.db import Tx
from tests.domain.decisions import making
from tests.domain.decisions.making import DAY, MINUTE, Scene
from tests.support.given import NOON

LATER = NOON + 2 * DAY


async def audited(scene: Scene, tx: Tx) -> list[Audited]:
    programme = scene.programme.id
    return list(await decisions.audited(programme=programme, since=NOON - DAY, until=LATER, tx=tx))


async def test_given_a_choice_that_was_seen_when_audited_then_it_has_all_it_was_made_of(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    slate = await making.shows(scene, tx, answer=making.estimates(scene, [0.3, 0.2, 0.1]))
    first = slate.decisions[0]
    await making.answers(first, Response.ACCEPT, scene.member, tx)

    (one,) = await audited(scene, tx)

    assert (one.member, one.item, one.taken, one.at) == (scene.member.id, first.item, True, NOON)
    assert one.propensity == pytest.approx(first.propensity)
    assert {each.item for each in one.candidates} == {scene.item(n) for n in range(3)}
    assert [each.p for each in sorted(one.candidates, key=lambda each: -each.p)] == [0.3, 0.2, 0.1]
    assert {each.margin for each in one.candidates} == {100, 200, 300}
    assert list(one.weights) == [1.0] * 3


async def test_given_a_choice_that_may_still_be_answered_when_audited_then_it_is_left_out(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    slate = await making.shows(scene, tx, answer=making.estimates(scene, [0.3, 0.2, 0.1]))
    seen = [slate.decisions[0].id]
    await decisions.seen(seen, member=scene.member, at=NOON, tx=tx)
    words = {"programme": scene.programme.id, "since": NOON - DAY, "tx": tx}

    early = await decisions.audited(until=NOON + 10 * MINUTE, **words)
    late = await decisions.audited(until=LATER, **words)

    assert (len(early), len(late)) == (0, 1)


async def test_given_what_nobody_saw_or_estimated_when_audited_then_it_is_left_out(tx: Tx) -> None:
    unseen, plain = await making.a_scene(tx), await making.a_scene(tx)
    await making.shows(unseen, tx, answer=making.estimates(unseen, [0.3, 0.2, 0.1]))
    slate = await making.shows(plain, tx, answer=None)
    await making.answers(slate.decisions[0], Response.ACCEPT, plain.member, tx)

    assert await audited(unseen, tx) == []
    assert await audited(plain, tx) == []
