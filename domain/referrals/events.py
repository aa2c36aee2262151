"""What happens to referrals that others may care about. The object is the referral."""

from dataclasses import dataclass

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Referred(Event):
    """Somebody joined by the code of `subject`. Written for doubted ones, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised(Event):
    """The newcomer's first real act was done: `subject`, one of the two, will get points."""

    points: int
    as_referrer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpromised(Event):
    """The act was withdrawn in time: `subject`, one of the two, will not get the points yet."""

    points: int
    as_referrer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewarded(Event):
    """`subject`, one of the two, was paid."""

    points: int
    as_referrer: bool
