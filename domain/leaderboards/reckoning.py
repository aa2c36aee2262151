"""Reckoning: what a member has reached, from everything that counts. Pure.

It does not matter in which order anything came: a score is the sum of what counts, and the time it
was reached is that of the last of it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from domain.leaderboards.records import METRICS, Board, Earning, Measure, Score, Window
from domain.metrics import ANY, DISTINCT, Fact, Metric, matches, worth
from infra.ids import EPOCH
from infra.ranking import SCORE_MAX

NOTHING = Score(0, EPOCH)


def added(board: Board, fact: Fact | None) -> int:
    """What a fact adds to a board of that metric; for those that count what is different, 1."""
    if fact is None or (metric := METRICS[board.measure]) is None:
        return 0
    points = worth(fact, metric)
    return points if points and matches(fact, board.filter) else 0


def takes_earnings(board: Board) -> bool:
    """True for a board that counts all points, whatever they were given for."""
    return board.measure is Measure.POINTS and board.filter == ANY


def reckon(
    board: Board,
    window: Window,
    facts: Iterable[Fact],
    earnings: Iterable[Earning] = (),
    *,
    since: datetime | None = None,
) -> Score:
    """One member's score in a window, out of all there is of them.

    since -- what is from before has expired; None: nothing has.
    """
    counted = [
        fact
        for fact in facts
        if window.holds(fact.started_at)
        and (since is None or fact.started_at >= since)
        and added(board, fact)
    ]
    metric = board.measure.metric
    if metric in DISTINCT:
        return _different(counted, metric)
    parts = [(added(board, fact), fact.ended_at) for fact in counted]
    if takes_earnings(board):
        parts += [
            (one.points, one.at)
            for one in earnings
            if one.points and window.holds(one.at) and (since is None or one.at >= since)
        ]
    if not parts:
        return NOTHING
    total = sum(points for points, _ in parts)
    return Score(min(total, SCORE_MAX), max(at for _, at in parts))


def _different(facts: Iterable[Fact], metric: Metric | None) -> Score:
    """How many are different; it was reached when the last of them was there for the first time."""
    firsts: dict[Any, datetime] = {}
    for fact in facts:
        key = fact.day if metric is Metric.DAYS else fact.partner
        firsts[key] = min(fact.ended_at, firsts.get(key, fact.ended_at))
    return Score(len(firsts), max(firsts.values())) if firsts else NOTHING
