"""What a model would have earned where others chose before it."""

from datetime import timedelta
from pathlib import Path

from domain import decisions
from domain.decisions import Placement, Response
from domain.members import Member
from infra import db
from infra.recommending import Answer, Scored
from recommender import storing
from tests.support import databases
from tests.support.given import NOON
from tests.support.servers import Postgres
from tests.workers import recommenders
from tests.workers.recommenders import Scene
from workers import weighing
from workers.answering import Known

FEATURES = (1.0,) * 20
LATER = NOON + timedelta(days=3)
TURNS = 3


async def shown(scene: Scene, member: Member, *, likes: str, turn: int) -> None:
    """The member is shown what was thought to be liked by all alike, and takes what they like."""
    at = NOON + timedelta(minutes=15 * turn)
    items = [f"offer:{scene.tea.id}", f"offer:{scene.shoes.id}"]
    said = [Scored(item, 0.1, 0.05, FEATURES, (), "popular") for item in items]
    async with db.transaction() as tx:
        words = {"placement": Placement.HOME, "count": 1, "at": at, "tx": tx}
        plan = await decisions.plan(member, **words)
        slate = await decisions.decide(plan, answer=Answer("old", said, True), at=at, tx=tx)
        first = slate.decisions[0]
        await decisions.seen([first.id], member=member, at=at, tx=tx)
        response = Response.ACCEPT if first.item == likes else Response.REFUSE
        if response is Response.ACCEPT or turn == TURNS - 1:
            await decisions.respond(first.id, response, member=member, at=at, tx=tx)


async def test_given_choices_for_all_alike_when_a_model_knows_better_then_it_would_have_earned_more(
    postgres: Postgres, tmp_path: Path
) -> None:
    async with databases.own(postgres):
        scene = await recommenders.a_scene()
        trained = await recommenders.train(scene.programme, tmp_path)
        tea, shoes = f"offer:{scene.tea.id}", f"offer:{scene.shoes.id}"
        for turn in range(TURNS):
            for place, member in enumerate(scene.members):
                await shown(scene, member, likes=shoes if place % 2 else tea, turn=turn)
        folder = tmp_path / str(scene.programme.id) / str(trained.id)
        known = Known.of(trained.id, storing.load(folder))
        words = {"known": known, "at": LATER}

        async with db.reading() as tx:
            few = await weighing.gained(scene.programme.id, **words, tx=tx)
            found = await weighing.gained(scene.programme.id, **words, least=10, tx=tx)

        assert few is None
        assert found is not None
        assert found.earned > 0
        assert found.gain.rounds >= 10
        assert found.gain.value > 0.1 * found.earned
