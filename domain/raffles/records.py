"""What raffles hand out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """Where a raffle is."""

    OPEN = "OPEN"  # tickets are given out
    CLOSED = "CLOSED"  # its tickets are fixed and its seed is told
    DRAWN = "DRAWN"  # and its winners have their prizes


class PrizeKind(StrEnum):
    """What a winner gets."""

    POINTS = "POINTS"  # of the programme, made anew
    REWARD = "REWARD"  # a redemption of that reward, for nothing


@dataclass(frozen=True, slots=True)
class Prize:
    """What so many winners get each, one after the other in the order they are drawn.

    points -- for POINTS; reward: for REWARD.
    """

    kind: PrizeKind
    count: int = 1
    points: int = 0
    reward: UUID | None = None


@dataclass(frozen=True, slots=True)
class Raffle:
    """A draw that anybody can check; it has the id of the reward whose redemptions are tickets.

    commitment -- SHA-256 of the seed, told from the beginning.
    seed       -- 32 bytes; None until it is closed.
    tickets    -- so many were given out; some of them may have been given back.
    source     -- the public value that is mixed in, in words said at the opening, such as "Closing
                  value of the WIG20 on 24 December 2026"; None: there is none.
    value      -- that value, once it is known.
    entries    -- so many tickets take part; None until it is closed.
    digest     -- SHA-256 of the list of those; None until it is closed.
    """

    programme: int
    reward: UUID
    state: State
    commitment: bytes
    prizes: Sequence[Prize]
    opened_at: datetime
    closes_at: datetime
    tickets: int = 0
    seed: bytes | None = None
    source: str | None = None
    value: str | None = None
    entries: int | None = None
    digest: bytes | None = None
    closed_at: datetime | None = None
    drawn_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """True while it cannot be drawn for want of the public value."""
        return self.state is State.CLOSED and self.source is not None and self.value is None


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket of a raffle.

    id     -- what the public list says beside its number, instead of whose it is.
    number -- 1 is the first, and none is left out.
    back   -- it was given back before the closing and takes no part.
    """

    id: UUID
    raffle: UUID
    number: int
    member: UUID
    redemption: UUID
    entered_at: datetime
    back: bool = False


class Payout(StrEnum):
    """What became of a prize."""

    PAID = "PAID"  # the points are there
    TOLD = "TOLD"  # whoever gives the reward has been told
    FORFEIT = "FORFEIT"  # the member is gone


@dataclass(frozen=True, slots=True)
class Winner:
    """A ticket that was drawn. place -- 1 was drawn first.

    member -- whose ticket it is; who was merged since then has the prize under the new id.
    """

    raffle: UUID
    place: int
    ticket: UUID
    number: int
    member: UUID
    prize: Prize
    payout: Payout
    posting: UUID | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is needed to draw again: see `check`.

    entries -- the tickets that take part: number and id, by number.
    winners -- the numbers that were drawn, in order.
    """

    commitment: bytes
    seed: bytes
    source: str | None
    value: str | None
    digest: bytes
    prizes: int
    entries: Mapping[int, UUID]
    winners: Sequence[int]
