"""Noting: one fact for each activity, the same whatever order, and how often, it is told in."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import given as cases
from hypothesis import strategies as st

from domain import activities, members, metrics
from domain.activities import Judged, Proof, Report, State, Type
from domain.metrics import Change, Fact
from domain.points import Earned, TakenBack
from infra import ids
from infra.db import Tx
from tests.support import facts, given
from tests.support.given import NOON


async def note(member, *events, tx: Tx) -> list[Change]:
    people = await members.lock([member.id], programme=member.programme, tx=tx)
    return list(await metrics.note(events, people=people, programme=member.programme, tx=tx))


async def standing(member, tx: Tx) -> list[Fact]:
    day = NOON.date()
    found = await metrics.facts_of(
        [member.id],
        programme=member.programme,
        since=day - timedelta(days=30),
        until=day + timedelta(days=1),
        tx=tx,
    )
    return list(found.get(member.id, ()))


def taken_back(earned: Earned) -> TakenBack:
    return TakenBack(
        programme=earned.programme,
        subject=earned.subject,
        object=earned.object,
        at=earned.at,
        points=earned.points,
        returned=earned.points,
        revision=earned.revision,
    )


async def test_given_a_run_when_judged_and_paid_then_its_fact_has_both_and_the_local_minute(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, zone="Asia/Kolkata", tx=tx)
    run = facts.fact(ada, started_at=NOON - timedelta(hours=2), elevation_m=80, cell=None)
    judged, earned = facts.happened(run)

    first = await note(ada, judged, tx=tx)
    second = await note(ada, earned, tx=tx)

    # 10:00 UTC is 15:30 in Kolkata.
    expected = replace(run, minute=15 * 60 + 30)
    assert await standing(ada, tx) == [expected]
    assert first == [Change(None, replace(expected, points=0), judged.at)]
    assert second == [Change(replace(expected, points=0), expected, earned.at)]


async def test_given_a_run_when_told_again_then_nothing_changes(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)
    events = facts.happened(facts.fact(ada))
    await note(ada, *events, tx=tx)

    again = await note(ada, *events, tx=tx)

    assert again == []


async def test_given_several_events_of_one_run_in_a_batch_when_noted_then_they_are_one_change(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)
    run = facts.fact(ada)

    (change,) = await note(ada, *facts.happened(run), tx=tx)

    assert change.before is None
    assert change.after.points == run.points


async def test_given_a_rejected_run_when_noted_then_the_fact_is_kept_and_nobody_is_told(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)
    judged, _ = facts.happened(facts.fact(ada, counts=False))

    changes = await note(ada, judged, tx=tx)

    assert changes == []
    assert [one.counts for one in await standing(ada, tx)] == [False]


async def test_given_a_run_taken_back_before_it_was_earned_when_noted_then_it_has_no_points(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)
    run = facts.fact(ada)
    judged, earned = facts.happened(run)

    # A batch of points tells what it undid before what it made.
    await note(ada, judged, taken_back(earned), earned, tx=tx)

    assert [one.points for one in await standing(ada, tx)] == [0]


async def test_given_points_of_an_activity_nobody_told_of_when_noted_then_it_is_asked_for(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, at=NOON - timedelta(days=9), tx=tx)
    report = Report(
        id=ids.new(NOON),
        member=ada.id,
        type=Type.RUN,
        started_at=NOON - timedelta(hours=2),
        ended_at=NOON - timedelta(hours=1),
        duration_s=3_600,
        distance_m=9_000,
        proof=Proof.PARTNER,
        source="partner:zoo",
        external_id="1",
    )
    await activities.report([report], programme=programme.id, at=NOON, tx=tx)
    earned = Earned(
        programme=programme.id,
        subject=ada.id,
        object=report.id,
        at=NOON,
        points=90,
        pending=False,
        text="",
    )

    (change,) = await note(ada, earned, tx=tx)

    assert (change.after.distance_m, change.after.points) == (9_000, 90)
    assert change.after.partner == "zoo"
    assert await metrics.facts([report.id], programme=programme.id, tx=tx) == {
        report.id: change.after
    }


async def test_given_a_merge_when_old_and_new_runs_are_judged_then_each_stays_where_it_was_counted(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    old = await facts.judged(bob, tx=tx)
    await members.absorb(ada, duplicate=bob, at=NOON, tx=tx)

    await facts.judged_again(old, distance_m=7_000, tx=tx)
    new = await facts.judged(bob, minute=1, tx=tx)
    merged = [[one.activity for one in await standing(who, tx)] for who in (ada, bob)]

    assert merged == [[new.activity], [old.activity]]


async def test_given_facts_of_several_when_asked_for_days_then_only_those_come_in_order(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    today = NOON.date()
    runs = [
        await facts.judged(ada, day=today - timedelta(days=days), tx=tx) for days in (0, 2, 1, 9)
    ]

    found = await metrics.facts_of(
        [ada.id, bob.id],
        programme=programme.id,
        since=today - timedelta(days=2),
        until=today - timedelta(days=1),
        tx=tx,
    )

    assert {member: [one.activity for one in some] for member, some in found.items()} == {
        ada.id: [runs[1].activity, runs[2].activity]
    }


STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),  # which activity
        st.sampled_from([State.COUNTED, State.PENDING, State.REVIEW, State.WITHDRAWN]),
        st.integers(0, 90),  # its points
    ),
    min_size=1,
    max_size=8,
)


def history(member, steps) -> list[Judged | Earned | TakenBack]:
    """What is told when activities are judged one after the other: each judgement replaces the
    one before of its activity, and what that had earned."""
    runs = [facts.fact(member, minute=600 + n) for n in range(3)]
    told: list[Judged | Earned | TakenBack] = []
    revisions, earned_last = [0, 0, 0], [None, None, None]
    for which, state, points in steps:
        revisions[which] += 1
        run = replace(
            runs[which], revision=revisions[which], points=points, distance_m=points * 100
        )
        judged, earned = facts.happened(run)
        told.append(replace(judged, outcome=state.value))
        if earned_last[which] is not None:
            told.append(taken_back(earned_last[which]))
            earned_last[which] = None
        if points and state in (State.COUNTED, State.PENDING):
            told.append(earned)
            earned_last[which] = earned
    return told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@cases(STEPS, st.data())
async def test_given_any_history_when_told_in_any_order_and_twice_then_the_facts_are_the_last_word(
    tx: Tx, steps, data
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)
    straight = history(ada, steps)
    # Of each activity some judgement comes first: else it would be asked for.
    judged = [one for one in straight if isinstance(one, Judged)]
    first = {one.object: one for one in data.draw(st.permutations(judged))}
    crooked = [*first.values(), *data.draw(st.permutations(straight * 2))]
    sums = dict.fromkeys(first, 0)

    for event in straight:
        await note(ada, event, tx=tx)
    expected = await standing(ada, tx)
    await tx.run("DELETE FROM fact WHERE programme = $1", programme.id)
    while crooked:
        size = data.draw(st.integers(1, 5))
        for change in await note(ada, *crooked[:size], tx=tx):
            sums[change.after.activity] += _worth(change.after) - _worth(change.before)
        crooked = crooked[size:]

    found = await standing(ada, tx)
    newest = {one.object: one.revision for one in judged}
    assert found == expected
    assert sums == {one.activity: _worth(one) for one in found}
    assert {one.activity: one.revision for one in found} == newest


def _worth(one: Fact | None) -> int:
    return one.points + one.distance_m if one is not None and one.counts else 0


async def test_given_the_games_reaction_when_it_runs_then_it_writes_facts_of_several_programmes(
    tx: Tx,
) -> None:
    one, two = [await given.a_programme(tx=tx) for _ in range(2)]
    ada, bob = await given.a_member(one, tx=tx), await given.a_member(two, tx=tx)
    told = [*facts.happened(facts.fact(ada)), *facts.happened(facts.fact(bob))]

    await facts.play(*told, tx=tx)

    assert [len(await standing(who, tx)) for who in (ada, bob)] == [1, 1]
