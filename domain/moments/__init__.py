"""Moments: what happens while an activity is under way, and right at its end.

A device says when its member begins and ends; they may earn a bonus by that very activity, and at
its end be offered something small at an open shop near by, with a code for the till. What may be
offered is searched here, which of it is offered is decided by one function, `choose`. Of where a
member was only a coarse cell is kept, for a day, and only with their consent.
"""

from domain.moments.answering import refuse
from domain.moments.bonuses import Bonus, BonusState
from domain.moments.bonuses import of_session as bonus_of
from domain.moments.campaigning import (
    Campaign,
    Chance,
    campaigns,
    create_campaign,
    end_campaign,
)
from domain.moments.choosing import CHOOSER, Candidate, Context, choose
from domain.moments.deciding import approve, end, pause, reject, resume, submit
from domain.moments.drafting import create, edit, set_stock
from domain.moments.ending import Ended
from domain.moments.ending import end as end_session
from domain.moments.errors import (
    ActivityUnderWay,
    AlreadyRedeemed,
    BadBonus,
    BadFunding,
    BadRedemptionCode,
    BadSessionClock,
    BadStock,
    BadTreat,
    BadVerdict,
    Halted,
    MomentOver,
    NoSuchCampaign,
    NoSuchMoment,
    NoSuchSession,
    NoSuchTreat,
    NotFunded,
    PartnersOwn,
    RedemptionCodeExpired,
    SessionEnded,
    TooManyTreats,
    TreatNotInState,
    WrongOutlet,
)
from domain.moments.events import (
    BonusOpened,
    BonusPaid,
    BonusTakenBack,
    Expired,
    Redeemed,
    Refused,
    TreatOffered,
)
from domain.moments.finding import get, listed, several, stocks
from domain.moments.funding import fund
from domain.moments.offering import Outcome
from domain.moments.preferring import ask
from domain.moments.reading import current, get_moment, moments, told
from domain.moments.records import (
    Code,
    Ending,
    Moment,
    MomentState,
    Offer,
    Owner,
    Redemption,
    Session,
    State,
    Stock,
    Terms,
    Text,
    Treat,
)
from domain.moments.redeeming import redeem
from domain.moments.reporting import By, Report, breakdown, report
from domain.moments.sessions import PURPOSE, under_way
from domain.moments.showing import redemption_code
from domain.moments.starting import Started
from domain.moments.starting import start as start_session

__all__ = [
    "CHOOSER",
    "PURPOSE",
    "ActivityUnderWay",
    "AlreadyRedeemed",
    "BadBonus",
    "BadFunding",
    "BadRedemptionCode",
    "BadSessionClock",
    "BadStock",
    "BadTreat",
    "BadVerdict",
    "Bonus",
    "BonusOpened",
    "BonusPaid",
    "BonusState",
    "BonusTakenBack",
    "By",
    "Campaign",
    "Candidate",
    "Chance",
    "Code",
    "Context",
    "Ended",
    "Ending",
    "Expired",
    "Halted",
    "Moment",
    "MomentOver",
    "MomentState",
    "NoSuchCampaign",
    "NoSuchMoment",
    "NoSuchSession",
    "NoSuchTreat",
    "NotFunded",
    "Offer",
    "Outcome",
    "Owner",
    "PartnersOwn",
    "Redeemed",
    "Redemption",
    "RedemptionCodeExpired",
    "Refused",
    "Report",
    "Session",
    "SessionEnded",
    "Started",
    "State",
    "Stock",
    "Terms",
    "Text",
    "TooManyTreats",
    "Treat",
    "TreatNotInState",
    "TreatOffered",
    "WrongOutlet",
    "approve",
    "ask",
    "bonus_of",
    "breakdown",
    "campaigns",
    "choose",
    "create",
    "create_campaign",
    "current",
    "edit",
    "end",
    "end_campaign",
    "end_session",
    "fund",
    "get",
    "get_moment",
    "listed",
    "moments",
    "pause",
    "redeem",
    "redemption_code",
    "refuse",
    "reject",
    "report",
    "resume",
    "set_stock",
    "several",
    "start_session",
    "stocks",
    "submit",
    "told",
    "under_way",
]
