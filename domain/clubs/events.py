"""What happens in clubs that others may care about. The object is the club."""

from dataclasses import dataclass
from uuid import UUID

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited(Event):
    """`subject` may join the club; `other` asked them."""

    other: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered(Event):
    """`subject` is in the club now: its founder, or somebody who accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departed(Event):
    """`subject` is no longer in the club: they left, were removed, or it was closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointed(Event):
    """`subject` has another role in the club."""

    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Given(Event):
    """`subject` gave points to the club."""

    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOut(Event):
    """`subject` got points from the club; `other` is the officer who paid."""

    points: int
    other: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class GaveBack(Event):
    """The club was closed, and `subject` got back a share of what was left."""

    points: int
