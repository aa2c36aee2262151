"""Reward states: the closed lists of words about rewards, as enums of the schema.

Each name here is a name in the domain; a test compares them, so a new word cannot be forgotten.
"""

from enum import Enum

import strawberry

V = strawberry.enum_value


@strawberry.enum(description="What a member gets for a reward.")
class RewardKind(Enum):
    """What a member gets for a reward."""

    VOUCHER = V("VOUCHER", description="A code that somebody else honours.")
    PRODUCT = V("PRODUCT", description="Something to fetch.")
    DONATION = V("DONATION", description="Points for a cause.")
    PARTNER_OFFER = V("PARTNER_OFFER", description="Something less to pay at a partner's.")
    EXPERIENCE = V("EXPERIENCE", description="Something to be at.")
    RAFFLE = V("RAFFLE", description="A ticket for a draw.")


@strawberry.enum(description="Where a redemption is.")
class RedemptionState(Enum):
    """Where a redemption is."""

    RESERVED = V("RESERVED", description="Points and units wait for a till to take the code.")
    FULFILLED = V("FULFILLED", description="It was handed over, and the points are used up.")
    RELEASED = V("RELEASED", description="Nobody came in time; no points were spent.")
    CANCELLED = V("CANCELLED", description="It was not wanted after all; no points were spent.")
    REFUNDED = V("REFUNDED", description="It was given back, and the points are there again.")


@strawberry.enum(description="What stands between a member and a reward.")
class RewardGate(Enum):
    """What stands between a member and a reward."""

    NOT_LIVE = V("NOT_LIVE", description="Nobody gets one now.")
    NOT_YET = V("NOT_YET", description="Its time has not come.")
    OVER = V("OVER", description="Its time is over.")
    TIER = V("TIER", description="It is for members of another tier.")
    SEGMENT = V("SEGMENT", description="It is for a group that the member is not in.")
    AGE = V("AGE", description="The member is too young, or nobody knows their date of birth.")
    MEMBER_LIMIT = V("MEMBER_LIMIT", description="The member has had as many as they may for now.")
    TOTAL_LIMIT = V("TOTAL_LIMIT", description="All members together have.")
    SOLD_OUT = V("SOLD_OUT", description="None is left.")
