"""Training changes what answers only by a model that is whole and not worse."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from domain import trainings
from domain.trainings import State, Trained
from infra import clock, db, ids
from infra.ids import EPOCH
from recommender import storing
from tests.support import databases, given
from tests.support.servers import Postgres
from tests.workers import recommenders
from workers import training
from workers.training import NothingToTrain, TrainingUnderWay


async def test_given_nobody_who_agreed_when_it_is_trained_then_it_is_refused(
    postgres: Postgres, tmp_path: Path
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            programme = await given.a_programme(tx=tx)

        with pytest.raises(NothingToTrain):
            await recommenders.train(programme, tmp_path)


async def test_given_a_training_when_another_begins_then_it_is_refused(
    postgres: Postgres, tmp_path: Path
) -> None:
    async with databases.own(postgres):
        scene = await recommenders.a_scene(people=4)

        results = await asyncio.gather(
            *(recommenders.train(scene.programme, tmp_path) for _ in range(2)),
            return_exceptions=True,
        )

        assert sorted(type(each).__name__ for each in results) == ["Trained", "TrainingUnderWay"]
        assert any(isinstance(each, TrainingUnderWay) for each in results)


async def test_given_one_member_when_it_is_trained_then_there_is_a_model_without_a_ranker(
    postgres: Postgres, tmp_path: Path
) -> None:
    async with databases.own(postgres):
        scene = await recommenders.a_scene(people=1)

        trained = await recommenders.train(scene.programme, tmp_path)

        folder = tmp_path / str(scene.programme.id) / str(trained.id)
        assert (trained.state, trained.members) == (State.LIVE, 1)
        assert storing.load(folder).model.items == trained.items


async def test_given_a_better_model_in_use_when_a_worse_one_is_trained_then_it_is_kept_and_not_used(
    postgres: Postgres, tmp_path: Path
) -> None:
    async with databases.own(postgres):
        scene = await recommenders.a_scene()
        better = Trained(
            id=ids.new(EPOCH),
            programme=scene.programme.id,
            state=State.LIVE,
            interactions=1,
            members=1,
            items=1,
            seconds=1.0,
            trained_at=EPOCH,
            measured={"metrics": {"pipeline": {"ndcg@10": 2.0, "recall@10": 0.0}}},
        )
        async with db.transaction() as tx:
            await trainings.add(better, at=clock.now(), tx=tx)

        trained = await recommenders.train(scene.programme, tmp_path)

        async with db.reading() as tx:
            used = (await trainings.in_use(tx=tx))[scene.programme.id]
        assert (trained.state, used) == (State.REJECTED, better.id)
        assert "ndcg@10" in (trained.reason or "")
        assert (tmp_path / str(scene.programme.id) / str(trained.id)).is_dir()


async def test_given_a_training_when_it_is_killed_then_the_old_model_stays_and_the_next_clears_up(
    postgres: Postgres, tmp_path: Path
) -> None:
    async with databases.own(postgres) as url:
        scene = await recommenders.a_scene(people=4)
        first = await recommenders.train(scene.programme, tmp_path)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.workers.training_that_dies",
            url,
            scene.programme.slug,
            str(tmp_path),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        assert await process.stdout.readline() == b"stored\n"
        process.send_signal(signal.SIGKILL)
        await process.wait()
        ours = tmp_path / str(scene.programme.id)
        left = {folder.name for folder in ours.iterdir()}
        async with db.reading() as tx:
            used = (await trainings.in_use(tx=tx))[scene.programme.id]

        second = await recommenders.train(scene.programme, tmp_path)

        assert used == first.id
        assert len(left) == 2
        assert second.state is State.LIVE
        assert {folder.name for folder in ours.iterdir()} == {str(first.id), str(second.id)}


def test_what_the_gate_compares_is_the_whole_pipeline() -> None:
    facts = {
        "metrics": {"pipeline": {"ndcg@10": 0.5, "novelty@10": 0.9}, "als": {"ndcg@10": 0.6}},
        "calibration": {"ece": 0.01},
    }

    found = training.measured_of(facts)

    assert (dict(found.metrics), found.ece) == ({"ndcg@10": 0.5}, 0.01)
    assert training.measured_of({}).metrics == {}
