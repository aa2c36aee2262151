"""What a member is offered, from the questions that are easy to the ones that are not."""

from dataclasses import replace

import numpy as np
import pytest

from recommender import scoring
from recommender.arrays import BadLog, BadWeights, Shelf, encoded
from recommender.bandit import Prior, Sums, posterior
from recommender.scoring import REASONS, SOURCES, Asking, P, X, opened, score, stocked
from tests.recommender.making import ITEMS, a_model

HALF = ITEMS // 2


def asking(columns: list[int], ages: list[float] | None = None, **more: object) -> Asking:
    ages = [3.0] * len(columns) if ages is None else ages
    return Asking(
        np.array(columns, np.int32),
        np.ones(len(columns), np.float32),
        np.array(ages, np.float32),
        **more,  # type: ignore[arg-type]
    )


# As the favourites of the log are done: every five days for three months.
OFTEN = asking([7] * 18 + [9, 12], [*(4.0 + 5 * at for at in range(18)), 40, 50])


def plain() -> scoring.Stock:
    return stocked(opened(a_model()), Shelf.plain(ITEMS))


def test_who_does_the_lower_half_is_offered_the_lower_half() -> None:
    low = score(plain(), asking([1, 2, 3, 4]))
    high = score(plain(), asking([HALF + 1, HALF + 2, HALF + 3]))

    assert (low.rows[:10] < HALF).all()
    assert (high.rows[:10] >= HALF).all()
    assert low.warm
    assert (np.diff(low.p) <= 0).all()
    assert ((low.p > 0) & (low.p <= 1)).all()
    assert low.features.shape == (len(low.rows), len(X))
    assert (low.features[:, 0] == 1).all()
    assert np.isfinite(low.features).all()


def test_what_is_done_again_and_again_comes_first_and_says_why() -> None:
    found = score(plain(), OFTEN)

    assert found.rows[0] == 7
    assert found.reasons[0][0][0] in {"OFTEN", "DUE"}
    assert {name for one in found.reasons for name, _ in one} <= set(REASONS)
    strengths = [strength for _, strength in found.reasons[0]]
    assert strengths == sorted(strengths, reverse=True)


def test_what_was_never_done_is_offered_for_what_it_is_like() -> None:
    found = score(plain(), asking([1, 2, 3]))

    other = next(at for at, row in enumerate(found.rows) if row not in {1, 2, 3})
    assert found.like[other] in {1, 2, 3}
    assert "OFTEN" not in dict(found.reasons[other])


def test_a_member_without_a_history_gets_what_is_popular_and_not_the_first_numbers() -> None:
    found = score(plain(), asking([]))

    assert not found.warm
    popular = a_model().popular
    assert popular[found.rows[:5]].mean() > popular.mean()
    assert found.rows[:5].tolist() != [0, 1, 2, 3, 4]


def test_a_profile_moves_a_member_without_a_history() -> None:
    model = a_model()
    lower = model.factors[:HALF].mean(0) * 20
    told = replace(model, cold=lower[None], cold_names=("likes=low",))
    stock = stocked(opened(told), Shelf.plain(ITEMS))

    known = score(stock, asking([], profile={"likes": "low"}))

    assert known.features[:, X.index("als")][known.rows < HALF].mean() > 0
    assert (known.rows[:5] < HALF).sum() > (score(stock, asking([])).rows[:5] < HALF).sum() - 1
    assert encoded([{"likes": "low"}]).names == told.cold_names


def test_an_offer_is_judged_by_what_it_is_about_before_anybody_met_it() -> None:
    # Two offers nobody met, about the lower and the upper half, and one about nothing known.
    shelf = Shelf.of([-1, -1, -1], [[1, 2], [HALF + 1], []], [1, 1, 1])
    stock = stocked(opened(a_model()), shelf)

    low = score(stock, asking([1, 2, 1, 2], [2, 3, 8, 9]))
    high = score(stock, asking([HALF + 1] * 3, [2, 7, 12]))

    assert low.rows[0] == 0
    assert high.rows[0] == 1
    unseen = low.features[:, X.index("unseen")]
    assert unseen[low.rows == 2].tolist() == [1]
    # What nobody knows is as likely as the others on average, and looked at as new.
    p = {int(row): float(x[P]) for row, x in zip(low.rows, low.features, strict=True)}
    assert p[2] == pytest.approx((p[0] + p[1]) / 2, rel=1e-5)
    assert dict(low.reasons[low.rows.tolist().index(2)]).keys() == {"NEW"}


def test_what_was_done_with_any_item_of_an_offer_counts_for_it() -> None:
    shelf = Shelf.of([-1, 1], [[1, 2], []])
    stock = stocked(opened(a_model()), shelf)

    found = score(stock, asking([1, 2, 2], [2, 8, 14]))

    often = dict(zip(found.rows.tolist(), found.features[:, X.index("often")], strict=True))
    assert often[0] == pytest.approx(np.log1p(3) / 4)
    assert often[1] == pytest.approx(np.log1p(1) / 4)


