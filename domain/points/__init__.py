"""Points: what an activity earns, why, and what a member has.

A rule pays for the metres, the seconds or the fact of an activity, up to a limit a day; every
award says which rule it followed. It does not decide whether an activity is believed.
"""

from domain.points.awarding import MATURES_AFTER, awards_of
from domain.points.errors import BadRule, RuleInPast
from domain.points.events import Earned
from domain.points.records import Award, Measure, Points, Rule
from domain.points.ruling import rules, set_rule
from domain.points.summing import EXPIRING_WITHIN_MONTHS, summary

__all__ = [
    "EXPIRING_WITHIN_MONTHS",
    "MATURES_AFTER",
    "Award",
    "BadRule",
    "Earned",
    "Measure",
    "Points",
    "Rule",
    "RuleInPast",
    "awards_of",
    "rules",
    "set_rule",
    "summary",
]
