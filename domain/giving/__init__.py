"""Giving: members give points to causes that their programme has chosen.

The points wait, with their lots, in an account of the cause; when it is closed an operator pays
them out and keeps the reference of the payment. Whether a donor is named is theirs to say.
"""

from domain.giving.donating import donate, undo
from domain.giving.errors import (
    BadCause,
    BadReference,
    CauseNotActive,
    CausePaidOut,
    CauseStillOpen,
    NoSuchCause,
    NoSuchDonation,
    NothingToPayOut,
    OverDonationLimit,
)
from domain.giving.events import CauseClosed, Donated, Undone
from domain.giving.paying import close, pay_out
from domain.giving.policy import Policy, policy, set_policy
from domain.giving.reading import causes, donations, named, payouts, several, several_donations
from domain.giving.records import Cause, Donation, Payout, Standing
from domain.giving.registering import Draft, create

__all__ = [
    "BadCause",
    "BadReference",
    "Cause",
    "CauseClosed",
    "CauseNotActive",
    "CausePaidOut",
    "CauseStillOpen",
    "Donated",
    "Donation",
    "Draft",
    "NoSuchCause",
    "NoSuchDonation",
    "NothingToPayOut",
    "OverDonationLimit",
    "Payout",
    "Policy",
    "Standing",
    "Undone",
    "causes",
    "close",
    "create",
    "donate",
    "donations",
    "named",
    "pay_out",
    "payouts",
    "policy",
    "set_policy",
    "several",
    "several_donations",
    "undo",
]
