"""What answers follows models, shelves and answers, and is never worse than before."""

from pathlib import Path

from domain import decisions, trainings
from domain.trainings import State, Trained
from infra import clock, db, ids
from recommender import bandit, storing
from tests.support import databases
from tests.support.servers import Postgres
from tests.workers import recommenders
from tests.workers.recommenders import SHOES, TEA, answered, chances, features, question
from workers.tabling import Tables

# Forty members of the sums' first part saw it, and nobody took it.
REFUSED = """
INSERT INTO bandit (programme, shard, n, taken, a, b) VALUES ($1, 0, 40, 0, $2, $3)
"""


async def test_given_a_model_when_members_are_asked_about_then_each_gets_what_they_like(
    postgres: Postgres, tmp_path: Path
) -> None:
    async with databases.own(postgres):
        scene = await recommenders.a_scene()
        trained = await recommenders.train(scene.programme, tmp_path)
        tables = Tables(tmp_path)
        await tables.follow_models()
        tea, shoes = f"offer:{scene.tea.id}", f"offer:{scene.shoes.id}"
        drinker, runner = scene.members[0], scene.members[1]

        for_drinker = answered(await question(drinker), tables)
        for_runner = answered(await question(runner), tables)
        alone = answered(await question(drinker, among=[shoes]), tables)
        unknown = answered(
            await question(
                drinker, among=["treat:a", "treat:b"], about={"treat:a": SHOES, "treat:b": TEA}
            ),
            tables,
        )
        elsewhere = answered(await question(drinker, placement="WATCH"), tables)
        refused = answered(await question(drinker, refused={tea: 3}), tables)

        assert trained.state is State.LIVE
        assert list(chances(for_drinker)) == [tea, shoes]
        assert list(chances(for_runner)) == [shoes, tea]
        assert (for_drinker["model"], for_drinker["warm"]) == (str(trained.id), True)
        assert [len(numbers) for numbers in features(for_drinker).values()] == [20, 20]
        assert list(chances(alone)) == [shoes]
        assert list(chances(unknown)) == ["treat:b", "treat:a"]
        assert elsewhere["scored"] == []
        assert chances(refused)[tea] < chances(for_drinker)[tea]


async def test_given_a_question_when_it_cannot_be_answered_then_it_is_said_why(
    postgres: Postgres, tmp_path: Path
) -> None:
    async with databases.own(postgres):
        scene = await recommenders.a_scene(people=4)
        tables = Tables(tmp_path)

        none = answered(await question(scene.members[0]), tables)
        bad = answered(await question(scene.members[0], limit=0), tables)

        assert (none["number"], none["refused"]) == (1, "NO_MODEL")
        assert (bad["refused"], bad["path"]) == ("BAD_QUESTION", ["limit"])


async def test_given_a_table_when_offers_and_answers_change_then_the_next_answer_knows(
    postgres: Postgres, tmp_path: Path
) -> None:
    async with databases.own(postgres):
        scene = await recommenders.a_scene()
        await recommenders.train(scene.programme, tmp_path)
        tables = Tables(tmp_path)
        await tables.follow_models()
        drinker = scene.members[0]
        before = answered(await question(drinker), tables)

        async with db.transaction() as tx:
            new = await recommenders.an_offer(scene.programme, SHOES[3:], tx=tx)
            x = features(before)[f"offer:{scene.tea.id}"]
            outer = [40 * one * other for one in x for other in x]
            await tx.run(REFUSED, scene.programme.id, outer, [0.0] * len(x))
        await tables.follow_answers()
        after = answered(await question(drinker), tables)

        tea = f"offer:{scene.tea.id}"
        assert set(chances(after)) - set(chances(before)) == {f"offer:{new.id}"}
        assert chances(after)[tea] < chances(before)[tea]


async def test_given_a_new_model_when_its_files_are_harmed_then_the_old_one_answers_on(
    postgres: Postgres, tmp_path: Path
) -> None:
    async with databases.own(postgres):
        scene = await recommenders.a_scene()
        first = await recommenders.train(scene.programme, tmp_path)
        tables = Tables(tmp_path)
        await tables.follow_models()
        ours = tmp_path / str(scene.programme.id)
        broken = _copy(first)
        storing.save(ours / str(broken.id), storing.load(ours / str(first.id)))
        file = ours / str(broken.id) / "factors.npy"
        file.write_bytes(file.read_bytes()[:100])

        async with db.transaction() as tx:
            await trainings.add(broken, at=clock.now(), tx=tx)
        await tables.follow_models()
        with_harm = answered(await question(scene.members[0]), tables)
        async with db.transaction() as tx:
            await trainings.use(first.id, programme=first.programme, at=clock.now(), tx=tx)
            whole = _copy(first)
            storing.save(ours / str(whole.id), storing.load(ours / str(first.id)))
            await trainings.add(whole, at=clock.now(), tx=tx)
        await tables.follow_models()
        mended = answered(await question(scene.members[0]), tables)

        assert (with_harm["model"], mended["model"]) == (str(first.id), str(whole.id))


def test_the_maths_and_the_log_of_decisions_keep_as_many_numbers() -> None:
    assert decisions.DIMENSIONS == bandit.DIMENSIONS


def _copy(model: Trained) -> Trained:
    return Trained(
        id=ids.new(clock.now()),
        programme=model.programme,
        state=State.LIVE,
        interactions=model.interactions,
        members=model.members,
        items=model.items,
        seconds=model.seconds,
        trained_at=clock.now(),
        measured=model.measured,
    )
