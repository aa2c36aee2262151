"""What clubs hand out, and their limits."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

POINTS_MAX = 2**53 - 1
NAME_CHARACTERS_MAX = 80
MEMO_CHARACTERS_MAX = 140
# The bounds of a programme's own limits.
MEMBERS_MOST = 500
CLUBS_MOST = 50
KEEP_MONTHS_MOST = 24

# Where a page ended: the time of its last item and whose or what it was.
Cursor: TypeAlias = tuple[datetime, UUID]


class Role(StrEnum):
    """What a member may do in a club; a club has exactly one OWNER."""

    OWNER = "OWNER"
    TREASURER = "TREASURER"
    MEMBER = "MEMBER"


@dataclass(frozen=True, slots=True)
class Policy:
    """What a programme lets its clubs do; the numbers here are the defaults.

    members_max  -- most members of one club.
    clubs_max    -- most clubs of one member.
    *_day_max    -- most points that one officer of that role may pay out in a day.
    *_month_max  -- and in a calendar month; days and months are those of the programme's zone.
    keep_months  -- most whole months that a club may keep a gift after the month it was given in.
    """

    members_max: int = 50
    clubs_max: int = 5
    owner_day_max: int = 3_000
    owner_month_max: int = 20_000
    treasurer_day_max: int = 1_000
    treasurer_month_max: int = 5_000
    keep_months: int = 12

    def limits(self, role: Role) -> tuple[int, int]:
        """What an officer of that role may pay out in a day and in a month."""
        if role is Role.OWNER:
            return self.owner_day_max, self.owner_month_max
        return self.treasurer_day_max, self.treasurer_month_max


@dataclass(frozen=True, slots=True)
class Club:
    """A club of members of one programme, and the account of its pool.

    owner       -- a member's id.
    keep_months -- whole months that a gift stays after the month it was given in; then it goes.
    """

    id: UUID
    programme: int
    name: str
    book: int
    account: int
    owner: UUID
    keep_months: int
    founded_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """That a member is in a club."""

    club: Club
    member: UUID
    role: Role
    joined_at: datetime

    @property
    def cursor(self) -> Cursor:
        """Where the next page of a member's clubs starts after this one."""
        return self.joined_at, self.club.id


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open invitation of a member into a club; `inviter` is a member's id."""

    club: Club
    member: UUID
    inviter: UUID
    at: datetime

    @property
    def cursor(self) -> Cursor:
        """Where the next page of a member's invitations starts after this one."""
        return self.at, self.club.id


@dataclass(frozen=True, slots=True)
class Gift:
    """Points that a member gave to a club, once and for all."""

    id: UUID
    club: UUID
    member: UUID
    points: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Payout:
    """Points that an officer paid out of the pool; payer and receiver are member ids."""

    id: UUID
    club: UUID
    payer: UUID
    receiver: UUID
    points: int
    memo: str | None
    at: datetime
