"""Decisions: which offers a member is shown, how likely that was, and what they made of it.

It asks whoever estimates how likely a member takes what, never waits for them for long, and then
chooses, with the probability of each choice written down. What members answer changes the next
choice at once. It knows offers and what they are about; how an estimate is made it does not.
"""

from domain.decisions.answering import mark, respond, seen
from domain.decisions.auditing import Audited, audited
from domain.decisions.choosing import (
    PRIOR_P,
    PRIOR_SPREAD,
    Candidate,
    Choice,
    by_rule,
    choose,
    first_chance,
    plainly,
    sound,
)
from domain.decisions.deciding import decide
from domain.decisions.errors import (
    BadDecisionRules,
    DecisionAnswered,
    DecisionOver,
    NoSuchDecision,
    TooManyDecisions,
)
from domain.decisions.explaining import words
from domain.decisions.learning import CHANNEL, bandit, is_warm
from domain.decisions.planning import (
    ASK_S,
    COUNT_MAX,
    Plan,
    agreed,
    ask_about,
    held_out,
    may_learn,
    plan,
    profile_of,
)
from domain.decisions.reading import LOG, candidates, get, listed
from domain.decisions.records import (
    DIMENSIONS,
    KIND,
    TREAT,
    Chooser,
    Decision,
    Kind,
    Response,
    Settings,
    Slate,
    Sums,
    Tally,
)
from domain.decisions.ruling import rules, set_rules
from domain.decisions.suppressing import Suppressed, standing
from domain.decisions.tallying import reach, tallies
from domain.decisions.writing import Chosen, Considered, Made, write
from domain.offers import Placement

__all__ = [
    "ASK_S",
    "CHANNEL",
    "COUNT_MAX",
    "DIMENSIONS",
    "KIND",
    "LOG",
    "PRIOR_P",
    "PRIOR_SPREAD",
    "TREAT",
    "Audited",
    "BadDecisionRules",
    "Candidate",
    "Choice",
    "Chooser",
    "Chosen",
    "Considered",
    "Decision",
    "DecisionAnswered",
    "DecisionOver",
    "Kind",
    "Made",
    "NoSuchDecision",
    "Placement",
    "Plan",
    "Response",
    "Settings",
    "Slate",
    "Sums",
    "Suppressed",
    "Tally",
    "TooManyDecisions",
    "agreed",
    "ask_about",
    "audited",
    "bandit",
    "by_rule",
    "candidates",
    "choose",
    "decide",
    "first_chance",
    "get",
    "held_out",
    "is_warm",
    "listed",
    "mark",
    "may_learn",
    "plainly",
    "plan",
    "profile_of",
    "reach",
    "respond",
    "rules",
    "seen",
    "set_rules",
    "sound",
    "standing",
    "tallies",
    "words",
    "write",
]
