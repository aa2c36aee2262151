"""Judged activities become points, each once."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import ledger, members, points, transfers
from domain.activities import Judged, Type
from domain.members import Member
from domain.points import Measure
from domain.points.reactions import REACTIONS
from domain.programmes import Programme
from infra import db, ids
from infra.db import Tx
from infra.outbox import Delivery
from tests.support import given
from tests.support.given import NOON
from tests.support.waiting import until

DAY = NOON.date()
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
(AWARD,) = REACTIONS


def a_run(
    member: Member,
    *,
    metres: int = 5_000,
    type: Type = Type.RUN,
    outcome: str = "COUNTED",
    day: date = DAY,
    started_at: datetime = NOON - timedelta(hours=1),
    at: datetime = NOON,
    id: UUID | None = None,
) -> Judged:
    return Judged(
        programme=member.programme,
        subject=member.id,
        object=id or ids.new(at),
        at=at,
        type=type,
        outcome=outcome,
        day=day,
        started_at=started_at,
        duration_s=1_800,
        distance_m=metres,
    )


async def deliver(judged: Sequence[Judged], tx: Tx) -> None:
    await AWARD.body([Delivery(ids.new(NOON), n, j) for n, j in enumerate(judged)], tx)


async def a_club(tx: Tx, **rule: Any) -> Programme:
    club = await given.a_programme(tx=tx)
    terms: dict[str, Any] = {
        "activity": Type.RUN,
        "measure": Measure.METRES,
        "points": 10,
        "per": 1_000,
        "day_max": 100,
    }
    await points.set_rule(club, **{**terms, **rule}, at=NOON, tx=tx)
    return club


async def has(member: Member, tx: Tx) -> tuple[int, int]:
    balance = await ledger.balance(member.account, book=member.book, at=NOON, tx=tx)
    return balance.available, balance.pending


async def somebody_waits() -> bool:
    async with db.reading() as tx:
        return bool(await tx.value(WAITING))


async def award_of(judged: Judged, tx: Tx) -> points.Award:
    found = await points.awards_of([judged.object], programme=judged.programme, tx=tx)
    (award,) = found[judged.object]
    return award


async def test_given_a_counted_run_when_judged_then_its_points_are_there_and_explained(
    tx: Tx,
) -> None:
    club = await a_club(tx)
    ada = await given.a_member(club, tx=tx)
    run = a_run(ada)

    await deliver([run], tx)

    assert await has(ada, tx) == (50, 0)
    award = await award_of(run, tx)
    assert (award.rule, award.version, award.measured) == ("RUN", 1, 5_000)
    assert (award.wanted, award.given, award.capped, award.pending) == (50, 50, 0, False)
    assert award.text == "5.0 km run x 10 points per km = 50 points"
    earned = tx.staged[-1]
    assert isinstance(earned, points.Earned)
    assert (earned.subject, earned.object, earned.points) == (ada.id, run.object, 50)


async def test_given_files_of_many_past_days_when_judged_on_one_day_then_they_share_its_cap(
    tx: Tx,
) -> None:
    club = await a_club(tx)
    ada = await given.a_member(club, tx=tx)
    late = [NOON - timedelta(days=ago) for ago in (31, 400, 4_000)]
    runs = [a_run(ada, day=at.date(), started_at=at, metres=6_000) for at in late]
    recent = NOON - timedelta(days=29)

    for run in [*runs, a_run(ada, day=recent.date(), started_at=recent, metres=6_000)]:
        await deliver([run], tx)

    assert [(await award_of(run, tx)).given for run in runs] == [60, 40, 0]
    assert {(await award_of(run, tx)).day for run in runs} == {DAY}
    assert await has(ada, tx) == (160, 0)


async def test_given_an_award_when_its_entry_is_read_then_the_journal_tells_the_same(
    tx: Tx,
) -> None:
    club = await a_club(tx)
    ada = await given.a_member(club, tx=tx)
    run = a_run(ada)

    await deliver([run], tx)

    award = await award_of(run, tx)
    (entry,) = await ledger.statement(ada.account, book=ada.book, before_seq=None, limit=10, tx=tx)
    assert (entry.id, entry.amount) == (award.posting, 50)
    assert entry.meta == {
        "why": "activity",
        "activity": str(run.object),
        "rule": "RUN",
        "version": 1,
        "revision": 1,
        "text": award.text,
    }


async def test_given_a_pending_run_when_judged_then_its_points_are_promised_for_a_day(
    tx: Tx,
) -> None:
    club = await a_club(tx)
    ada = await given.a_member(club, tx=tx)
    run = a_run(ada, outcome="PENDING")

    await deliver([run], tx)
    await deliver([run], tx)

    assert await has(ada, tx) == (0, 50)
    assert (await award_of(run, tx)).pending is True
    row = await tx.row("SELECT id, matures_at FROM ledger.pending WHERE account = $1", ada.account)
    assert row is not None
    assert row["id"] == (await award_of(run, tx)).posting
    assert row["matures_at"] == NOON + points.MATURES_AFTER


@pytest.mark.parametrize("outcome", ["REVIEW", "REJECTED", "PROCESSING"])
async def test_given_a_run_that_does_not_count_when_judged_then_nothing_is_given(
    outcome: str, tx: Tx
) -> None:
    club = await a_club(tx)
    ada = await given.a_member(club, tx=tx)
    run = a_run(ada, outcome=outcome)
    told = len(tx.staged)

    await deliver([run], tx)

    assert await has(ada, tx) == (0, 0)
    assert await points.awards_of([run.object], programme=club.id, tx=tx) == {}
    assert len(tx.staged) == told


async def test_given_a_run_in_review_when_it_counts_later_then_it_is_paid(tx: Tx) -> None:
    club = await a_club(tx)
    ada = await given.a_member(club, tx=tx)
    run = a_run(ada, outcome="REVIEW")
    await deliver([run], tx)

    await deliver([a_run(ada, id=run.object, at=NOON + timedelta(minutes=5))], tx)

    assert await has(ada, tx) == (50, 0)


async def test_given_an_activity_without_a_rule_when_judged_then_nothing_is_given(tx: Tx) -> None:
    club = await a_club(tx)
    ada = await given.a_member(club, tx=tx)

    await deliver([a_run(ada, type=Type.SWIM)], tx)

    assert await has(ada, tx) == (0, 0)


async def test_given_a_run_too_short_for_a_point_when_judged_then_the_award_says_so(
    tx: Tx,
) -> None:
    club = await a_club(tx)
    ada = await given.a_member(club, tx=tx)
    run = a_run(ada, metres=99)
    told = len(tx.staged)

    await deliver([run], tx)

    award = await award_of(run, tx)
    assert (award.given, award.posting) == (0, None)
    assert award.text == "99 m run x 10 points per km = 0 points, rounded down"
    assert len(tx.staged) == told


async def test_given_a_paid_run_when_delivered_again_then_it_is_not_paid_again(tx: Tx) -> None:
    club = await a_club(tx)
    ada = await given.a_member(club, tx=tx)
    run = a_run(ada)
    await deliver([run], tx)
    told = list(tx.staged)

    await deliver([run], tx)
    await deliver([a_run(ada, id=run.object, at=NOON + timedelta(days=1))], tx)

    assert await has(ada, tx) == (50, 0)
    assert tx.staged == told


async def test_given_a_full_day_when_more_is_run_then_only_what_the_limit_leaves_is_given(
    tx: Tx,
) -> None:
    club = await a_club(tx, day_max=100)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
    await deliver([a_run(ada, metres=7_000)], tx)

    second, third = a_run(ada, metres=7_000), a_run(ada, metres=7_000, outcome="PENDING")
    await deliver([second, a_run(bob, metres=7_000)], tx)
    await deliver([third], tx)
    await deliver([a_run(ada, metres=1_000, day=DAY - timedelta(days=1))], tx)

    assert await has(ada, tx) == (110, 0)
    assert await has(bob, tx) == (70, 0)
    capped, empty = await award_of(second, tx), await award_of(third, tx)
    assert (capped.wanted, capped.given, capped.capped) == (70, 30, 40)
    assert capped.text.endswith("; the limit of 100 a day left 30 points")
    assert (empty.given, empty.posting, empty.pending) == (0, None, False)


async def test_given_a_changed_rule_when_a_run_from_before_arrives_then_the_old_version_pays(
    tx: Tx,
) -> None:
    club = await a_club(tx)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
    await points.set_rule(
        club, activity=Type.RUN, measure=Measure.ACTIVITIES, points=7, day_max=7, at=NOON, tx=tx
    )

    before = a_run(ada, started_at=NOON - timedelta(microseconds=1))
    after = a_run(bob, started_at=NOON)
    await deliver([before, after], tx)

    assert (await award_of(before, tx)).version == 1
    assert (await award_of(after, tx)).version == 2
    assert (await has(ada, tx), await has(bob, tx)) == ((50, 0), (7, 0))


async def test_given_members_of_two_programmes_in_one_batch_then_each_is_paid_by_their_own_rule(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx, points=10), tx=tx)
    eve = await given.a_member(await a_club(tx, points=3), tx=tx)
    runs = [a_run(ada), a_run(eve)]

    await deliver(runs, tx)

    assert (await has(ada, tx), await has(eve, tx)) == ((50, 0), (15, 0))
    foreign = await points.awards_of([runs[0].object], programme=eve.programme, tx=tx)
    assert foreign == {}


async def test_given_a_batch_of_many_when_judged_then_each_is_paid_once(tx: Tx) -> None:
    club = await a_club(tx)
    runners = [await given.a_member(club, tx=tx) for _ in range(20)]
    runs = [a_run(m, metres=1_000 + 100 * n) for n, m in enumerate(runners)]

    await deliver(runs, tx)

    assert [(await has(m, tx))[0] for m in runners] == [10 + n for n in range(20)]


async def test_given_one_run_when_delivered_eight_times_at_once_then_it_is_paid_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        club = await a_club(tx)
        ada = await given.a_member(club, tx=tx)
    run = a_run(ada)

    async def once() -> None:
        async with db.transaction() as tx:
            await deliver([run], tx)

    await asyncio.gather(*(once() for _ in range(8)))

    async with db.transaction() as tx:
        assert await has(ada, tx) == (50, 0)


async def test_given_a_refused_run_before_a_paid_one_when_points_are_sent_meanwhile_then_both_end(
    database: None,
) -> None:
    async with db.transaction() as tx:
        club = await a_club(tx)
        pair = [await given.a_member(club, holding=10, tx=tx) for _ in range(2)]
        ada, zoe = sorted(pair, key=lambda member: member.id)
        await given.friendship(ada, zoe, tx=tx)
        await members.edit(zoe, auto_accept=True, at=NOON, tx=tx)
    begun, waiting = asyncio.Event(), asyncio.Event()

    # Ada's lane has two events, so the second is of a later round than Zoe's only one.
    async def work() -> None:
        async with db.transaction() as tx:
            await deliver([a_run(ada, outcome="REJECTED"), a_run(zoe)], tx)
            begun.set()
            await waiting.wait()
            await deliver([a_run(ada)], tx)

    async def send() -> None:
        await begun.wait()
        async with db.transaction() as tx:
            await transfers.send(5, sender=ada, receiver=zoe.id, id=ids.new(NOON), at=NOON, tx=tx)

    async def watch() -> None:
        await until(somebody_waits)
        waiting.set()

    await asyncio.gather(work(), send(), watch())

    async with db.transaction() as tx:
        assert (await has(ada, tx), await has(zoe, tx)) == ((55, 0), (65, 0))


async def test_given_eight_runs_of_one_day_when_judged_at_once_then_the_limit_holds(
    database: None,
) -> None:
    async with db.transaction() as tx:
        club = await a_club(tx, day_max=100)
        ada = await given.a_member(club, tx=tx)

    async def once(run: Judged) -> None:
        async with db.transaction() as tx:
            await deliver([run], tx)

    await asyncio.gather(*(once(a_run(ada, metres=3_000)) for _ in range(8)))

    async with db.transaction() as tx:
        assert await has(ada, tx) == (100, 0)


@pytest.mark.parametrize(
    ("measure", "per", "measured", "wanted"),
    [
        (Measure.METRES, 1_000, 5_000, 50),
        (Measure.SECONDS, 60, 1_800, 300),
        (Measure.QUANTITY, 100, 700, 70),
        (Measure.ACTIVITIES, 1, 1, 10),
    ],
)
async def test_given_a_measure_when_a_run_is_judged_then_its_own_number_is_paid_for(
    measure: Measure, per: int, measured: int, wanted: int, tx: Tx
) -> None:
    ada = await given.a_member(await a_club(tx, measure=measure, per=per, day_max=1_000), tx=tx)
    run = replace(a_run(ada), quantity=700)

    await deliver([run], tx)

    award = await award_of(run, tx)
    assert (award.measured, award.wanted) == (measured, wanted)