def test_an_offers_own_vector_takes_over_as_people_meet_it() -> None:
    model = replace(a_model(), facts={**a_model().facts, "active": 240})
    nothing = np.zeros(ITEMS, np.float32)
    met = np.where(np.arange(ITEMS) == 5, 0.5, nothing).astype(np.float32)

    stock = stocked(opened(replace(model, popular=met)), Shelf.of([5, 6], [[9], [9]]))

    share = 120 / (120 + 20)
    wanted = share * model.factors[5] + (1 - share) * model.factors[9]
    assert stock.factors[0] == pytest.approx(wanted, rel=1e-4, abs=1e-6)
    assert stock.factors[1] == pytest.approx(model.factors[9], rel=1e-4, abs=1e-6)


def test_only_those_asked_about_are_judged_and_no_more_than_asked_for() -> None:
    some = np.array([3, 30, 5], np.int32)

    found = score(plain(), asking([1]), among=some)

    assert sorted(found.rows.tolist()) == [3, 5, 30]
    assert len(score(plain(), asking([1]), limit=4).rows) == 4
    assert len(score(plain(), asking([1]), limit=4, explained=2).reasons) == 2
    assert {SOURCES[source] for source in found.source} == {"all"}


def test_a_refusal_makes_it_and_what_is_like_it_weaker_at_once() -> None:
    stock = stocked(opened(a_model()), Shelf.of([-1, -1, -1], [[1], [1], [2]]))
    before = score(stock, asking([1, 2]))
    after = score(stock, asking([1, 2], refused={0: 1.0}, refused_items={1: 1.0}))

    def p(found: scoring.Scores) -> dict[int, float]:
        return dict(zip(found.rows.tolist(), found.p.tolist(), strict=True))

    assert p(after)[0] == pytest.approx(p(before)[0] / 2.5, rel=1e-4)
    assert p(after)[1] == pytest.approx(p(before)[1] / 1.5, rel=1e-4)
    assert p(after)[2] == pytest.approx(p(before)[2], rel=1e-4)


def test_what_the_member_is_doing_now_brings_what_goes_with_it() -> None:
    stock = plain()
    idle = score(stock, asking([]))
    busy = score(stock, asking([], now=np.array([HALF + 4], np.int32)))

    assert (busy.rows[:5] >= HALF).all()
    assert busy.features[:, X.index("now")].max() == 1
    assert idle.features[:, X.index("now")].max() == 0
    assert any("NOW" in dict(one) for one in busy.reasons)
    assert not busy.warm


def test_what_is_near_is_said_to_be() -> None:
    away = np.full(ITEMS, np.nan, np.float32)
    away[4] = 50

    found = score(plain(), asking([4, 5]), among=np.array([4, 5]), limit=5)
    told = score(plain(), asking([4, 5], distance_m=away), among=np.array([4, 5]), limit=5)

    assert not any("NEAR" in dict(one) for one in found.reasons)
    assert "NEAR" in dict(told.reasons[told.rows.tolist().index(4)])
    close = dict(zip(told.rows.tolist(), told.features[:, X.index("close")], strict=True))
    assert close == pytest.approx({4: 1 / 1.1, 5: 0})


def test_answers_move_the_chance_and_make_it_surer() -> None:
    first = score(plain(), asking([1, 2, 3]))
    sums = Sums.none()
    for x in first.features[:20]:
        for _ in range(50):
            sums = sums.answered(x, 0.0)

    taught = posterior(sums, Prior.trusting(P))
    after = score(plain(), asking([1, 2, 3]), belief=taught)

    assert after.p[:10].sum() < first.p[:10].sum() / 2
    assert after.spread[:10].sum() < first.spread[:10].sum() / 2


def test_answers_to_offers_level_the_chances() -> None:
    shifted = replace(a_model(), calibration=np.array([-2, 1], np.float32))
    stock = stocked(opened(shifted), Shelf.plain(ITEMS))

    before, after = score(plain(), asking([1, 2])), score(stock, asking([1, 2]))

    p, q = float(before.p[0]), float(after.p[0])
    assert np.log(q / (1 - q)) == pytest.approx(np.log(p / (1 - p)) - 2, abs=1e-3)


def test_an_empty_shelf_and_a_shelf_of_strangers_have_answers() -> None:
    ready = opened(a_model())
    nothing = score(stocked(ready, Shelf.of([], [])), asking([1]))
    strangers = score(stocked(ready, Shelf.of([-1, -1], [[], []])), asking([1]))

    assert len(nothing.rows) == len(nothing.reasons) == 0
    assert strangers.p == pytest.approx([scoring.UNKNOWN_P] * 2)


def test_a_question_with_bad_numbers_is_refused() -> None:
    with pytest.raises(BadLog):
        score(plain(), asking([ITEMS]))
    with pytest.raises(BadWeights):
        score(plain(), replace(asking([1]), weights=np.array([np.nan], np.float32)))
    with pytest.raises(BadLog):
        stocked(opened(a_model()), Shelf.of([ITEMS], [[]]))


def test_a_large_shelf_is_first_cut_down_by_the_retrievers() -> None:
    shelf = Shelf.of(
        [*range(ITEMS), *[-1] * 400], [[]] * ITEMS + [[at % ITEMS] for at in range(400)]
    )
    stock = stocked(opened(a_model()), shelf)

    found = score(stock, OFTEN, limit=30)

    assert len(found.rows) == 30
    assert {"own", "als"} <= {SOURCES[one] for one in found.source}
    half = [shelf.about[row - ITEMS] if row >= ITEMS else row for row in found.rows.tolist()]
    assert all(column < HALF for column in half[:10])
