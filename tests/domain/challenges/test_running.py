"""What each process keeps of the challenges that count."""

from domain import challenges
from domain.activities import Type
from domain.challenges import Audience, Criterion, Entry, ending
from domain.metrics import Filter, Metric
from infra import db, ids
from infra.db import Tx
from tests.domain.challenges.making import (
    OPERATOR,
    a_payer,
    draft,
    funded,
    live,
    made,
    of_programme,
    run_out,
)
from tests.domain.challenges.playing import delete, given_to, run
from tests.support import databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres

RUNS = Criterion(Metric.DISTANCE, 5_000, Filter(types=frozenset({Type.RUN})))
STEPS = Criterion(Metric.STEPS, 5_000)


async def test_given_challenges_when_looked_up_by_type_then_only_those_that_may_count(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    payer = await a_payer(club, tx=tx)
    runs, steps = await live(payer, tx, criteria=(RUNS,)), await live(payer, tx, criteria=(STEPS,))
    both = await live(payer, tx, criteria=(RUNS, STEPS))
    auto = await live(payer, tx, audience=Audience(entry=Entry.AUTOMATIC))
    drafted = await made(payer, tx)

    found = await challenges.running(club.id, tx=tx)

    of = {type: {one.id for one in found.by_type(type)} for type in Type}
    assert of[Type.RUN] == {runs.id, both.id, auto.id}
    assert of[Type.STEPS] == {steps.id, both.id, auto.id}
    assert of[Type.PURCHASE] == {auto.id}
    assert [one.id for one in found.automatic(Type.RUN)] == [auto.id]
    assert (found.get(drafted.id), found.get(runs.id)) == (None, runs)


async def test_given_what_was_read_when_nothing_changes_then_it_is_the_very_same(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            payer = await a_payer(await given.a_programme(tx=tx), tx=tx)
            one, waits = await live(payer, tx), await funded(payer, tx)
        home = one.programme

        async with db.reading() as tx:
            first = await challenges.running(home, tx=tx)
            again = await challenges.running(home, tx=tx)
        async with db.transaction() as tx:
            words = {"programme": home, "at": NOON, "tx": tx}
            await challenges.submit(waits.id, partner=payer.id, **words)
            await challenges.approve(waits.id, **words)
            await challenges.pause(one.id, **words)
        async with db.reading() as tx:
            second = await challenges.running(home, tx=tx)

        assert first is again
        assert ({c.id for c in first.every()}, len(list(second.every()))) == ({one.id}, 2)
        paused = second.get(one.id)
        assert paused is not None
        assert paused.state is challenges.State.PAUSED


async def test_given_a_change_that_is_undone_when_read_within_it_then_nobody_keeps_it(
    postgres: Postgres,
) -> None:
    class Undo(Exception):
        """Leaves the block the way an error would."""

    async with databases.own(postgres):
        async with db.transaction() as tx:
            club = await given.a_programme(tx=tx)
            one = await of_programme(club, tx)
        async with db.reading() as tx:
            before = await challenges.running(club.id, tx=tx)
        try:
            async with db.transaction() as tx:
                await challenges.pause(one.id, programme=club.id, at=NOON, tx=tx)
                within = (await challenges.running(club.id, tx=tx)).get(one.id)
                raise Undo
        except Undo:
            pass
        async with db.transaction() as tx:
            # The version that was undone is given to another change.
            await challenges.create(
                draft(), programme=club.id, operator=OPERATOR, id=ids.new(NOON), at=NOON, tx=tx
            )
        async with db.reading() as tx:
            after = (await challenges.running(club.id, tx=tx)).get(one.id)

        assert within is not None
        assert after is not None
        assert (within.state, after.state) == ("PAUSED", "LIVE")
        assert before.get(one.id) == after


async def test_given_a_challenge_that_is_settled_when_read_then_it_counts_no_more(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    one = await of_programme(club, tx)

    await run_out(ending.end_due, one.cutoff_at, tx)
    ended = (await challenges.running(club.id, tx=tx)).get(one.id)
    await run_out(ending.settle_due, one.cutoff_at, tx)

    assert ended is not None
    assert (await challenges.running(club.id, tx=tx)).get(one.id) is None


async def test_given_points_that_are_gone_and_back_when_members_act_then_they_come_in_or_not(
    database: None,
) -> None:
    async with db.transaction() as tx:
        club = await given.a_programme(tx=tx)
        by_itself = Audience(entry=Entry.AUTOMATIC)
        one = await live(await a_payer(club, tx=tx), tx, budget=150, audience=by_itself)
        ada, bob, cy = [await given.a_member(club, tx=tx) for _ in range(3)]

    async with db.transaction() as tx:
        done = await run(ada, tx)
    async with db.transaction() as tx:
        await run(bob, tx)
    async with db.transaction() as tx:
        await delete(done, tx)
    async with db.transaction() as tx:
        await run(cy, tx)
        given_ = [len(await given_to(one, m.id, tx)) for m in (ada, bob, cy)]

    assert given_ == [1, 0, 1]
