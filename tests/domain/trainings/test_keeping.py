"""One model of a programme is in use; the others are kept for a while."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from domain import trainings
from domain.programmes import Programme
from domain.trainings import ModelDropped, ModelInUse, NoSuchModel, State, Trained
from domain.trainings.planning import LEASE, night_after
from infra import db, ids
from infra.db import Tx
from tests.support import databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres

HOUR = timedelta(hours=1)


async def trained(
    programme: Programme, *, hours: int = 0, state: State = State.LIVE, tx: Tx
) -> Trained:
    """A model that was trained so many hours after noon."""
    at = NOON + hours * HOUR
    model = Trained(
        id=ids.new(at),
        programme=programme.id,
        state=state,
        interactions=90,
        members=12,
        items=5,
        seconds=1.5,
        trained_at=at,
        measured={"metrics": {"pipeline": {"ndcg@10": 0.5}}},
        reason="worse" if state is State.REJECTED else None,
    )
    await trainings.add(model, at=at, tx=tx)
    return await trainings.get(model.id, programme=programme.id, tx=tx)


async def states(programme: Programme, tx: Tx) -> list[State]:
    found = await trainings.listed(programme=programme.id, tx=tx)
    return [each.state for each in found]


async def test_given_a_model_in_use_when_a_better_one_comes_then_it_takes_its_place(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    first = await trained(programme, tx=tx)

    second = await trained(programme, hours=1, tx=tx)
    worse = await trained(programme, hours=2, state=State.REJECTED, tx=tx)

    assert first.state is second.state is State.LIVE
    assert second.used_at == NOON + HOUR
    assert (worse.reason, worse.used_at) == ("worse", None)
    assert await states(programme, tx) == [State.REJECTED, State.LIVE, State.RETIRED]
    assert (await trainings.in_use(tx=tx))[programme.id] == second.id


async def test_given_models_when_one_of_before_is_used_again_then_it_alone_is_live(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    first = await trained(programme, tx=tx)
    await trained(programme, hours=1, tx=tx)

    again = await trainings.use(first.id, programme=programme.id, at=NOON + 2 * HOUR, tx=tx)
    await trainings.use(first.id, programme=programme.id, at=NOON + 3 * HOUR, tx=tx)

    assert (again.state, again.used_at) == (State.LIVE, NOON + 2 * HOUR)
    assert await states(programme, tx) == [State.RETIRED, State.LIVE]


async def test_given_models_when_they_are_used_or_dropped_wrongly_then_it_is_refused(
    tx: Tx,
) -> None:
    programme, other = await given.a_programme(tx=tx), await given.a_programme(tx=tx)
    old = await trained(programme, tx=tx)
    live = await trained(programme, hours=1, tx=tx)
    await trainings.drop(old.id, programme=programme.id, tx=tx)

    for id, where in ((UUID(int=5), programme), (live.id, other)):
        with pytest.raises(NoSuchModel):
            await trainings.use(id, programme=where.id, at=NOON, tx=tx)
        with pytest.raises(NoSuchModel):
            await trainings.drop(id, programme=where.id, tx=tx)
    with pytest.raises(ModelDropped):
        await trainings.use(old.id, programme=programme.id, at=NOON, tx=tx)
    with pytest.raises(ModelInUse):
        await trainings.drop(live.id, programme=programme.id, tx=tx)


async def test_given_many_models_when_the_spare_ones_go_then_three_are_left(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    models = [await trained(programme, hours=hour, tx=tx) for hour in range(5)]
    await trainings.use(models[0].id, programme=programme.id, at=NOON + 9 * HOUR, tx=tx)

    gone = await trainings.spare(programme=programme.id, tx=tx)

    assert set(gone) == {models[1].id, models[2].id}
    assert [each for each in await states(programme, tx) if each is not State.DROPPED] == [
        State.RETIRED,
        State.RETIRED,
        State.LIVE,
    ]


async def test_given_many_swaps_at_once_when_they_are_done_then_one_model_is_live(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            programme = await given.a_programme(tx=tx)
            models = [await trained(programme, hours=hour, tx=tx) for hour in range(4)]

        async def use(model: Trained) -> None:
            async with db.transaction() as tx:
                await trainings.use(model.id, programme=programme.id, at=NOON, tx=tx)

        await asyncio.gather(*(use(model) for model in models * 3))

        async with db.reading() as tx:
            assert sorted(await states(programme, tx)) == ["LIVE", "RETIRED", "RETIRED", "RETIRED"]


async def test_given_a_night_when_it_has_come_then_one_takes_it_until_it_is_done(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    await trainings.expect([programme], at=NOON, tx=tx)
    night = night_after(NOON, zone=programme.zone)
    await trainings.expect([programme], at=night - HOUR, tx=tx)

    early = await trainings.take_due(at=night - HOUR, tx=tx)
    taken = await trainings.take_due(at=night, tx=tx)
    again = await trainings.take_due(at=night + HOUR, tx=tx)
    after_a_death = await trainings.take_due(at=night + LEASE, tx=tx)
    await trainings.ended(programme, at=night + LEASE, tx=tx)
    done = await trainings.take_due(at=night + LEASE + HOUR, tx=tx)

    assert (early, taken, again, after_a_death, done) == (
        None,
        programme.id,
        None,
        programme.id,
        None,
    )


def test_a_night_is_the_programmes_own() -> None:
    night = night_after(NOON, zone="Europe/Vienna")

    assert NOON < night <= NOON + timedelta(days=1)
    assert night.utcoffset() == timedelta(0)
    assert night.hour in (1, 2)
