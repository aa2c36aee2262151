"""Points: what an activity earns, why, and what a member has.

A rule pays for the metres, the seconds, the quantity or the fact of an activity, up to its
limits; multipliers make it more or less; every award says which it followed. When an activity
is judged anew, what it had earned is taken back first. It does not decide whether an activity
is believed.
"""

from domain.points.adjusting import ADJUSTMENT_MAX, adjust
from domain.points.awarding import LATE_AFTER
from domain.points.claiming import claims, write_off
from domain.points.errors import (
    BadAdjustment,
    BadMaturity,
    BadMultiplier,
    BadRule,
    ClaimClosed,
    MultiplierEnded,
    MultiplierInPast,
    NoSuchClaim,
    NoSuchMultiplier,
    RuleInPast,
    TooManyMultipliers,
)
from domain.points.events import Earned, Matured, TakenBack
from domain.points.loading import awards_of
from domain.points.maturing import MATURES_AFTER, maturities, set_maturity
from domain.points.multiplying import check_multiplier, end_multiplier, multipliers, set_multiplier
from domain.points.reckoning import Reckoning
from domain.points.records import (
    Adjustment,
    Applied,
    Award,
    Claim,
    ClaimState,
    Maturity,
    Measure,
    Multiplier,
    Points,
    Rule,
)
from domain.points.ruling import check_rule, rules, set_rule, terms
from domain.points.standing import Earning, Fact, Given, Standing, Step
from domain.points.summing import EXPIRING_WITHIN_MONTHS, summary
from domain.points.terms import Terms

__all__ = [
    "ADJUSTMENT_MAX",
    "EXPIRING_WITHIN_MONTHS",
    "LATE_AFTER",
    "MATURES_AFTER",
    "Adjustment",
    "Applied",
    "Award",
    "BadAdjustment",
    "BadMaturity",
    "BadMultiplier",
    "BadRule",
    "Claim",
    "ClaimClosed",
    "ClaimState",
    "Earned",
    "Earning",
    "Fact",
    "Given",
    "Matured",
    "Maturity",
    "Measure",
    "Multiplier",
    "MultiplierEnded",
    "MultiplierInPast",
    "NoSuchClaim",
    "NoSuchMultiplier",
    "Points",
    "Reckoning",
    "Rule",
    "RuleInPast",
    "Standing",
    "Step",
    "TakenBack",
    "Terms",
    "TooManyMultipliers",
    "adjust",
    "awards_of",
    "check_multiplier",
    "check_rule",
    "claims",
    "end_multiplier",
    "maturities",
    "multipliers",
    "rules",
    "set_maturity",
    "set_multiplier",
    "set_rule",
    "summary",
    "terms",
    "write_off",
]
