"""Rehearse a challenge: what its terms would have come to in days that are over. Pure functions."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from domain.challenges import progress
from domain.challenges.estimating import Estimate, Z
from domain.challenges.records import Again, Entry, Mode, Span, Terms
from domain.metrics import Fact

DAY = timedelta(days=1)
WEEK_DAYS, MONTHS = 7, 12
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What members of a sample would have come to, had it been for them from its first day on.

    sampled     -- how many they are.
    active      -- for how many of them something would have counted.
    completions -- how often it would have been completed.
    milestones  -- points that milestones would have paid.
    sums, squares -- of each criterion, over the members: what each reached, and its square;
    largest -- the most that one of them reached.
    """

    sampled: int
    active: int
    completions: int
    milestones: int
    sums: tuple[int, ...]
    squares: tuple[int, ...]
    largest: tuple[int, ...]

    def __add__(self, other: "Rehearsal") -> "Rehearsal":
        """Both samples as one."""
        return Rehearsal(
            self.sampled + other.sampled,
            self.active + other.active,
            self.completions + other.completions,
            self.milestones + other.milestones,
            tuple(map(int.__add__, self.sums, other.sums)),
            tuple(map(int.__add__, self.squares, other.squares)),
            tuple(map(max, self.largest, other.largest)),
        )


def moved(terms: Terms, *, before: date) -> Terms:
    """The same challenge in the latest days that are over on `before`, the most like its own: as
    many whole weeks earlier as it takes, and where months matter, whole months.

    What somebody did before joining counts there: nobody joined.
    """
    beyond = (terms.last_day - before).days + 1
    if terms.span is Span.MONTH:
        first, last = _earlier(terms.first_day, terms.last_day, before)
    else:
        back = max(math.ceil(beyond / WEEK_DAYS), 0) * WEEK_DAYS * DAY
        first, last = terms.first_day - back, terms.last_day - back
    return replace(terms, first_day=first, last_day=last, from_joining=False)


def looked_at(terms: Terms) -> tuple[date, date]:
    """The first and the last day of which facts matter to these terms."""
    back = progress.baseline(terms, terms.first_day)
    return (terms.first_day if back is None else back[0]), terms.last_day


def rehearse(terms: Terms, facts: Mapping[UUID, Sequence[Fact]], *, sampled: int) -> Rehearsal:
    """Run the facts of a sample through the terms as they stand; who did nothing has none."""
    active = completions = milestones = 0
    sums, squares, largest = ([0] * len(terms.criteria) for _ in range(3))
    paid = {one.percent: one.reward.points for one in terms.milestones}
    for done in facts.values():
        rounds = progress.rounds(terms, done, since=_since(terms, done), joined_at=LONG_AGO)
        active += bool(rounds)
        own = [0] * len(terms.criteria)
        for one in rounds:
            completions += one.progress.complete
            milestones += sum(paid[at] for at in progress.milestones(terms, one.progress.percent))
            for place, reached in enumerate(one.progress.reached):
                sums[place] += reached
                squares[place] += reached * reached
                own[place] += reached
        largest = list(map(max, largest, own))
    added = tuple(sums), tuple(squares), tuple(largest)
    return Rehearsal(sampled, active, completions, milestones, *added)


def rounds_max(terms: Terms) -> int:
    """How often one member can complete it at the most."""
    days = (terms.last_day - terms.first_day).days + 1
    match terms.span:
        case Span.FIXED:
            return 1
        case Span.WEEK:
            return (days + terms.first_day.weekday() - 1) // WEEK_DAYS + 1
        case Span.MONTH:
            return _months(terms.last_day) - _months(terms.first_day) + 1
        case Span.ROLLING if terms.again is Again.NEVER:
            return 1
        case Span.ROLLING if terms.again is Again.ON_EXPIRY:
            return math.ceil(days / (terms.rolling_days or days))
        case Span.ROLLING:
            return min(days, progress.ROUNDS_MAX)


def together(terms: Terms, seen: Rehearsal, joins: Estimate) -> tuple[int, int | None, int]:
    """The percent that a co-operative challenge comes to: at the least, as expected (None: nothing
    tells), at the most.

    What n others reached has a mean and a variance, and so has the sum over so many members: both
    their chances are in the interval, with normal quantiles.
    """
    assert terms.mode is Mode.COOPERATIVE, "only there it is one sum"
    if seen.sampled < 2:
        return 0, None, 100 if joins.high else 0
    expected = None
    if joins.expected is not None:
        expected = _percent(terms, seen, members=joins.expected, z=0.0)
    low = _percent(terms, seen, members=joins.low, z=-Z)
    return low, expected, _percent(terms, seen, members=joins.high, z=Z)


def _since(terms: Terms, done: Sequence[Fact]) -> date:
    """The day a member's own days begin: the first, or that of what brings them in."""
    if terms.span is not Span.ROLLING or terms.audience.entry is not Entry.AUTOMATIC:
        return terms.first_day
    days = (
        fact.day
        for fact in done
        if fact.day >= terms.first_day and progress.counted(terms, fact, joined_at=LONG_AGO)
    )
    return min(days, default=terms.first_day)


def _percent(terms: Terms, seen: Rehearsal, *, members: int, z: float) -> int:
    reached = []
    for total, squared in zip(seen.sums, seen.squares, strict=True):
        mean = total / seen.sampled
        # Of what is told in steps the square of the sum may be the larger.
        variance = max(squared - total * mean, 0) / (seen.sampled - 1)
        spread = math.sqrt(variance * (members + members * members / seen.sampled))
        reached.append(max(math.floor(members * mean + z * spread), 0))
    return progress.percent_of(reached, [one.target for one in terms.criteria])


def _earlier(first: date, last: date, before: date) -> tuple[date, date]:
    """The same days of the months that are over on `before`, or the last there are."""
    back = 0
    while _in_month(last, back) >= before:
        back += 1
    return _in_month(first, back), _in_month(last, back)


def _in_month(day: date, back: int) -> date:
    year, month = divmod(_months(day) - back, MONTHS)
    begin = date(year, month + 1, 1)
    # The end of a month is the end of every month.
    if (day + DAY).day == 1:
        return (begin + 31 * DAY).replace(day=1) - DAY
    return min(begin + (day.day - 1) * DAY, (begin + 31 * DAY).replace(day=1) - DAY)


def _months(day: date) -> int:
    return day.year * MONTHS + day.month - 1
