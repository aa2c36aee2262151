"""Training: what is learnt, what is kept of it, and what a broken remainder is told."""

from dataclasses import replace

import lightgbm
import numpy as np
import orjson
import pytest

from recommender import evaluating, fitting, ranking, trees
from recommender.arrays import Log, NothingToLearn, Shelf
from recommender.evaluating import NeverSeen, evaluated
from recommender.fitting import Answers
from recommender.model import ARRAYS, NAMES, BadModel, Model
from recommender.scoring import Asking, opened, score, stocked
from recommender.splitting import by_time
from tests.recommender.making import ITEMS, SMALL, a_log, a_model

HISTORY = Asking(np.array([1, 2], np.int32), np.ones(2, np.float32), np.ones(2, np.float32))


def test_the_pipeline_beats_every_retriever_it_is_made_of_and_is_calibrated() -> None:
    facts = a_model().facts

    reached = {name: one["ndcg@10"] for name, one in facts["metrics"].items()}
    assert facts["ranker"] == "TAUGHT"
    assert reached["own"] > 2 * reached["popularity"]
    assert reached["als"] > reached["popularity"]
    assert reached["pipeline"] > 0.95 * max(reached.values())
    assert facts["calibration"]["ece"] < 0.1
    assert facts["members"], facts["active"] == (240, 240)


def test_the_same_log_gives_the_same_model_and_a_model_survives_being_kept() -> None:
    again = fitting.fit(a_log(), settings=SMALL)

    kept = Model.of(again.arrays(), again.texts())

    assert kept.settings == SMALL
    assert kept.ranker == a_model().ranker
    for name in ARRAYS:
        assert np.array_equal(getattr(kept, name), getattr(a_model(), name), equal_nan=True), name
    assert len(ARRAYS) == 13
    orjson.dumps(dict(kept.facts))


def test_progress_is_told_in_order_up_to_the_end() -> None:
    told: list[tuple[str, float]] = []

    fitting.fit(a_log(), settings=SMALL, progress=lambda what, share: told.append((what, share)))

    steps = list(dict.fromkeys(what for what, _ in told))
    assert steps == ["learn from the past", "lay the table", "teach the ranker", "learn from all"]
    for step in steps:
        shares = [share for what, share in told if what == step]
        assert shares == sorted(shares)
        assert shares[-1] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("log", "why"),
    [
        (Log.of([0], [0]), "TOO_SHORT"),
        (Log.of([0, 0], [0, 0], None, [0, 90]), "TOO_FEW"),
        (Log.of([0, 1, 2], [0, 0, 0], None, [0, 1, 2]), "TOO_FEW"),
        (Log.of([0, 1], [0, 1], [0, 0], [0, 50]), "TOO_FEW"),
    ],
    ids=["one event", "one member", "one item", "no weight"],
)
def test_a_log_too_short_for_a_ranker_still_gives_a_model_that_answers(log: Log, why: str) -> None:
    model = fitting.fit(log, settings=SMALL)

    found = score(
        stocked(opened(model), Shelf.plain(log.items)),
        replace(HISTORY, columns=np.zeros(2, np.int32)),
    )

    assert model.ranker is None
    assert model.facts["ranker"] == why
    assert found.rows.tolist() == sorted(range(log.items), key=lambda row: row != 0)
    assert np.isfinite(found.p).all()


def test_a_ranker_is_taught_by_some_of_many_members_and_the_model_knows_them_all() -> None:
    model = fitting.fit(a_log(), settings=replace(SMALL, taught_members_max=60))
    fewer = fitting.fit(a_log(), settings=replace(SMALL, ranked_rows_max=6_000))

    assert model.facts["examples"] < a_model().facts["examples"] / 2
    assert fewer.facts["examples"] <= 6_000
    assert model.facts["active"] == fewer.facts["active"] == 240
    assert np.array_equal(model.factors, a_model().factors)


def test_nothing_to_learn_from_is_said_so() -> None:
    empty = a_log().only(np.zeros(len(a_log().item), np.bool_))

    with pytest.raises(NothingToLearn):
        fitting.fit(empty, settings=SMALL)


