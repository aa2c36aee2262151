"""Choose: which candidates a member is shown, in which order, and how likely each was. Pure.

What one is worth is believed to be Normal(p x margin - cost, spread x margin). For each place a
value is drawn from each belief and the largest takes it (W. R. Thompson, Biometrika 25, 1933), so
what is little known gets its chance. Beside that stands a floor: with a small chance the place
goes to any of those that nobody knows yet.

The propensity of a choice is the probability that this candidate took this place, given those
above it. It is reckoned, not sampled: the integral of "it drew x and all others drew less" by the
trapezoidal rule, which for such smooth functions errs less than the arithmetic does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, isfinite, pi, sqrt
from random import Random

CONSIDERED_MAX = 30
FLOOR = 0.1
# Of what nobody has measured: shown to twenty, taken by one, give or take.
PRIOR_P, PRIOR_SPREAD = 0.05, 0.05
# What is liked is worth something even where no points are earned by it.
MARGIN_LEAST = 1.0
# Nobody is so well known that there is no doubt left, and no doubt is as wide as the whole.
SPREAD_LEAST, SPREAD_MOST = 0.002, 0.3
# No belief is narrower than an eighth of the widest, which bounds the steps of the integral.
NARROWEST = 1 / 8
# Beyond so many spreads a normal distribution holds less than a double can tell from nothing.
REACH = 8.3
STEPS_PER_SPREAD = 3
NOTHING = 1e-18


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a member may be shown.

    p, spread -- the probability that they take it, and the standard deviation of that belief.
    margin    -- points that it brings who pays for it, each time that it is taken.
    cost      -- points that showing it costs.
    fresh     -- nobody knows yet how it does: it has its share of the floor.
    """

    item: str
    p: float
    spread: float
    margin: float
    cost: float
    fresh: bool = False

    @property
    def value(self) -> float:
        """Points that showing it is expected to bring."""
        return self.p * max(self.margin, MARGIN_LEAST) - self.cost

    @property
    def doubt(self) -> float:
        """The standard deviation of the value."""
        return self.spread * max(self.margin, MARGIN_LEAST)


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate and the place it took.

    position   -- 0: the first.
    propensity -- the probability of it, given those above; more than 0, at most 1.
    exploring  -- chance brought it: by its value alone it would not be here.
    """

    candidate: Candidate
    position: int
    propensity: float
    exploring: bool


def sound(p: float, spread: float) -> tuple[float, float]:
    """Both as they can be meant; what is no number becomes the prior."""
    if not isfinite(p) or not isfinite(spread):
        return PRIOR_P, PRIOR_SPREAD
    return min(max(p, 0.0), 1.0), min(max(spread, SPREAD_LEAST), SPREAD_MOST)


def choose(candidates: Sequence[Candidate], *, count: int, seed: int) -> Sequence[Choice]:
    """`count` of the candidates at most, drawn by what they are believed to be worth.

    Whatever order they come in, the same seed gives the same. The best by value and doubt are
    considered, and what is fresh before the others.
    """
    draw = Random(seed)
    left = _considered(candidates)
    best = {one.item for one in sorted(left, key=_by_value)[:count]}
    chosen: list[Choice] = []
    while left and len(chosen) < count:
        fresh = [one for one in left if one.fresh]
        floor = FLOOR if fresh else 0.0
        by_floor = draw.random() < floor
        picked = draw.choice(fresh) if by_floor else _drawn(left, draw)
        exploring = by_floor or picked.item not in best
        likely = _probability(_chance(picked, left))
        chosen.append(Choice(picked, len(chosen), likely, exploring))
        left.remove(picked)
    return chosen


def first_chance(candidates: Sequence[Candidate], *, item: str) -> float:
    """The probability that `choose` gives the first place to the item; 0 when it is not even
    considered. What another estimate of the same would have done is judged by it."""
    left = _considered(candidates)
    found = next((one for one in left if one.item == item), None)
    return 0.0 if found is None else _chance(found, left)


def by_rule(candidates: Sequence[Candidate], *, count: int, seed: int) -> Sequence[Choice]:
    """`count` of the candidates at most in the order they come in, but that each place goes by a
    small chance to any of those left: so that something is learnt before anything is known."""
    draw = Random(seed)
    left = list(candidates)
    best = {one.item for one in left[:count]}
    chosen: list[Choice] = []
    while left and len(chosen) < count:
        first = left[0]
        picked = draw.choice(left) if draw.random() < FLOOR else first
        likely = FLOOR / len(left) + (1.0 - FLOOR if picked is first else 0.0)
        exploring = picked.item not in best
        chosen.append(Choice(picked, len(chosen), _probability(likely), exploring))
        left.remove(picked)
    return chosen


def plainly(candidates: Sequence[Candidate], *, count: int) -> Sequence[Choice]:
    """The first `count` as they come: nothing is left to chance."""
    return [Choice(one, place, 1.0, False) for place, one in enumerate(candidates[:count])]


def largest(one: Candidate, rivals: Sequence[Candidate]) -> float:
    """The probability that of one draw from the belief of each of `rivals`, among which it is,
    that of `one` is the largest."""
    widest = max(rival.doubt for rival in rivals)
    beliefs = [(rival.value, _width(rival, widest)) for rival in rivals if rival is not one]
    mean, width = one.value, _width(one, widest)
    # Below `low` somebody else is surely larger; whoever never gets there is no rival.
    low = max([mean - REACH * width, *(value - REACH * doubt for value, doubt in beliefs)])
    high = mean + REACH * width
    met = [(value, doubt) for value, doubt in beliefs if value + REACH * doubt > low]
    if low >= high:
        return 0.0
    narrowest = min([width, *(doubt for _, doubt in met)])
    steps = int((high - low) / narrowest * STEPS_PER_SPREAD) + 1
    step = (high - low) / steps
    total = 0.0
    for number in range(steps + 1):
        x = low + number * step
        total += _density((x - mean) / width) * _all_below(x, met)
    return total * step / width


def _chance(one: Candidate, left: Sequence[Candidate]) -> float:
    """The probability that the next place goes to it."""
    fresh = sum(rival.fresh for rival in left)
    floor = FLOOR if fresh else 0.0
    return (1.0 - floor) * largest(one, left) + (floor / fresh if one.fresh else 0.0)


def _considered(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best, and half of the places at most for what is fresh; in an order of their own."""
    ordered = sorted(candidates, key=lambda one: (-(one.value + one.doubt), one.item))
    fresh = [one for one in ordered if one.fresh][: CONSIDERED_MAX // 2]
    known = [one for one in ordered if not one.fresh]
    return fresh + known[: CONSIDERED_MAX - len(fresh)]


def _by_value(one: Candidate) -> tuple[float, str]:
    return -one.value, one.item


def _drawn(left: Sequence[Candidate], draw: Random) -> Candidate:
    widest = max(one.doubt for one in left)
    drawn = [draw.gauss(one.value, _width(one, widest)) for one in left]
    return left[drawn.index(max(drawn))]


def _width(one: Candidate, widest: float) -> float:
    return max(one.doubt, widest * NARROWEST)


def _density(z: float) -> float:
    return exp(-0.5 * z * z) / sqrt(2.0 * pi)


def _all_below(x: float, beliefs: Sequence[tuple[float, float]]) -> float:
    """The probability that a draw from each of the beliefs is below x."""
    chance = 1.0
    for mean, width in beliefs:
        chance *= 0.5 * erfc((mean - x) / (width * sqrt(2.0)))
        if chance < NOTHING:
            return 0.0
    return chance


def _probability(likely: float) -> float:
    """As it is logged: of what was chosen it is never nothing, however small."""
    return min(max(likely, NOTHING), 1.0)
