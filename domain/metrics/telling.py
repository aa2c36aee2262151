"""Telling: metrics and filters in plain English."""

from collections.abc import Iterable, Sequence

from domain.activities import Proof, Type
from domain.metrics.records import Filter, Metric

METRES_OF_KM = 1_000
MINUTE_S, HOUR_S = 60, 3_600

NOUNS: dict[Metric, tuple[str, str]] = {
    Metric.COUNT: ("activity", "activities"),
    Metric.STEPS: ("step", "steps"),
    Metric.POINTS: ("point", "points"),
    Metric.DAYS: ("day", "days"),
    Metric.PARTNERS: ("partner", "partners"),
}
PLURALS: dict[Type, str] = {
    Type.RUN: "runs",
    Type.RIDE: "rides",
    Type.WALK: "walks",
    Type.HIKE: "hikes",
    Type.SWIM: "swims",
    Type.ROW: "rows on the water",
    Type.SKI: "ski tours",
    Type.STRENGTH: "strength trainings",
    Type.OTHER: "other sports",
    Type.STEPS: "counted steps",
    Type.SLEEP: "nights of sleep",
    Type.SHARE: "shared links",
    Type.VOLUNTEERING: "volunteering",
    Type.ENERGY: "saved energy",
    Type.SURVEY: "surveys",
    Type.REFERRAL: "referrals",
    Type.PURCHASE: "purchases",
    Type.VISIT: "visits",
}
PROOFS: dict[Proof, str] = {
    Proof.DEVICE: "recorded by a device",
    Proof.PARTNER: "vouched for by a partner",
    Proof.VERIFIED: "verified",
}
DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def told(metric: Metric, amount: int) -> str:
    """So much of a metric: "5 km", "3 activities", "2.5 kWh", "1 h 30 min"."""
    match metric:
        case Metric.DISTANCE:
            return f"{_decimal(amount)} km" if amount >= METRES_OF_KM else f"{amount} m"
        case Metric.ENERGY:
            return f"{_decimal(amount)} kWh" if amount >= METRES_OF_KM else f"{amount} Wh"
        case Metric.ELEVATION:
            return f"{amount:,} m of ascent"
        case Metric.DURATION:
            return _duration(amount)
        case _:
            one, many = NOUNS[metric]
            return f"{amount:,} {one if amount == 1 else many}"


def told_filter(filter: Filter) -> str:
    """What is counted: "runs or rides of at least 5 km, on Mondays, from 06:00 to 09:00"."""
    what = _either(PLURALS[one] for one in Type if one in filter.types) or "activities"
    parts = (*_told_by(filter), *_when(filter))
    return ", ".join((what + _sizes(filter), *parts))


def _told_by(filter: Filter) -> Iterable[str]:
    if filter.sources:
        yield f"told by {_either(sorted(filter.sources))}"
    if filter.partners:
        yield f"with {_either(sorted(filter.partners))}"
    if filter.proof_min in PROOFS:
        better = " or better" if filter.proof_min is not Proof.VERIFIED else ""
        yield PROOFS[filter.proof_min] + better


def _when(filter: Filter) -> Iterable[str]:
    if filter.weekdays:
        yield f"on {_weekdays(sorted(filter.weekdays))}"
    if filter.from_minute is not None and filter.until_minute is not None:
        yield f"from {_clock(filter.from_minute)} to {_clock(filter.until_minute)}"
    if filter.cells:
        yield "started inside the area"


def _sizes(filter: Filter) -> str:
    least = [
        told(metric, amount)
        for metric, amount in (
            (Metric.DISTANCE, filter.distance_min_m),
            (Metric.DURATION, filter.duration_min_s),
            (Metric.ELEVATION, filter.elevation_min_m),
        )
        if amount
    ]
    if filter.quantity_min:
        least.append(_quantity(filter))
    return f" of at least {_joined(least, 'and')}" if least else ""


def _quantity(filter: Filter) -> str:
    if filter.types == {Type.ENERGY}:
        return told(Metric.ENERGY, filter.quantity_min)
    if filter.types == {Type.STEPS}:
        return told(Metric.STEPS, filter.quantity_min)
    if filter.types and filter.types <= {Type.SLEEP, Type.VOLUNTEERING}:
        return told(Metric.DURATION, filter.quantity_min)
    return f"{filter.quantity_min:,} of what they count"


def _weekdays(days: Sequence[int]) -> str:
    if days == [1, 2, 3, 4, 5]:
        return "weekdays"
    if days == [6, 7]:
        return "weekends"
    return _joined([DAYS[day - 1] for day in days], "and")


def _decimal(thousandths: int) -> str:
    """Thousands with what is left of them, without zeros at the end: 2500 is "2.5"."""
    whole, rest = divmod(thousandths, 1_000)
    return f"{whole:,}" + (f".{rest:03}".rstrip("0") if rest else "")


def _duration(seconds: int) -> str:
    hours, rest = divmod(seconds, HOUR_S)
    minutes, left = divmod(rest, MINUTE_S)
    parts = ((hours, "h"), (minutes, "min"), (left, "s"))
    return " ".join(f"{amount:,} {unit}" for amount, unit in parts if amount) or "0 s"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _either(words: Iterable[str]) -> str:
    return _joined(list(words), "or")


def _joined(words: Sequence[str], last: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
