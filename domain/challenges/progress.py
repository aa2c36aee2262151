"""Progress: how far somebody is in a challenge, from what they did. Pure.

Everything here follows from the terms, from when somebody joined, and from facts; never from the
order in which facts became known. Whatever counts step by step must come to the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from uuid import UUID

from domain.challenges.records import Again, Criterion, Entry, Span, Terms
from domain.metrics import DISTINCT, Fact, Metric, matches, total, worth

DAY = timedelta(days=1)
WEEK_DAYS = 7
ROUNDS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Window:
    """The local days of one round; `number` counts from 1: a ROLLING challenge's from joining,
    those of a WEEK or MONTH from the challenge's own first week or month."""

    number: int
    first_day: date
    last_day: date

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one activity adds to one round.

    worth -- for each criterion, in its metric's unit; 1 for a day or a partner, which may be one
             that another activity has brought already.
    """

    activity: UUID
    day: date
    ended_at: datetime
    partner: str | None
    worth: tuple[int, ...]

    @property
    def order(self) -> tuple[datetime, UUID]:
        """What came first counts first, and of two at once always the same one."""
        return self.ended_at, self.activity


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one round is.

    reached      -- of each criterion, not capped.
    percent      -- overall, rounded down: 100 only when it is complete.
    reached_at   -- when the activity that brought it so far ended; None: nothing has counted.
    completed_at -- when the activity that completed it ended, and `completed_by` which.
    """

    reached: tuple[int, ...]
    percent: int
    reached_at: datetime | None = None
    completed_at: datetime | None = None
    completed_by: UUID | None = None

    @property
    def complete(self) -> bool:
        """True when every criterion is at its target."""
        return self.completed_at is not None


@dataclass(frozen=True, slots=True)
class Round:
    """One round as its facts make it."""

    window: Window
    targets: tuple[int, ...]
    contributions: tuple[Contribution, ...]
    progress: Progress


def window(terms: Terms, *, since: date, day: date) -> Window | None:
    """The round that a day lies in, for somebody who takes part since `since`; None: in none.

    Of a challenge that begins anew on completion it is the first round only: where the next
    begin, `rounds` says.
    """
    if not terms.first_day <= day <= terms.last_day:
        return None
    if terms.span is Span.FIXED:
        return Window(1, terms.first_day, terms.last_day)
    since = max(since, terms.first_day)
    if terms.span is Span.ROLLING:
        return _rolling(terms, since=since, day=day)
    found = _calendar(terms, day)
    # Weeks and months that were over before somebody joined are none of theirs.
    return found if found.last_day >= since else None


def counted(terms: Terms, fact: Fact, *, joined_at: datetime) -> Contribution | None:
    """What an activity adds to whatever round its day lies in; None: nothing.

    Who takes part by what they do has nothing before joining that would not count.
    """
    late = terms.from_joining and terms.audience.entry is not Entry.AUTOMATIC
    if not fact.counts or (late and fact.started_at < joined_at):
        return None
    added = [worth(fact, one.metric) if matches(fact, one.filter) else 0 for one in terms.criteria]
    if not any(added):
        return None
    return Contribution(fact.activity, fact.day, fact.ended_at, fact.partner, tuple(added))


def tally(
    terms: Terms, contributions: Sequence[Contribution], *, targets: Sequence[int]
) -> Progress:
    """What contributions come to, in the order in which their activities ended."""
    reached = [0] * len(terms.criteria)
    seen: tuple[set[date | str | None], ...] = tuple(set() for _ in terms.criteria)
    at = completed_at = completed_by = None
    for one in sorted(contributions, key=attrgetter("order")):
        moved = False
        for place, (criterion, added) in enumerate(zip(terms.criteria, one.worth, strict=True)):
            new = _new(criterion, one, added, seen[place])
            reached[place] += new
            moved = moved or new > 0
        if moved:
            at = one.ended_at
        if completed_at is None and all(map(int.__ge__, reached, targets)):
            completed_at, completed_by = one.ended_at, one.activity
    percent = percent_of(reached, targets)
    return Progress(tuple(reached), percent, at, completed_at, completed_by)


def percent_of(reached: Sequence[int], targets: Sequence[int]) -> int:
    """Overall progress: what was reached, each up to its target, by the sum of the targets."""
    return sum(map(min, reached, targets)) * 100 // sum(targets)


def milestones(terms: Terms, percent: int) -> tuple[int, ...]:
    """The percents of the milestones that are behind somebody who is so far."""
    return tuple(sorted(one.percent for one in terms.milestones if one.percent <= percent))


def targets_of(terms: Terms, days: Window, past: Sequence[Fact]) -> tuple[int, ...]:
    """What is to be reached in a round of those days.

    past -- what the member did before them; more, and nothing where no target is personal, is
            fine. A usual stretch is as long as the round; what does not divide is rounded up.
    """
    return tuple(_target(one, days, past) for one in terms.criteria)


