"""Gating: may a newly trained model take the place of the one in use?

It may when it is not worse: on the held-out days by each metric, and by what the log of decisions
says it would have earned. "Not worse" has a margin, because two fits on the same data differ; and
the log is asked only when it holds enough that the new model would have done as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from recommender.off_policy import Estimate


@dataclass(frozen=True, slots=True)
class Margins:
    """How much worse is still not worse.

    relative -- of a metric where more is better; calibration -- of the calibration error, added;
    value -- of what a decision earns, relative; effective_min -- rounds the log must be worth.
    """

    relative: float = 0.02
    calibration: float = 0.01
    value: float = 0.05
    effective_min: float = 200.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One model on the held-out days.

    metrics -- by name, more is better (ndcg@10, recall@10); ece -- expected calibration error,
    None when it has no ranker.
    """

    metrics: Mapping[str, float]
    ece: float | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is worse: what the new model has, what it may have at the least or most."""

    name: str
    reached: float
    allowed: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the new model may be used, and all that speaks against it."""

    faults: Sequence[Fault] = ()
    asked: Sequence[str] = field(default=())

    @property
    def accepted(self) -> bool:
        """True when nothing is worse."""
        return not self.faults


def judged(
    new: Measured,
    old: Measured | None,
    *,
    gain: Estimate | None = None,
    earned: float = 0.0,
    margins: Margins = Margins(),
) -> Verdict:
    """What speaks against the new model; `old` is measured on the same days, None at the first.

    gain -- by off_policy.gained, on the log of decisions; None without a log.
    earned -- what a logged decision earned on average, the measure of the margin.
    A metric that is not a number is a fault even at the first model.
    """
    found = [Fault(name, value, 0.0) for name, value in new.metrics.items() if value != value]
    asked = [*new.metrics]
    if old is not None:
        found += _worse(new, old, margins)
    if new.ece is not None and old is not None and old.ece is not None:
        asked.append("ece")
        allowed = old.ece + margins.calibration
        found += [] if new.ece <= allowed else [Fault("ece", new.ece, allowed)]
    if gain is not None and gain.effective >= margins.effective_min:
        asked.append("gain")
        allowed = -margins.value * abs(earned)
        # Worse by more than the margin, or surely worse by whatever little.
        if gain.value < allowed or gain.high < 0:
            found.append(Fault("gain", gain.value, allowed))
    return Verdict(found, asked)


def _worse(new: Measured, old: Measured, margins: Margins) -> Sequence[Fault]:
    floors = {name: value * (1 - margins.relative) for name, value in old.metrics.items()}
    return [
        Fault(name, new.metrics.get(name, 0.0), floor)
        for name, floor in floors.items()
        if new.metrics.get(name, 0.0) < floor
    ]
