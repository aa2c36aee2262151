"""What referrals hand out, and their limits."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

CODE_CHARACTERS = 12
DEVICE_CHARACTERS_MAX = 200
POINTS_MAX = 2**53 - 1

# Where a page ended: when the newcomer of its last referral joined, and the referral.
Cursor: TypeAlias = tuple[datetime, UUID]


class State(StrEnum):
    """Where a referral stands; PAID, REFUSED and LAPSED are final.

    WAITING  -- the newcomer joined, and has done nothing yet that counts.
    HELD     -- something speaks against it: an operator must look.
    PROMISED -- the first real act was done; both are paid unless it is withdrawn.
    """

    WAITING = "WAITING"
    HELD = "HELD"
    PROMISED = "PROMISED"
    PAID = "PAID"
    REFUSED = "REFUSED"
    LAPSED = "LAPSED"


class Doubt(StrEnum):
    """What speaks against a referral. All but REJOINED wait for an operator."""

    SELF = "SELF"  # both are reached by the same verified e-mail or telephone
    DEVICE = "DEVICE"  # the newcomer came with a device that another member came with
    RING = "RING"  # the newcomer is, by contact or device, somebody who led to the referrer
    YOUNG = "YOUNG"  # the referrer has only just joined
    REJOINED = "REJOINED"  # the newcomer is no newcomer
    REFERRER_CAP = "REFERRER_CAP"  # the referrer has been paid for as many this month as one may
    PROGRAMME_CAP = "PROGRAMME_CAP"  # the programme has given as much as it wants to


@dataclass(frozen=True, slots=True)
class Policy:
    """What a programme pays for a referral, and its guards; the numbers here are the defaults.

    window_days        -- how long after joining the first real act may be.
    hold_days          -- how long both then wait, and lose it if the act is withdrawn.
    referrer_age_days  -- how long one must have been a member to refer others unseen.
    referrer_month_max -- most referrals that one member is paid for in a calendar month.
    day_max, month_max -- most points for all referrals of a day and a calendar month; days are
                          those of the programme's zone.
    """

    referrer_points: int = 100
    newcomer_points: int = 100
    window_days: int = 30
    hold_days: int = 7
    referrer_age_days: int = 7
    referrer_month_max: int = 10
    day_max: int = 20_000
    month_max: int = 200_000

    @property
    def points(self) -> int:
        """What one referral costs."""
        return self.referrer_points + self.newcomer_points


@dataclass(frozen=True, slots=True)
class Referral:
    """One member brought another; referrer and newcomer are member ids.

    lapses_at -- until when the first real act may be.
    cleared   -- an operator has looked: neither guards nor caps stop it any more.
    activity  -- the first real act; None until there is one, and again when it was withdrawn.
    *_points, *_posting, pays_at -- what was promised, and when it is paid; None before that.
    """

    id: UUID
    programme: int
    referrer: UUID
    newcomer: UUID
    state: State
    doubts: tuple[Doubt, ...]
    joined_at: datetime
    lapses_at: datetime
    cleared: bool
    activity: UUID | None
    referrer_points: int | None
    newcomer_points: int | None
    referrer_posting: UUID | None
    newcomer_posting: UUID | None
    acted_at: datetime | None
    pays_at: datetime | None
    resolved_at: datetime | None

    @property
    def cursor(self) -> Cursor:
        """Where the next page starts after this one."""
        return self.joined_at, self.id

    @property
    def postings(self) -> list[UUID]:
        """The ids of what the ledger promised."""
        both = (self.referrer_posting, self.newcomer_posting)
        return [posting for posting in both if posting is not None]
