"""What happens in contests that others may care about. The object is the contest."""

from dataclasses import dataclass
from uuid import UUID

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited(Event):
    """`other` asks the subject into a contest; each stakes so many points."""

    other: UUID
    stake: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered(Event):
    """The subject is in the contest: they created it, or accepted."""

    stake: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Departed(Event):
    """The subject is no longer in the contest; `forfeited` points of theirs stay in the pot."""

    forfeited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Began(Event):
    """The contest that the subject is in has begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledOff(Event):
    """The contest that the subject was in will not be; their stake is back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(Event):
    """The contest of the subject is over, and they have won so many points of the stakes.

    place -- among the winners; None: they are not one of them.
    """

    place: int | None
    won: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn(Event):
    """Nobody has won the contest of the subject; their stake is back."""
