"""The retrievers against their definitions, written out in dense matrices or by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import als, cold, features, own, popularity, rp3beta, splitting
from recommender.arrays import Log, Profiles, encoded
from recommender.histories import summed
from recommender.model import Settings
from tests.recommender.making import SMALL, a_log, a_model

AGES = {"half_life_days": 10.0, "recent_days": 7.0}


def test_a_history_is_summed_up_by_hand() -> None:
    # Member 0: item 2 on days 1.2 and 1.9 (one occasion), 11.5 and 21; member 2: item 0 on day 20.
    log = Log.of(
        [0, 2, 0, 0, 0], [2, 0, 2, 2, 2], [1, 3, 1, 1, 2], [1.2, 20, 11.5, 1.9, 21],
        members=3, items=4,
    )  # fmt: skip

    found = summed(log, at=22.0, **AGES)

    assert found.key.tolist() == [2, 8]
    assert found.count.tolist() == [3, 1]
    assert found.lately.tolist() == [1, 1]
    assert found.last.tolist() == [1, 2]
    assert found.first[0] == pytest.approx(20.8)
    halved = sum(w * 0.5 ** (age / 10) for w, age in ((1, 20.8), (1, 20.1), (1, 10.5), (2, 1)))
    assert found.weight[0] == pytest.approx(halved, rel=1e-5)
    assert found.occasions.tolist() == [3, 0, 1]
    assert found.lately_occasions.tolist() == [1, 0, 1]
    assert found.idle.tolist() == [1, np.inf, 2]
    assert found.sizes.tolist() == [1, 0, 1]


def test_a_pair_that_is_not_there_is_not_found_not_even_beside_the_last_item() -> None:
    found = summed(Log.of([0, 1], [3, 3], members=2, items=4), at=0.0, **AGES)

    _, there = found.found(np.array([0, 1, 1, 0]), np.array([3, 3, -1, 0]))

    assert there.tolist() == [True, True, False, False]


def test_a_vector_by_hand_is_the_vector_of_implicit() -> None:
    past = summed(a_log(), at=120.0, half_life_days=30.0, recent_days=7.0)
    confidences = past.matrix(als.confidence(past.weight, 2.0))
    factors = als.fit(confidences, SMALL)

    theirs = als.vectors(factors.items, confidences, SMALL)
    part = slice(past.indptr[7], past.indptr[8])
    ours = als.vector(factors.items, factors.gram, past.item[part], confidences[7].data)

    assert ours == pytest.approx(theirs[7], abs=1e-4)
    # And both are the solution of the equation of the paper.
    near = factors.items[past.item[part]].astype(np.float64)
    left = factors.items.T @ factors.items + np.eye(8) * SMALL.regularization
    left = left + near.T @ np.diag(confidences[7].data - 1) @ near
    assert left @ ours == pytest.approx(near.T @ confidences[7].data, abs=1e-3)


def test_an_interaction_never_counts_for_less_than_what_was_never_seen() -> None:
    faded = als.confidence(np.array([0, 1e-9, 1, 3], np.float32), 2.0)

    assert faded == pytest.approx([1, 1, 3, 5])


@given(st.integers(0, 10_000))
def test_rp3beta_is_the_walk_of_its_paper(seed: int) -> None:
    rng = np.random.default_rng(seed)
    dense = (rng.random((12, 7)) < 0.4) * rng.uniform(0.1, 3, (12, 7))
    dense[:, 0] += 1
    member, item = np.nonzero(dense)
    log = Log.of(member, item, dense[member, item], members=12, items=7)
    settings = replace(SMALL, half_life_days=0.0, neighbours=6)
    weights = summed(log, at=0.0, half_life_days=0.0, recent_days=1.0)

    near = rp3beta.fit(weights.matrix(weights.weight), settings).toarray()

    out = (dense / dense.sum(1, keepdims=True)) ** settings.walk
    back = (dense / np.maximum(dense.sum(0), 1e-9)).T ** settings.walk
    wanted = back @ out / np.maximum((dense > 0).sum(0), 1)[None, :] ** settings.pull
    np.fill_diagonal(wanted, 0)
    assert near == pytest.approx(wanted, rel=1e-4, abs=1e-6)


def test_only_the_nearest_are_kept_and_one_member_scores_as_many_do() -> None:
    model = a_model()
    log = a_log()
    past = summed(log, at=120.0, half_life_days=180.0, recent_days=56.0)
    weights = past.matrix(past.weight)
    near = rp3beta.fit(weights, SMALL)

    many = rp3beta.scores(near, weights[:9], SMALL.walk).toarray()
    part = slice(past.indptr[8], past.indptr[9])
    one = rp3beta.score(model, past.item[part], past.weight[part])

    assert np.diff(near.indptr).max() <= SMALL.neighbours
    assert near.diagonal().max() == 0
    assert one[:-1] == pytest.approx(many[8], rel=1e-3)
    assert one[-1] == 0


def test_a_thing_is_due_after_its_usual_days_and_not_before_there_are_two() -> None:
    due = own.due(np.float32([3, 1, 2]), np.float32([5, 5, 2]), np.float32([25, 5, 2]))

    assert due[0] == pytest.approx(5 / 10)
    assert np.isnan(due[1])
    assert due[2] == pytest.approx(2 / 0.5)


def test_the_fresher_of_two_things_done_equally_often_comes_first() -> None:
    log = Log.of([0, 0, 0], [0, 1, 2], None, [10, 40, 10], members=1, items=3)
    log_twice = Log.of([0] * 4, [0, 1, 2, 2], None, [10, 40, 10, 12], members=1, items=3)

    assert own.frequency(summed(log, at=50, **AGES)).argmax() == 1
    assert own.frequency(summed(log_twice, at=50, **AGES)).argmax() == 2


def test_popularity_by_hand() -> None:
    # Of two active members both had item 0, one of them twice, eight days apart; three rows.
    log = Log.of([0, 0, 1, 1], [0, 0, 0, 1], None, [0, 8, 1, 9], members=3, items=3)

    found = popularity.counted(summed(log, at=10.0, **AGES))

    assert found.popular.tolist() == [1.0, 0.5, 0.0]
    assert found.recent.tolist() == [0.5, 0.5, 0.0]
    assert found.gaps[0] == 8
    assert np.isnan(found.gaps[1:]).all()
    assert found.repeats == pytest.approx([(1 + 10 / 3) / 12, (10 / 3) / 11, 1 / 3])


def test_a_profile_moves_the_mean_vector_towards_those_who_have_it() -> None:
    profiles = encoded([{"tier": "gold"}] * 60 + [{"tier": "blue"}] * 60)
    vectors = np.repeat(np.float32([[2, 0], [0, 2]]), 60, axis=0)

    average, weights = cold.fit(profiles, vectors, np.ones(120, np.float32))
    gold = cold.vector(average, weights, profiles.names, {"tier": "gold", "other": "x"})
    unknown = cold.vector(average, weights, profiles.names, {})

    assert unknown == pytest.approx([1, 1])
    assert gold == pytest.approx([1 + 60 / 90, 1 - 60 / 90], rel=1e-5)


def test_profiles_are_texts_and_numbers_and_nothing_that_is_no_number() -> None:
    found = encoded([{"age": 30.0, "tier": "gold"}, {"age": float("nan"), "locale": "pl"}, {}])

    assert found.names == ("age", "locale=pl", "tier=gold")
    assert found.indptr.tolist() == [0, 2, 3, 3]
    assert found.columns.tolist() == [0, 2, 1]
    assert found.values.tolist() == [30, 1, 1]
    assert isinstance(encoded([{"age": 3.0}], ["tier=gold"]), Profiles)


def test_splits_part_the_log_and_an_item_gives_the_same_share() -> None:
    log = a_log()

    late = splitting.by_time(log, 20)
    drawn = splitting.by_item(log, 0.25, seed=3)

    assert late.past.day.max() <= late.at < late.later.day.min()
    assert len(late.past.day) + len(late.later.day) == len(log.day)
    kept = np.bincount(drawn.past.item, minlength=log.items)
    assert (kept == np.round(np.bincount(log.item, minlength=log.items) * 0.75)).all()


def test_the_histories_of_training_are_those_of_an_answer() -> None:
    log = a_log()
    whole = features.past(log, Settings(), at=130.0).items
    mine = log.member == 11

    alone = Log.of(
        np.zeros(mine.sum()), log.item[mine], None, log.day[mine] - 130, members=1, items=log.items
    )
    one = features.past(alone, Settings(), at=0.0).items

    part = slice(whole.indptr[11], whole.indptr[12])
    for name in ("item", "count", "lately", "last", "first"):
        assert getattr(one, name) == pytest.approx(getattr(whole, name)[part], abs=1e-3)
    assert one.weight == pytest.approx(whole.weight[part], rel=1e-3)
