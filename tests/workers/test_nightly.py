"""In its own night a programme is trained by a process of its own, once."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain import trainings
from domain.trainings import State
from infra import clock, db
from tests.support import databases
from tests.support.servers import Postgres
from tests.workers import recommenders
from workers.nightly import train_due


async def test_given_a_programme_when_its_night_has_come_then_it_is_trained_once(
    postgres: Postgres, valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with databases.own(postgres) as url:
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("REDIS_URL", valkey_url)
        monkeypatch.setenv("LAUREL_MODELS", str(tmp_path))
        scene = await recommenders.a_scene(people=2)
        days_ago = clock.now() - timedelta(days=2)

        by_day = await train_due()
        async with db.transaction() as tx:
            await trainings.ended(scene.programme, at=days_ago, tx=tx)
        by_night = await train_due()
        again = await train_due()

        async with db.reading() as tx:
            found = await trainings.listed(programme=scene.programme.id, tx=tx)
        assert (by_day, by_night, again) == (0, 1, 0)
        assert [(each.state, each.members) for each in found] == [(State.LIVE, 2)]
