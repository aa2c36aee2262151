"""Bad numbers are refused at the door, each with its code."""

import numpy as np
import pytest

from recommender.arrays import BadDays, BadLog, BadWeights, Log, NothingToLearn, Shelf, encoded
from recommender.errors import Unusable

NAN = float("nan")


@pytest.mark.parametrize(
    ("refusal", "columns"),
    [
        (NothingToLearn, {"member": [], "item": []}),
        (BadLog, {"member": [0, 1], "item": [0]}),
        (BadLog, {"member": [0], "item": [0], "weight": [1, 1]}),
        (BadLog, {"member": [-1], "item": [0]}),
        (BadLog, {"member": [0], "item": [3], "items": 3}),
        (BadLog, {"member": [2], "item": [0], "members": 2}),
        (BadLog, {"member": [0], "item": [1], "groups": np.zeros(1, np.int32)}),
        (BadWeights, {"member": [0], "item": [0], "weight": [-0.1]}),
        (BadWeights, {"member": [0], "item": [0], "weight": [NAN]}),
        (BadWeights, {"member": [0], "item": [0], "weight": [1e300]}),
        (BadDays, {"member": [0], "item": [0], "day": [NAN]}),
        (BadLog, {"member": [0], "item": [9], "items": 3, "weight": [NAN], "day": [NAN]}),
        (BadWeights, {"member": [0], "item": [0], "weight": [NAN], "day": [NAN]}),
    ],
    ids=lambda one: one.code if isinstance(one, type) else "-".join(one),
)
def test_a_log_that_is_none_is_refused(refusal: type[Unusable], columns: dict[str, object]) -> None:
    with pytest.raises(refusal) as refused:
        Log.of(**columns)  # type: ignore[arg-type]

    assert refused.value.code == refusal.code


def test_a_log_without_weights_and_days_has_ordinary_ones() -> None:
    log = Log.of([0, 3], [1, 0])

    assert (log.members, log.items) == (4, 2)
    assert log.weight.tolist() == [1, 1]
    assert log.day.tolist() == [0, 0]


def test_a_shelf_leaves_out_what_the_model_does_not_know() -> None:
    shelf = Shelf.of([3, -1, -1], [[1, -1], [], [0, 2]])

    assert shelf.about_indptr.tolist() == [0, 1, 1, 3]
    assert shelf.about.tolist() == [1, 0, 2]
    assert np.isnan(shelf.age_days).all()


def test_no_profiles_at_all_are_profiles() -> None:
    assert encoded([]).names == ()
    assert encoded([{}, {}]).indptr.tolist() == [0, 0, 0]
