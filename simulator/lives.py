"""Lives: how eager somebody is on each day between joining and leaving for good.

A life is drawn once, as phases. Newcomers are eager for some weeks; then a habit forms, or the
interest fades. Whoever leaves slips away over weeks before: that is the sign a programme can
see. Some come back. Drop-out is early and heavy-tailed, as with memberships of gyms and apps: the
time until somebody leaves follows a Weibull law of a shape below 1.
"""

import random
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

HONEYMOON_DAYS = (14, 28)
HONEYMOON_VIGOUR = 1.5
SLIPPING_DAYS = (21, 49)
RETURN_SHARE = 0.12
AWAY_DAYS = (40, 150)
# Weibull: half of those without a habit have left after some two months, a fifth stays a year.
SHAPE, SCALE_DAYS = 0.75, 105.0
HABIT_SCALE_DAYS = 900.0


class Phase(StrEnum):
    """Where somebody stands with the programme."""

    HONEYMOON = "HONEYMOON"
    STEADY = "STEADY"
    SLIPPING = "SLIPPING"
    AWAY = "AWAY"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A phase, from its first day until the next one begins."""

    since: date
    phase: Phase


@dataclass(frozen=True, slots=True)
class Life:
    """The phases of one membership, the first on the day of joining.

    habit -- True for whom it became a habit.
    """

    habit: bool
    stretches: tuple[Stretch, ...]

    @property
    def joined_on(self) -> date:
        """The first day."""
        return self.stretches[0].since

    @property
    def left_on(self) -> date:
        """The day from which on they stay away for good; it may lie years ahead."""
        return self.stretches[-1].since

    def phase(self, day: date) -> Phase:
        """The phase of a day; AWAY before joining, too."""
        place = self._place(day)
        return Phase.AWAY if place < 0 else self.stretches[place].phase

    def vigour(self, day: date) -> float:
        """How much of their usual self they are on that day: 0 away, about 1 when steady."""
        place = self._place(day)
        if place < 0:
            return 0.0
        stretch = self.stretches[place]
        match stretch.phase:
            case Phase.AWAY:
                return 0.0
            case Phase.HONEYMOON:
                return HONEYMOON_VIGOUR
            case Phase.STEADY:
                return 1.0
            case Phase.SLIPPING:
                length = (self.stretches[place + 1].since - stretch.since).days
                return max(0.05, 0.9 * (1 - (day - stretch.since).days / length))

    def _place(self, day: date) -> int:
        return bisect_right(self.stretches, day, key=_since) - 1


def _since(stretch: Stretch) -> date:
    return stretch.since


def drawn(joined_on: date, dice: random.Random, *, habit_chance: float) -> Life:
    """A whole life that begins on `joined_on`, drawn to its end, which may lie years ahead.

    habit_chance -- how likely it becomes a habit, 0 to 1.
    """
    habit = dice.random() < habit_chance
    found = list(_once(joined_on, dice, HABIT_SCALE_DAYS if habit else SCALE_DAYS))
    if dice.random() < RETURN_SHARE:
        back = found[-1].since + timedelta(days=dice.randint(*AWAY_DAYS))
        found += _once(back, dice, SCALE_DAYS)
    return Life(habit, tuple(found))


def _once(day: date, dice: random.Random, scale_days: float) -> Iterator[Stretch]:
    yield Stretch(day, Phase.HONEYMOON)
    day += timedelta(days=dice.randint(*HONEYMOON_DAYS))
    yield Stretch(day, Phase.STEADY)
    day += timedelta(days=1 + int(dice.weibullvariate(scale_days, SHAPE)))
    yield Stretch(day, Phase.SLIPPING)
    day += timedelta(days=dice.randint(*SLIPPING_DAYS))
    yield Stretch(day, Phase.AWAY)