def test_answers_level_the_chances_once_there_are_enough() -> None:
    rng = np.random.default_rng(1)
    p = np.full(2000, 0.3, np.float32)
    taken = (rng.random(2000) < 0.1).astype(np.float32)

    few = fitting.fit(a_log(), settings=SMALL, answers=Answers(p[:40], taken[:40]))
    shift, slope = ranking.levelled(p, taken)

    assert few.calibration.tolist() == [0, 1]
    said = 1 / (1 + np.exp(-(shift + slope * np.log(0.3 / 0.7))))
    assert said == pytest.approx(taken.mean(), abs=0.005)


@pytest.mark.parametrize("name", ARRAYS)
def test_a_model_whose_arrays_do_not_fit_is_refused(name: str) -> None:
    arrays = a_model().arrays()
    short = arrays | {name: arrays[name][:-1]}
    without = {one: array for one, array in arrays.items() if one != name}

    with pytest.raises(BadModel):
        Model.of(without, a_model().texts())
    if name != "cold":
        with pytest.raises(BadModel):
            Model.of(short, a_model().texts())


def test_a_model_of_another_format_or_with_half_a_ranker_is_refused() -> None:
    texts = a_model().texts()
    other = orjson.loads(texts["model"]) | {"format": 99}

    with pytest.raises(BadModel, match="format 99"):
        Model.of(a_model().arrays(), texts | {"model": orjson.dumps(other).decode()})
    with pytest.raises(BadModel):
        Model.of(a_model().arrays(), texts | {"model": texts["model"][:50]})
    with pytest.raises(BadModel, match="other features"):
        opened(replace(a_model(), ranker=texts["ranker"].replace("lately_share", "old_share")))
    for share in (0.1, 0.5, 0.9):
        cut = texts["ranker"][: int(len(texts["ranker"]) * share)]
        with pytest.raises(BadModel):
            opened(replace(a_model(), ranker=cut))


def test_the_paths_of_the_trees_sum_to_what_they_say() -> None:
    rng = np.random.default_rng(3)
    table = (rng.random((4000, len(NAMES))) * 20 - 10).astype(np.float32)
    # Of some columns much is missing, and that it is means something; of the others nothing.
    table[:, ::2][rng.random((4000, len(NAMES[::2]))) < 0.3] = np.nan
    taken = np.isnan(table[:, 0]) | (np.isnan(table[:, 2]) & (table[:, 1] > 0))
    text = ranking.fit(table, taken | (table[:, 4] > 8), SMALL)
    read = trees.read(text)
    asked = table[:300].copy()
    asked[:50, 1::2] = np.nan

    ranker = lightgbm.Booster(model_str=text)
    said = ranker.predict(asked, raw_score=True)
    added = read.contributions(ranking.leaves(ranker, asked))

    assert read.log_odds(ranking.leaves(ranker, asked)) == pytest.approx(said, abs=1e-9)
    assert read.root + added.sum(1) == pytest.approx(said, abs=1e-9)
    largest = np.abs(added).mean(0).argsort()[::-1]
    assert set(largest[:4]) == {0, 1, 2, 4}


def test_an_evaluation_measures_every_contestant_on_what_came() -> None:
    split = by_time(a_log(), 20)

    found = evaluated(split.past, split.later, keep_seen=True, ks=(5, 10), settings=SMALL)
    new = evaluated(split.past, split.later, keep_seen=False, ks=(5,), settings=SMALL)

    assert set(found["metrics"]) == {"popularity", "own", "als", "neighbours", "pipeline"}
    assert found["metrics"]["pipeline"]["ndcg@10"] > 0.8
    assert found["metrics"]["own"]["recall@10"] > found["metrics"]["als"]["recall@5"]
    # Nothing they had is listed, so that their own is no better than what is popular.
    assert new["metrics"]["own"] == new["metrics"]["popularity"]
    # Of what a member never did there is only the half to go by.
    assert new["metrics"]["pipeline"]["ndcg@5"] < found["metrics"]["pipeline"]["ndcg@5"]
    assert new["judged"] <= found["judged"]


def test_a_test_with_ids_never_seen_is_refused_unless_that_is_allowed() -> None:
    log = a_log()
    kept = log.item != 3
    split = by_time(log, 20)

    with pytest.raises(NeverSeen, match="1 items"):
        evaluated(split.past.only(split.past.item != 3), split.later, keep_seen=True)
    found = evaluated(
        log.only(kept & (log.day <= 100)),
        log.only(log.day > 100),
        keep_seen=True,
        settings=SMALL,
        allow_unseen=True,
    )

    assert found["judged"] > 200
    assert evaluating.NeverSeen.code == "NEVER_SEEN"
    assert log.items == ITEMS
