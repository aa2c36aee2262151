"""What happens to pools; the subject and the object are the reward. No event tells a code."""

from dataclasses import dataclass

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningLow(Event):
    """Fewer codes than `warn_below` may still be given. Told once, until the pool is filled."""

    left: int
    warn_below: int
