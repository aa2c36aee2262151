"""Measuring: whether a fact is counted by a filter, and what it is worth in a metric. Pure."""

from collections.abc import Iterable

from domain.activities import Proof, Type
from domain.metrics.records import Fact, Filter, Metric

STRENGTH = {proof: strength for strength, proof in enumerate(Proof)}
ANY = Filter()


def matches(fact: Fact, filter: Filter) -> bool:
    """True when the activity counts at all, and fits every word of the filter."""
    return fact.counts and (
        filter is ANY or (_told(fact, filter) and _large(fact, filter) and _then(fact, filter))
    )


def worth(fact: Fact, metric: Metric) -> int:
    """What one activity adds; 0 when it does not count. For DAYS and PARTNERS, 1 where it has
    one: how many are different is for `total` to say."""
    if not fact.counts:
        return 0
    match metric:
        case Metric.COUNT | Metric.DAYS:
            return 1
        case Metric.DISTANCE:
            return fact.distance_m
        case Metric.DURATION:
            return fact.duration_s
        case Metric.ELEVATION:
            return fact.elevation_m
        case Metric.ENERGY:
            return fact.quantity if fact.type is Type.ENERGY else 0
        case Metric.STEPS:
            return fact.quantity if fact.type is Type.STEPS else 0
        case Metric.POINTS:
            return fact.points
        case Metric.PARTNERS:
            return int(fact.partner is not None)


def total(facts: Iterable[Fact], metric: Metric) -> int:
    """What several activities are worth together."""
    counted = [fact for fact in facts if fact.counts]
    if metric is Metric.DAYS:
        return len({fact.day for fact in counted})
    if metric is Metric.PARTNERS:
        return len({fact.partner for fact in counted} - {None})
    return sum(worth(fact, metric) for fact in counted)


def _told(fact: Fact, filter: Filter) -> bool:
    return (
        (not filter.types or fact.type in filter.types)
        and (not filter.sources or fact.source in filter.sources)
        and (not filter.partners or fact.partner in filter.partners)
        and STRENGTH[fact.proof] >= STRENGTH[filter.proof_min]
    )


def _large(fact: Fact, filter: Filter) -> bool:
    return (
        fact.distance_m >= filter.distance_min_m
        and fact.duration_s >= filter.duration_min_s
        and fact.elevation_m >= filter.elevation_min_m
        and fact.quantity >= filter.quantity_min
    )


def _then(fact: Fact, filter: Filter) -> bool:
    return (
        (not filter.weekdays or fact.day.isoweekday() in filter.weekdays)
        and _in_window(fact.minute, filter.from_minute, filter.until_minute)
        and (not filter.cells or fact.cell in filter.cells)
    )


def _in_window(minute: int, since: int | None, until: int | None) -> bool:
    if since is None or until is None:
        return True
    if since < until:
        return since <= minute < until
    return minute >= since or minute < until
