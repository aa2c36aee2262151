"""Contests: challenges among friends, and the points that they stake on them.

A stake stays in its owner's wallet, held, until the contest ends; then it is the winners', or it
is free again. What counts is for challenges to say. It does not know activities.
"""

from domain.contests.answering import accept, decline
from domain.contests.creating import Wish, create
from domain.contests.dividing import Score, Win, divide, rank
from domain.contests.errors import (
    BadContestPolicy,
    BadDays,
    BadPayout,
    BadPeople,
    BadStake,
    BadTarget,
    ContestClosed,
    NoSuchContest,
    NotContestFriends,
    NotTheCreator,
    OverStakeDayLimit,
    OverStakeLimit,
    TooManyContests,
)
from domain.contests.events import (
    Began,
    CalledOff,
    Departed,
    Drawn,
    Entered,
    Finished,
    Invited,
)
from domain.contests.leaving import call_off, leave
from domain.contests.policies import limits, policy, set_policy
from domain.contests.reading import get, invitations, listed, players
from domain.contests.records import Contest, Part, Payout, Player, Policy, Seat, State
from domain.contests.templates import RULES, Rules, Template

__all__ = [
    "RULES",
    "BadContestPolicy",
    "BadDays",
    "BadPayout",
    "BadPeople",
    "BadStake",
    "BadTarget",
    "Began",
    "CalledOff",
    "Contest",
    "ContestClosed",
    "Departed",
    "Drawn",
    "Entered",
    "Finished",
    "Invited",
    "NoSuchContest",
    "NotContestFriends",
    "NotTheCreator",
    "OverStakeDayLimit",
    "OverStakeLimit",
    "Part",
    "Payout",
    "Player",
    "Policy",
    "Rules",
    "Score",
    "Seat",
    "State",
    "Template",
    "TooManyContests",
    "Win",
    "Wish",
    "accept",
    "call_off",
    "create",
    "decline",
    "divide",
    "get",
    "invitations",
    "leave",
    "limits",
    "listed",
    "players",
    "policy",
    "rank",
    "set_policy",
]
