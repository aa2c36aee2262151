"""What happens to transfers that others may care about.

The subject is the member who should learn of it, `other` the member at the far end, the object
the transfer.
"""

from dataclasses import dataclass
from uuid import UUID

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(Event):
    """Points wait for the subject's answer."""

    points: int
    other: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Event):
    """Points arrived at the subject, who lets them arrive without being asked."""

    points: int
    other: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Event):
    """The points that the subject offered were accepted."""

    points: int
    other: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(Event):
    """The points that the subject offered were declined and are back."""

    points: int
    other: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(Event):
    """The points that the subject was offered were taken back by the sender."""

    points: int
    other: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(Event):
    """Nobody answered in time: the points that the subject offered are back."""

    points: int
    other: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Event):
    """The points that the subject sent are set aside until somebody has looked at them."""

    points: int
    other: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(Event):
    """The programme sent the subject's points back."""

    points: int
    other: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsRequested(Event):
    """`other` asks the subject for points; the object is the point request."""

    points: int
    other: UUID
