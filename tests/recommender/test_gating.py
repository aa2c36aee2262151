"""When a new model may take the place of the old one."""

import pytest

from recommender.gating import Measured, judged
from recommender.off_policy import Estimate

OLD = Measured({"ndcg@10": 0.5, "recall@10": 0.2}, ece=0.01)


def gain(value: float, high: float, *, effective: float = 1_000) -> Estimate:
    return Estimate(value, value - (high - value), high, 5_000, effective)


def test_the_first_model_is_used_whatever_it_reaches() -> None:
    assert judged(Measured({"ndcg@10": 0.01}, ece=0.3), None).accepted


def test_a_first_model_whose_metric_is_no_number_is_not() -> None:
    assert not judged(Measured({"ndcg@10": float("nan")}), None).accepted


def test_a_model_within_the_margin_is_not_worse() -> None:
    verdict = judged(Measured({"ndcg@10": 0.4901, "recall@10": 0.3}, ece=0.019), OLD)

    assert verdict.accepted
    assert list(verdict.asked) == ["ndcg@10", "recall@10", "ece"]


@pytest.mark.parametrize(
    ("new", "name"),
    [
        (Measured({"ndcg@10": 0.4899, "recall@10": 0.2}, ece=0.01), "ndcg@10"),
        (Measured({"ndcg@10": 0.6, "recall@10": 0.19}, ece=0.01), "recall@10"),
        (Measured({"ndcg@10": 0.6}, ece=0.01), "recall@10"),
        (Measured({"ndcg@10": 0.5, "recall@10": 0.2}, ece=0.021), "ece"),
    ],
)
def test_each_thing_that_is_worse_is_named(new: Measured, name: str) -> None:
    verdict = judged(new, OLD)

    assert not verdict.accepted
    assert [fault.name for fault in verdict.faults] == [name]


@pytest.mark.parametrize(
    ("found", "accepted"),
    [
        (gain(0.010, 0.030), True),
        (gain(-0.004, 0.010), True),
        # Worse by more than a twentieth of what is earned.
        (gain(-0.006, 0.010), False),
        # Surely worse, by however little.
        (gain(-0.001, -0.0005), False),
        # The log says too little to be heard.
        (gain(-0.050, -0.010, effective=199), True),
    ],
)
def test_the_log_speaks_when_it_holds_enough(found: Estimate, accepted: bool) -> None:
    assert judged(OLD, OLD, gain=found, earned=0.1).accepted is accepted
