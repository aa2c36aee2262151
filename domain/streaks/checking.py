"""Check what an operator says of a streak. Pure; whether a badge exists is for `defining`."""

from datetime import date

from domain import metrics
from domain.metrics import DISTINCT, Metric
from domain.programmes import plain
from domain.streaks.errors import BadStreak
from domain.streaks.records import Cadence, Lapse, Milestone, Terms

NAME_CHARACTERS_MAX = 80
DESCRIPTION_CHARACTERS_MAX = 500
MINIMUM_MAX = 10**9
GRACE_HOURS_MAX = {Cadence.DAILY: 24, Cadence.WEEKLY: 72}
FREEZES_MAX = 30
FREEZE_EVERY_MAX = 1_000
POINTS_MAX = 1_000_000
LAPSE_STEPS_MAX = 1_000
REPAIR_PERIODS_MAX = {Cadence.DAILY: 14, Cadence.WEEKLY: 4}
MILESTONES_MAX = 30
LENGTH_MAX = 10_000
# What different days or partners one period can have.
DISTINCT_MAX = {
    (Cadence.DAILY, Metric.DAYS): 1,
    (Cadence.WEEKLY, Metric.DAYS): 7,
    (Cadence.DAILY, Metric.PARTNERS): 50,
    (Cadence.WEEKLY, Metric.PARTNERS): 50,
}


def sound_name(text: str) -> str:
    """The name in its one spelling. Refuses BadStreak."""
    name = plain(text, longest=NAME_CHARACTERS_MAX)
    if not name:
        message = f"a name is 1 to {NAME_CHARACTERS_MAX} characters of plain text"
        raise BadStreak(message, "name")
    return name


def sound_description(text: str) -> str:
    """The description in its one spelling; it may be empty. Refuses BadStreak."""
    said = plain(text, longest=DESCRIPTION_CHARACTERS_MAX)
    if said is None:
        message = f"a description is up to {DESCRIPTION_CHARACTERS_MAX} characters of plain text"
        raise BadStreak(message, "description")
    return said


def check_grace(hours: int, cadence: Cadence) -> None:
    """Refuses BadStreak for a grace that would reach beyond what follows."""
    most = GRACE_HOURS_MAX[cadence]
    if not 0 <= hours <= most:
        raise BadStreak(f"it must be between 0 and {most}", "grace_hours")


def check_first_day(day: date, cadence: Cadence, *, earliest: date, latest: date) -> None:
    """Refuses BadStreak for a day that is too far away, or begins no period."""
    if not earliest <= day <= latest:
        raise BadStreak(f"a streak begins between {earliest} and {latest}", "first_day")
    if cadence is Cadence.WEEKLY and day.isoweekday() != 1:
        raise BadStreak("a streak of weeks begins on a Monday", "first_day")


def check_terms(terms: Terms, cadence: Cadence) -> None:
    """Refuses, in the order of the words: BadStreak, and metrics.BadFilter for the filter."""
    most = DISTINCT_MAX.get((cadence, terms.metric), MINIMUM_MAX)
    assert terms.metric not in DISTINCT or (cadence, terms.metric) in DISTINCT_MAX
    _between("minimum", terms.minimum, 1, most)
    metrics.check_filter(terms.filter, within=("terms", "filter"))
    _check_freezes(terms)
    _check_lapse(terms)
    _check_repair(terms, cadence)
    _check_milestones(terms.milestones)


def _check_freezes(terms: Terms) -> None:
    _between("freezes_max", terms.freezes_max, 0, FREEZES_MAX)
    ways = (("freeze_every", FREEZE_EVERY_MAX), ("freeze_price", POINTS_MAX))
    for name, most in ways:
        if (said := getattr(terms, name)) is not None:
            _between(name, said, 1, most)
            if not terms.freezes_max:
                raise BadStreak(
                    "nobody may have a freeze, so there is no way to get one", "terms", name
                )
    if terms.freezes_max and terms.freeze_every is None and terms.freeze_price is None:
        raise BadStreak("freezes are earned, or sold, or both", "terms", "freezes_max")


def _check_lapse(terms: Terms) -> None:
    match terms.lapse:
        case Lapse.ALL:
            _between("lapse_size", terms.lapse_size, 0, 0)
        case Lapse.SHARE:
            _between("lapse_size", terms.lapse_size, 1, 99)
        case Lapse.STEPS:
            _between("lapse_size", terms.lapse_size, 1, LAPSE_STEPS_MAX)


def _check_repair(terms: Terms, cadence: Cadence) -> None:
    if terms.repair_price is None:
        _between("repair_periods", terms.repair_periods, 0, 0)
        return
    _between("repair_price", terms.repair_price, 1, POINTS_MAX)
    _between("repair_periods", terms.repair_periods, 1, REPAIR_PERIODS_MAX[cadence])


def _check_milestones(milestones: tuple[Milestone, ...]) -> None:
    if len(milestones) > MILESTONES_MAX:
        raise BadStreak(f"at most {MILESTONES_MAX} milestones", "terms", "milestones")
    before = 0
    for place, one in enumerate(milestones):
        path = ("terms", "milestones", str(place))
        if not before < one.length <= LENGTH_MAX:
            message = f"lengths rise from 1 to {LENGTH_MAX} at most, each only once"
            raise BadStreak(message, *path, "length")
        before = one.length
        if not 0 <= one.points <= POINTS_MAX:
            raise BadStreak(f"a milestone gives up to {POINTS_MAX} points", *path, "points")
        if not one.points and one.badge is None:
            raise BadStreak("a milestone gives points, or a badge, or both", *path)
        if (one.badge is None) != (one.level is None):
            raise BadStreak("a badge and its level go together", *path, "level")


def _between(field: str, number: int, least: int, most: int) -> None:
    if not least <= number <= most:
        raise BadStreak(f"it must be between {least} and {most}", "terms", field)
