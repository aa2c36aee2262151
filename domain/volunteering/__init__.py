"""Volunteering: hours that members help, counted only on the organiser's word.

An organiser, who is a partner, publishes opportunities with shifts; members claim hours; the
organiser confirms them, or has signed for them beforehand. Nobody is confirmed for more than a
shift has, nor for two places at once. It does not know what an hour earns.
"""

from domain.volunteering.claiming import (
    claim,
    claims,
    confirm,
    confirm_unclaimed,
    decline,
    listed,
    revoke,
)
from domain.volunteering.errors import (
    BadMinutes,
    BadOpportunity,
    BadShift,
    BadSigningKey,
    BadStatement,
    BadStatementSignature,
    ClaimTooLate,
    HoursClosed,
    HoursOverlap,
    NoSuchHours,
    NoSuchOpportunity,
    NoSuchShift,
    ShiftFull,
    ShiftNotOver,
    StatementNotYours,
    StatementUsed,
)
from domain.volunteering.finding import find
from domain.volunteering.keys import add_key
from domain.volunteering.publishing import (
    add_shift,
    close_opportunity,
    publish,
    several_shifts,
    shift_by_id,
    shifts,
)
from domain.volunteering.records import Algorithm, Hours, Opportunity, Shift, State
from domain.volunteering.redeeming import redeem

__all__ = [
    "Algorithm",
    "BadMinutes",
    "BadOpportunity",
    "BadShift",
    "BadSigningKey",
    "BadStatement",
    "BadStatementSignature",
    "ClaimTooLate",
    "Hours",
    "HoursClosed",
    "HoursOverlap",
    "NoSuchHours",
    "NoSuchOpportunity",
    "NoSuchShift",
    "Opportunity",
    "Shift",
    "ShiftFull",
    "ShiftNotOver",
    "State",
    "StatementNotYours",
    "StatementUsed",
    "add_key",
    "add_shift",
    "claim",
    "claims",
    "close_opportunity",
    "confirm",
    "confirm_unclaimed",
    "decline",
    "find",
    "listed",
    "publish",
    "redeem",
    "revoke",
    "several_shifts",
    "shift_by_id",
    "shifts",
]
