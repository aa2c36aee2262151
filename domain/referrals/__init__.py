"""Referrals: a member brings another, and both are paid for the newcomer's first real act.

Guards hold what looks like one person with two memberships until an operator has looked; nobody
is told why. It does not decide whether an activity is believed.
"""

from domain.referrals.attributing import arrive, code_of
from domain.referrals.errors import (
    BadDevice,
    BadReferralPolicy,
    NoSuchReferral,
    NoSuchReferralCode,
    ReferralNotHeld,
)
from domain.referrals.events import Promised, Referred, Rewarded, Unpromised
from domain.referrals.paying import decide
from domain.referrals.policies import policy, set_policy
from domain.referrals.reading import get, held, listed
from domain.referrals.records import Cursor, Doubt, Policy, Referral, State

__all__ = [
    "BadDevice",
    "BadReferralPolicy",
    "Cursor",
    "Doubt",
    "NoSuchReferral",
    "NoSuchReferralCode",
    "Policy",
    "Promised",
    "Referral",
    "ReferralNotHeld",
    "Referred",
    "Rewarded",
    "State",
    "Unpromised",
    "arrive",
    "code_of",
    "decide",
    "get",
    "held",
    "listed",
    "policy",
    "set_policy",
]
