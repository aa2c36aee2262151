"""Metrics, each worked out by hand."""

import numpy as np
import pytest

from recommender import metrics
from recommender.arrays import Log

# Member 0 later does items 1 and 3, member 2 item 0; member 1 nothing.
LATER = Log.of([0, 0, 2, 0], [1, 3, 0, 1], members=3, items=5)
POPULAR = np.array([0.5, 0.25, 0.25, 0.125, 0.0625], np.float32)
MEMBERS = np.arange(3, dtype=np.int32)


def test_each_metric_is_what_it_is_by_hand() -> None:
    lists = np.array([[3, 4, 1], [0, 1, 2], [2, 4, -1]], np.int32)

    found = metrics.measured(lists, MEMBERS, metrics.truth(LATER), POPULAR, ks=(2, 3))

    # Member 0: a hit at the first and the third place, of two; member 2: none.
    ideal = 1 + 1 / np.log2(3)
    assert found["ndcg@3"] == pytest.approx((1 + 1 / 2) / ideal / 2)
    assert found["ndcg@2"] == pytest.approx(1 / ideal / 2)
    assert found["recall@3"] == pytest.approx((2 / 2 + 0) / 2)
    assert found["precision@2"] == pytest.approx((1 / 2 + 0) / 2)
    assert found["hit@2"] == pytest.approx(1 / 2)
    # Named: 3, 4, 1 and 2, 4 of five items.
    assert found["coverage@3"] == pytest.approx(4 / 5)
    assert found["novelty@3"] == pytest.approx((3 + 4 + 2 + 2 + 4) / 5)
    named, wanted = (0.125 + 0.0625 + 0.25 + 0.25 + 0.0625) / 5, (0.25 + 0.125 + 0.5) / 3
    assert found["popularity@3"] == pytest.approx(named / wanted)


def test_what_a_list_may_not_name_is_not_wanted_of_it() -> None:
    hidden = np.array([0 * 5 + 1], np.int64)

    assert metrics.truth(LATER).tolist() == [1, 3, 10]
    assert metrics.truth(LATER, hidden).tolist() == [3, 10]


def test_a_list_is_best_first_and_the_same_whichever_way_equal_scores_are_met() -> None:
    scores = np.array([[0.1, 0.5, 0.5, 0.9], [-np.inf, 1, -np.inf, -np.inf]], np.float32)

    assert metrics.listed(scores, 3).tolist() == [[3, 1, 2], [1, -1, -1]]
    assert metrics.listed(scores, 6).tolist() == [[3, 1, 2, 0, -1, -1], [1, -1, -1, -1, -1, -1]]


def test_nobody_to_foretell_gives_no_metrics() -> None:
    nobody = metrics.truth(LATER, metrics.truth(LATER))

    assert metrics.measured(np.zeros((3, 1), np.int32), MEMBERS, nobody, POPULAR) == {}
