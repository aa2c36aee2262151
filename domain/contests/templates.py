"""Templates: what friends may compete in.

A small set that every programme has: a contest is two taps in an app, not a form. They are code,
not rows, because each is a promise about what counts that players rely on while it runs, and
because what a programme wants beside them it makes as a challenge.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.activities import Type
from domain.metrics import Filter, Metric


class Template(StrEnum):
    """What counts. Each may be played to a target, or for the most."""

    STEPS = "STEPS"
    WALKING = "WALKING"
    RUNNING = "RUNNING"
    RIDING = "RIDING"
    MINUTES = "MINUTES"
    CLIMBING = "CLIMBING"
    ACTIVE_DAYS = "ACTIVE_DAYS"
    ENERGY = "ENERGY"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a template counts.

    name        -- for members, until it is translated.
    least, most -- of a target, in the unit of the metric.
    """

    name: str
    metric: Metric
    filter: Filter
    least: int
    most: int


# What is done with the body.
MOTION = (
    Type.WALK,
    Type.HIKE,
    Type.RUN,
    Type.RIDE,
    Type.SWIM,
    Type.ROW,
    Type.SKI,
    Type.STRENGTH,
    Type.OTHER,
)


def _only(*types: Type) -> Filter:
    return Filter(types=frozenset(types))


RULES: Mapping[Template, Rules] = {
    Template.STEPS: Rules("Steps", Metric.STEPS, _only(Type.STEPS), 1_000, 2_000_000),
    Template.WALKING: Rules(
        "Walking", Metric.DISTANCE, _only(Type.WALK, Type.HIKE), 1_000, 1_000_000
    ),
    Template.RUNNING: Rules("Running", Metric.DISTANCE, _only(Type.RUN), 1_000, 1_000_000),
    Template.RIDING: Rules("Riding", Metric.DISTANCE, _only(Type.RIDE), 1_000, 5_000_000),
    Template.MINUTES: Rules(
        "Time in motion",
        Metric.DURATION,
        _only(*MOTION),
        600,
        1_000_000,
    ),
    Template.CLIMBING: Rules(
        "Metres climbed",
        Metric.ELEVATION,
        _only(Type.WALK, Type.HIKE, Type.RUN, Type.RIDE),
        50,
        100_000,
    ),
    Template.ACTIVE_DAYS: Rules("Active days", Metric.DAYS, _only(*MOTION), 1, 28),
    Template.ENERGY: Rules("Energy saved", Metric.ENERGY, _only(Type.ENERGY), 100, 1_000_000),
}