def baseline(terms: Terms, first_day: date) -> tuple[date, date] | None:
    """The days that personal targets of a round from `first_day` on look back at; None: none."""
    weeks = max((one.personal.weeks for one in terms.criteria if one.personal), default=0)
    return (first_day - weeks * WEEK_DAYS * DAY, first_day - DAY) if weeks else None


def rounds(
    terms: Terms,
    facts: Sequence[Fact],
    *,
    since: date,
    joined_at: datetime,
    targets: Mapping[int, tuple[int, ...]] | None = None,
) -> Sequence[Round]:
    """Every round that something counts in, from scratch, by number.

    facts   -- of one member, and those of the weeks before that personal targets look back at.
    targets -- of rounds that have begun already, which keep them.
    """
    fixed = targets or {}
    if terms.again is Again.ON_COMPLETION and terms.span is Span.ROLLING:
        return _chain(terms, facts, since=since, joined_at=joined_at, fixed=fixed)
    gathered: dict[Window, list[Contribution]] = {}
    for fact in facts:
        days = window(terms, since=since, day=fact.day)
        added = counted(terms, fact, joined_at=joined_at) if days else None
        if days is not None and added is not None:
            gathered.setdefault(days, []).append(added)
    return [
        _round(terms, days, gathered[days], facts, fixed)
        for days in sorted(gathered, key=attrgetter("number"))
    ]


def _calendar(terms: Terms, day: date) -> Window:
    if terms.span is Span.WEEK:
        first = day - day.weekday() * DAY
        last = first + (WEEK_DAYS - 1) * DAY
        zero = terms.first_day - terms.first_day.weekday() * DAY
        number = (first - zero).days // WEEK_DAYS + 1
    else:
        first = day.replace(day=1)
        last = (first + 31 * DAY).replace(day=1) - DAY
        number = (day.year - terms.first_day.year) * 12 + day.month - terms.first_day.month + 1
    return Window(number, max(first, terms.first_day), min(last, terms.last_day))


def _rolling(terms: Terms, *, since: date, day: date) -> Window | None:
    length = terms.rolling_days
    assert length is not None, "a rolling challenge says how long a round is"
    past = (day - since).days // length
    if past < 0 or (past and terms.again is not Again.ON_EXPIRY):
        return None
    first = since + past * length * DAY
    return Window(past + 1, first, min(first + (length - 1) * DAY, terms.last_day))


def _chain(
    terms: Terms,
    facts: Sequence[Fact],
    *,
    since: date,
    joined_at: datetime,
    fixed: Mapping[int, tuple[int, ...]],
) -> Sequence[Round]:
    """Rounds of which each begins the day after the one before was completed."""
    found = [added for fact in facts if (added := counted(terms, fact, joined_at=joined_at))]
    made: list[Round] = []
    first = max(since, terms.first_day)
    while first <= terms.last_day and len(made) < ROUNDS_MAX:
        days = _rolling(terms, since=first, day=first)
        assert days is not None, "a round begins on a day of its own"
        days = Window(len(made) + 1, days.first_day, days.last_day)
        here = [one for one in found if days.first_day <= one.day <= days.last_day]
        whole = _round(terms, days, here, facts, fixed)
        if here and not whole.progress.complete:
            return [*made, whole]
        if not here:
            return made
        last = _completed_on(here, whole.progress)
        days = Window(days.number, days.first_day, last)
        made.append(_round(terms, days, [one for one in here if one.day <= last], facts, fixed))
        first = last + DAY
    return made


def _completed_on(contributions: Sequence[Contribution], progress: Progress) -> date:
    """The last day that completing a round took, on which it therefore ends."""
    assert progress.completed_at is not None, "only a completed round ends before its days do"
    assert progress.completed_by is not None, "an activity completes a round"
    last = progress.completed_at, progress.completed_by
    return max(one.day for one in contributions if one.order <= last)


def _round(
    terms: Terms,
    days: Window,
    contributions: Sequence[Contribution],
    facts: Sequence[Fact],
    fixed: Mapping[int, tuple[int, ...]],
) -> Round:
    aims = fixed.get(days.number) or targets_of(terms, days, facts)
    return Round(days, aims, tuple(contributions), tally(terms, contributions, targets=aims))


def _new(criterion: Criterion, one: Contribution, added: int, seen: set[date | str | None]) -> int:
    """What an activity adds beside those before it."""
    if criterion.metric not in DISTINCT or not added:
        return added
    mark = one.day if criterion.metric is Metric.DAYS else one.partner
    if mark in seen:
        return 0
    seen.add(mark)
    return 1


def _target(criterion: Criterion, days: Window, past: Sequence[Fact]) -> int:
    personal = criterion.personal
    if personal is None:
        return criterion.target
    back = personal.weeks * WEEK_DAYS
    first = days.first_day - back * DAY
    usual = total(
        (f for f in past if first <= f.day < days.first_day and matches(f, criterion.filter)),
        criterion.metric,
    )
    more = -(-usual * days.days * personal.percent // (back * 100))
    return min(max(more, personal.at_least), criterion.target)
