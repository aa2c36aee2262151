"""What vouchers hands out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

# More faults of one upload than that are counted and not kept.
FAULTS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Pool:
    """The codes of one reward; it has the reward's id.

    warn_below -- operators are warned once fewer codes than that may still be given; 0: never.
    low        -- they have been, and it has not been filled since.
    """

    programme: int
    reward: UUID
    warn_below: int
    low: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """How many codes a pool has: `loaded` is the sum of the other three.

    given   -- somebody has them, for ever.
    expired -- nobody was given them in time.
    left    -- may still be given.
    """

    loaded: int
    given: int
    expired: int
    left: int


class UploadState(StrEnum):
    """How far an upload is."""

    RUNNING = "RUNNING"  # or cut short: the same file goes on where it was
    DONE = "DONE"


class Why(StrEnum):
    """Why a row of an upload is not in the pool."""

    UNREADABLE = "UNREADABLE"  # quotes, encoding, too many fields
    BAD_CODE = "BAD_CODE"  # empty, too long, or not printable
    BAD_EXPIRY = "BAD_EXPIRY"  # neither a date nor a time with its zone
    EXPIRED = "EXPIRED"  # it would never be given
    IN_FILE = "IN_FILE"  # an earlier row of this file has the code
    IN_POOL = "IN_POOL"  # the pool had the code before
    ELSEWHERE = "ELSEWHERE"  # another pool of the programme has the code


# What is counted as a duplicate; the rest is bad.
DUPLICATES = (Why.IN_FILE, Why.IN_POOL, Why.ELSEWHERE)


class Fault(NamedTuple):
    """A row that is not in the pool; the code itself is not told.

    row   -- 1 is the first one below the header.
    first -- for IN_FILE: the row that has the code.
    """

    row: int
    why: Why
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of codes on its way into a pool, or what came of it.

    rows   -- read so far: loaded, bad, in_file, in_pool and elsewhere together.
    bad    -- could not be read, or would never be given.
    faults -- the first of them, in the order of their rows; only where they were asked for.
    """

    id: UUID
    programme: int
    reward: UUID
    name: str
    state: UploadState
    rows: int
    loaded: int
    bad: int
    in_file: int
    in_pool: int
    elsewhere: int
    started_at: datetime
    ended_at: datetime | None = None
    faults: Sequence[Fault] = ()

    @property
    def refused(self) -> int:
        """Rows that are not in the pool."""
        return self.rows - self.loaded


@dataclass(frozen=True, slots=True)
class Voucher:
    """One code of a redemption. Whoever has the code has the goods: it is in no log and no event.

    place      -- 1 is the redemption's first.
    expires_at -- None: never.
    """

    reward: UUID
    redemption: UUID
    place: int
    code: str = field(repr=False)
    expires_at: datetime | None
    given_at: datetime
