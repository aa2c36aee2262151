"""The fold takes what lies side by side at once, and gives what it gives one by one."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from domain.metrics import Metric
from domain.streaks import Cadence, Lapse, Milestone, Streak, Terms, Version
from domain.streaks.folding import fold
from domain.streaks.pasts import REPAIRED, SHORT, Past

FIRST, DAY, PLAIN = date(2026, 1, 5), timedelta(days=1), 15
MARKS = [PLAIN, 0, 12, 13, 8, PLAIN | SHORT, PLAIN | REPAIRED, REPAIRED, SHORT, 4, 5]
CASES = 3_000


def some_terms(chance: random.Random) -> Terms:
    most = chance.randrange(4)
    lapse = chance.choice(list(Lapse))
    lengths = sorted(chance.sample(range(1, 40), chance.randrange(5)))
    return Terms(
        Metric.COUNT,
        1,
        freezes_max=most,
        freeze_every=chance.choice([None, 1, 2, 3, 7]) if most else None,
        lapse=lapse,
        lapse_size=0 if lapse is Lapse.ALL else chance.randrange(1, 60),
        milestones=tuple(Milestone(n, 1, again=chance.random() < 0.5) for n in lengths),
    )


def some_past(chance: random.Random) -> Past:
    marks = chance.choices(MARKS, weights=[30, 4, *[1] * 9], k=chance.randrange(60))
    bought = [FIRST + chance.randrange(-3, 70) * DAY for _ in range(chance.choice([0, 0, 0, 3]))]
    closed = FIRST + chance.randrange(-1, 80) * DAY
    return Past(FIRST, bytes(marks), closed, tuple(sorted(bought)))


def test_whatever_the_past_in_stretches_and_one_by_one_are_the_same() -> None:
    for seed in range(CASES):
        chance = random.Random(seed)
        versions = (Version(FIRST, some_terms(chance)),)
        made = datetime(2026, 1, 1, tzinfo=UTC)
        streak = Streak(UUID(int=1), 1, "Daily", "", Cadence.DAILY, 0, FIRST, None, versions, made)
        # Where the terms change, even to the same, every period is looked at by itself.
        twice = replace(streak, versions=versions * 2)
        past = some_past(chance)

        assert fold(streak, past) == fold(twice, past), seed


def test_a_year_in_a_row_with_a_milestone_and_freezes() -> None:
    terms = Terms(Metric.COUNT, 1, freezes_max=2, freeze_every=7, milestones=(Milestone(100, 5),))
    made = datetime(2026, 1, 1, tzinfo=UTC)
    version = Version(FIRST, terms)
    streak = Streak(UUID(int=1), 1, "Daily", "", Cadence.DAILY, 0, FIRST, None, (version,), made)
    marks = bytes([PLAIN] * 50 + [0, 0] + [PLAIN] * 313)

    folded = fold(streak, Past(FIRST, marks, FIRST + 400 * DAY))

    assert (folded.best, folded.frozen) == (363, [FIRST + n * DAY for n in (50, 51, 365, 366)])
    assert folded.reached == {(100, 1): (FIRST + 101 * DAY, terms.milestones[0])}
    assert (folded.length, folded.lost[FIRST + 367 * DAY].before) == (0, 363)
