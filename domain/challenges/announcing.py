"""What happens to a challenge itself; its subject and its object are the challenge."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from domain.challenges.records import Challenge
from infra.db import Tx
from infra.outbox import Event, emit


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(Event):
    """Its maker asks for a decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(Event):
    """It begins by itself on its first day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(Event):
    """It may be changed and submitted again."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Event):
    """Its first day has begun somewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Event):
    """Nobody joins and nothing is paid for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Event):
    """It goes on, and what was completed meanwhile is paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Event):
    """Its last day has ended everywhere; what comes late counts until the cut-off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(Event):
    """All is decided and paid, and what was left has gone back."""

    returned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(Event):
    """It was given up before it began."""

    returned: int


E = TypeVar("E", bound=Event)


def tell(kind: type[E], challenge: Challenge, *, at: datetime, tx: Tx, **evidence: object) -> None:
    """Emit what happened to the challenge."""
    words = {"programme": challenge.programme, "subject": challenge.id, "object": challenge.id}
    emit(kind(**words, at=at, **evidence), tx=tx)  # type: ignore[arg-type]
