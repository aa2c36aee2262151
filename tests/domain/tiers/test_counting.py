"""Counting: months, tiers and levels follow the points, whatever order they come and go in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as cases
from hypothesis import strategies as st

from domain import ledger, members, tiers
from domain.activities import Type
from domain.metrics import Filter
from domain.tiers import Basis, NoSuchLadder, Terms, TierChanged
from domain.tiers.counting import recount
from domain.tiers.schedule import JOBS
from infra import ids
from infra.db import Tx
from tests.domain.tiers.ladders import PLAIN, STEPS, a_climber, a_ladder, called, key_of, told
from tests.support import facts, given
from tests.support.given import NOON

DAY = timedelta(days=1)
WORKS = {job.name: job.body for job in JOBS}
ROWS = """
SELECT month, points, xp FROM tier_month
WHERE programme = $1 AND member = $2 AND (points, xp) <> (0, 0) ORDER BY month
"""
PLACE = """
SELECT counting, xp, level, tier, until, due FROM tier_member WHERE programme = $1 AND member = $2
"""


async def test_given_a_ladder_when_a_run_earns_enough_then_the_member_rises_and_is_called_so(
    tx: Tx,
) -> None:
    programme, _ = await a_ladder(tx)
    ada = await a_climber(programme, tx)

    await facts.judged(ada, points=120, tx=tx)

    standing = await tiers.standing(ada, at=NOON, tx=tx)
    assert (standing.tier, standing.xp, standing.level) == (STEPS[0], 120, 1)
    assert standing.next_level_xp == 200
    assert standing.points == 120
    assert standing.rise is not None
    assert (standing.rise.tier.key, standing.rise.points) == ("gold", 180)
    assert await called(ada, tx) == ["silver"]
    (changed,) = await told(ada.id, "TierChanged", tx)
    assert isinstance(changed, TierChanged)
    assert (changed.before, changed.after, changed.rose) == (None, "silver", True)
    (risen,) = await told(ada.id, "LevelChanged", tx)
    assert (risen.before, risen.after, risen.xp) == (0, 1, 120)


async def test_given_a_tier_when_the_points_are_taken_back_then_they_leave_the_sum_and_it_goes(
    tx: Tx,
) -> None:
    programme, _ = await a_ladder(tx)
    ada = await a_climber(programme, tx)
    run = await facts.judged(ada, points=120, tx=tx)

    await facts.judged_again(run, counts=False, points=0, tx=tx)

    standing = await tiers.standing(ada, at=NOON, tx=tx)
    assert (standing.tier, standing.xp, standing.points, standing.level) == (None, 0, 0, 0)
    assert await called(ada, tx, at=NOON + DAY) == []
    *_, changed = await told(ada.id, "TierChanged", tx)
    assert (changed.before, changed.after, changed.rose) == ("silver", None, False)


async def test_given_a_tier_when_all_points_are_spent_then_it_stays(tx: Tx) -> None:
    programme, _ = await a_ladder(tx)
    ada = await a_climber(programme, tx)
    await given.points(120, ada, tx=tx)
    await facts.judged(ada, points=120, tx=tx)

    item = ledger.spend(120, account=ada.account, target=ledger.ISSUANCE, id=ids.new(NOON))
    ledger.require(await ledger.post_one(item, book=ada.book, at=NOON, tx=tx))
    await facts.judged(ada, points=1, minute=1, tx=tx)

    assert await key_of(ada, tx) == "silver"


async def test_given_a_programme_without_a_ladder_when_a_run_is_counted_then_nothing_is_kept(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)

    await facts.judged(ada, points=120, tx=tx)

    assert await tx.rows(PLACE, programme.id, ada.id) == []
    assert await tiers.levels([ada.id], programme=programme.id, at=NOON, tx=tx) == {ada.id: 0}
    with pytest.raises(NoSuchLadder):
        await tiers.standing(ada, at=NOON, tx=tx)


async def test_given_runs_before_the_ladder_when_the_next_is_counted_then_all_of_them_count(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await a_climber(programme, tx)
    await facts.judged(ada, points=90, tx=tx)
    await tiers.set_ladder(programme, PLAIN, at=NOON, tx=tx)

    await facts.judged(ada, points=10, minute=1, tx=tx)

    assert await key_of(ada, tx) == "silver"


async def test_given_runs_before_the_ladder_when_the_schedule_comes_then_they_count(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await a_climber(programme, tx) for _ in range(2)]
    await facts.judged(ada, points=100, tx=tx)
    await tiers.set_ladder(programme, PLAIN, at=NOON, tx=tx)

    while await WORKS["tiers.review_changed"](NOON, tx):
        pass

    assert await called(ada, tx) == ["silver"]
    # Whoever earned nothing, where nobody has a tier from the beginning, needs no row.
    assert await tx.rows(PLACE, programme.id, bob.id) == []


async def test_given_a_tier_for_everybody_when_the_schedule_comes_then_all_are_called_so(
    tx: Tx,
) -> None:
    programme, _ = await a_ladder(tx, tiers=(tiers.Tier("blue", "Blue", 0), *STEPS))
    ada = await a_climber(programme, tx)

    while await WORKS["tiers.review_changed"](NOON, tx):
        pass

    assert await called(ada, tx) == ["blue"]


async def test_given_a_qualifying_filter_when_other_points_come_then_only_the_level_knows(
    tx: Tx,
) -> None:
    rides = Filter(types=frozenset({Type.RIDE}))
    programme, _ = await a_ladder(tx, basis=Basis.QUALIFYING, qualifying=rides)
    ada = await a_climber(programme, tx)

    await facts.judged(ada, points=80, tx=tx)
    await facts.judged(ada, points=20, minute=1, type=Type.RIDE, tx=tx)

    await tiers.earn(
        50, member=ada.id, programme=programme.id, reason="Race", id=ids.new(NOON), at=NOON, tx=tx
    )

    standing = await tiers.standing(ada, at=NOON, tx=tx)
    assert (standing.points, standing.xp, standing.tier) == (20, 150, None)


async def test_given_another_basis_when_it_is_set_then_everybody_is_counted_anew(tx: Tx) -> None:
    programme, ladder = await a_ladder(tx)
    ada = await a_climber(programme, tx)
    await facts.judged(ada, points=120, tx=tx)
    rides = Filter(types=frozenset({Type.RIDE}))
    terms = replace(PLAIN, basis=Basis.QUALIFYING, qualifying=rides)

    changed = await tiers.set_ladder(programme, terms, at=NOON, tx=tx)
    while await WORKS["tiers.review_changed"](NOON, tx):
        pass

    assert (ladder.version, changed.version, changed.counting) == (1, 2, 2)
    assert await key_of(ada, tx) is None
    assert await called(ada, tx, at=NOON + DAY) == []


async def test_given_another_basis_when_the_next_run_comes_first_then_all_before_is_counted_anew(
    tx: Tx,
) -> None:
    programme, _ = await a_ladder(tx)
    ada = await a_climber(programme, tx)
    await facts.judged(ada, points=120, tx=tx)
    rides = Filter(types=frozenset({Type.RIDE}))
    terms = replace(PLAIN, basis=Basis.QUALIFYING, qualifying=rides)
    await tiers.set_ladder(programme, terms, at=NOON, tx=tx)

    await facts.judged(ada, points=7, minute=1, type=Type.RIDE, tx=tx)

    standing = await tiers.standing(ada, at=NOON, tx=tx)
    assert (standing.points, standing.xp, standing.tier) == (7, 127, None)


async def test_given_other_thresholds_when_they_are_set_then_nobody_is_counted_anew(tx: Tx) -> None:
    programme, _ = await a_ladder(tx)
    ada = await a_climber(programme, tx)
    await facts.judged(ada, points=120, tx=tx)
    terms = replace(PLAIN, tiers=(tiers.Tier("gold", "Gold", 120),))

    changed = await tiers.set_ladder(programme, terms, at=NOON, tx=tx)
    while await WORKS["tiers.review_changed"](NOON, tx):
        pass

    assert (changed.version, changed.counting) == (2, 1)
    assert await called(ada, tx) == ["gold"]


async def test_given_the_same_ladder_when_it_is_set_again_then_nothing_changes(tx: Tx) -> None:
    programme, ladder = await a_ladder(tx)

    again = await tiers.set_ladder(programme, PLAIN, at=NOON, tx=tx)

    assert again == ladder


async def test_given_a_tier_when_its_validity_ends_then_the_schedule_takes_it(tx: Tx) -> None:
    programme, _ = await a_ladder(tx, grace_days=10)
    ada, bob = [await a_climber(programme, tx) for _ in range(2)]
    await facts.judged(ada, points=400, tx=tx)
    await facts.judged(bob, points=400, tx=tx)
    end = NOON.replace(year=NOON.year + 2, month=1, day=11) + DAY
    # Bob reaches it again in the next year.
    await facts.judged(bob, points=400, day=(NOON + 365 * DAY).date(), at=NOON + 366 * DAY, tx=tx)

    early = await WORKS["tiers.end_due"](end - 2 * DAY, tx)
    done = await WORKS["tiers.end_due"](end, tx)

    assert (early, done) == (0, 1)
    assert await called(ada, tx, at=end) == ["silver"]
    assert await called(bob, tx, at=end) == ["gold"]
    *_, fell = await told(ada.id, "TierChanged", tx)
    assert (fell.before, fell.after, fell.rose) == ("gold", "silver", False)
    assert await WORKS["tiers.end_due"](end, tx) == 0


STORY = st.lists(
    st.tuples(
        st.sampled_from(["run", "again", "credit", "earn", "undo"]),
        st.integers(0, 3),  # which one of those before it is about
        st.integers(1, 150),  # points
        st.integers(0, 420),  # days ago
        st.sampled_from([Type.RUN, Type.RIDE]),
    ),
    min_size=1,
    max_size=9,
)
LADDERS = st.sampled_from(
    [
        PLAIN,
        replace(PLAIN, basis=Basis.QUALIFYING, qualifying=Filter(types=frozenset({Type.RIDE}))),
        replace(PLAIN, period=tiers.Period.ROLLING, period_months=4, valid_months=3),
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@cases(STORY, LADDERS)
async def test_given_any_story_when_counted_step_by_step_then_it_is_as_if_counted_from_nothing(
    tx: Tx, story, terms: Terms
) -> None:
    programme = await given.a_programme(tx=tx)
    ladder = await tiers.set_ladder(programme, terms, at=NOON, tx=tx)
    ada = await a_climber(programme, tx)
    runs, credits = [], []
    for what, which, points, days, kind in story:
        day = (NOON - days * DAY).date()
        common = {"member": ada.id, "programme": programme.id, "at": NOON - days * DAY, "tx": tx}
        match what:
            case "run":
                runs.append(await facts.judged(ada, points=points, day=day, type=kind, tx=tx))
            case "again" if runs:
                place = which % len(runs)
                runs[place] = await facts.judged_again(
                    runs[place], points=points, counts=days % 2 == 0, day=day, type=kind, tx=tx
                )
            case "credit" | "earn":
                give = tiers.credit if what == "credit" else tiers.earn
                credits.append(await give(points, reason="Well done", id=ids.new(NOON), **common))
            case "undo" if credits:
                gone = credits[which % len(credits)].id
                await tiers.uncredit([gone], programme=programme.id, at=NOON, tx=tx)
    # So that what is seen is of today, and that there is something to see.
    last = {"member": ada.id, "programme": programme.id, "id": ids.new(NOON), "at": NOON, "tx": tx}
    await tiers.credit(1, reason="Hello", **last)
    step_by_step = await seen(ada, tx)

    await members.lock([ada.id], programme=programme.id, tx=tx)
    await recount([ada.id], ladder=ladder, at=NOON, tx=tx)

    assert await seen(ada, tx) == step_by_step


async def seen(member, tx: Tx) -> tuple[list, list]:
    """The months that hold something, and the place, as they are kept."""
    months = await tx.rows(ROWS, member.programme, member.id)
    place = await tx.rows(PLACE, member.programme, member.id)
    return [tuple(row.values()) for row in months], [tuple(row.values()) for row in place]
