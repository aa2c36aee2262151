"""What happens to raffles; the object is the raffle, which is the reward whose tickets it draws."""

from dataclasses import dataclass
from uuid import UUID

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn(Event):
    """The raffle, which is the subject as well, has its winners."""

    entries: int
    winners: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Won(Event):
    """A ticket of `subject` was drawn.

    prize  -- POINTS: they are there already; REWARD: whoever redeems gives `reward` for nothing,
              under an id derived from the ticket.
    place  -- 1 was drawn first.
    name   -- of the raffle, for whoever tells of it.
    """

    ticket: UUID
    number: int
    place: int
    prize: str
    points: int = 0
    reward: UUID | None = None
    name: str = ""
