"""Rewards: what members may have for points, where, by whom, and how many there are.

A reward is drafted, looked at by an operator, and then to be had within its times. Here its units
are counted; who has one, and what became of their points, is not known here.
"""

from domain.rewards.deciding import approve, end, pause, reject, resume, submit
from domain.rewards.drafting import create, edit, reprice, set_stock
from domain.rewards.errors import (
    BadStock,
    BadTerms,
    BadVerdict,
    LimitReached,
    NoSuchReward,
    NotForYou,
    OutletNeeded,
    OutOfStock,
    RewardCodeTaken,
    RewardGone,
    RewardHalted,
    RewardIsAnothers,
    RewardNotInState,
    TooManyRewards,
)
from domain.rewards.explaining import Hindrance, hindrances
from domain.rewards.finding import by_code, get, listed, locked, several, stocks, versions
from domain.rewards.gating import eligible
from domain.rewards.records import (
    HANDED_OVER,
    Gate,
    Image,
    Owner,
    Reward,
    RewardKind,
    State,
    Stock,
    Take,
    Taking,
    Terms,
    Text,
    Version,
)
from domain.rewards.showing import catalogue, shown
from domain.rewards.taking import return_unit, settle_unit, take_unit
from domain.rewards.wording import alt_of, text_of

__all__ = [
    "HANDED_OVER",
    "BadStock",
    "BadTerms",
    "BadVerdict",
    "Gate",
    "Hindrance",
    "Image",
    "LimitReached",
    "NoSuchReward",
    "NotForYou",
    "OutOfStock",
    "OutletNeeded",
    "Owner",
    "Reward",
    "RewardCodeTaken",
    "RewardGone",
    "RewardHalted",
    "RewardIsAnothers",
    "RewardKind",
    "RewardNotInState",
    "State",
    "Stock",
    "Take",
    "Taking",
    "Terms",
    "Text",
    "TooManyRewards",
    "Version",
    "alt_of",
    "approve",
    "by_code",
    "catalogue",
    "create",
    "edit",
    "eligible",
    "end",
    "get",
    "hindrances",
    "listed",
    "locked",
    "pause",
    "reject",
    "reprice",
    "resume",
    "return_unit",
    "set_stock",
    "settle_unit",
    "several",
    "shown",
    "stocks",
    "submit",
    "take_unit",
    "text_of",
    "versions",
]
