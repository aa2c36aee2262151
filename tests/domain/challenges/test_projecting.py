"""Projecting: when a challenge's points will be gone at the present pace."""

import random
from datetime import date, timedelta

from domain.challenges.burning import Exhaustion, projected

TODAY = date(2026, 11, 10)
UNTIL = date(2026, 12, 31)


def on(day: int) -> date:
    return date(2026, 11, day)


def test_the_same_every_day_tells_the_day() -> None:
    assert projected([100] * 7, left=350, today=TODAY, until=UNTIL) == Exhaustion(
        on(13), on(13), on(13)
    )


def test_what_lasts_longer_than_the_challenge_is_not_gone() -> None:
    assert projected([1] * 7, left=10_000, today=TODAY, until=UNTIL) == Exhaustion(None, None, None)
    assert projected([0] * 7, left=1, today=TODAY, until=UNTIL) == Exhaustion(None, None, None)


def test_days_that_differ_make_it_less_sure() -> None:
    told = projected([0, 200] * 7, left=2_000, today=TODAY, until=UNTIL)

    assert told.expected == on(29)
    assert told.earliest is not None
    assert told.latest is not None
    assert told.earliest < on(29) < told.latest


def test_the_interval_holds_when_it_should() -> None:
    chance, held, tries, left = random.Random(3), 0, 200, 1_500
    for _ in range(tries):
        days = [chance.randrange(100) for _ in range(28)]
        told = projected(days, left=left, today=TODAY, until=date(2027, 12, 31))
        day = TODAY - timedelta(days=1)
        spent = 0
        while spent < left:
            day += timedelta(days=1)
            spent += chance.randrange(100)
        assert told.earliest is not None
        assert told.latest is not None
        held += told.earliest <= day <= told.latest

    assert held / tries >= 0.95
