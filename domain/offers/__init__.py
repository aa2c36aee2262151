"""Offers: what the programme or a partner wants members to see, and what accepting it gives.

An offer says for whom it is, as a rule over what is known of a member; how often it may be shown
and accepted; and who pays, out of an account of its own. It does not choose: whoever does is told
what may be shown, and tells by which decision an offer was accepted.
"""

from domain.offers.accepting import accept, acceptance
from domain.offers.deciding import approve, end, pause, reject, resume, submit
from domain.offers.drafting import create, edit
from domain.offers.errors import (
    AcceptedTooOften,
    AlreadyAccepted,
    AnothersOffer,
    BadFunding,
    BadOffer,
    BadRule,
    BadVerdict,
    NoDiscount,
    NoSuchOffer,
    NotForMember,
    OfferClosed,
    OfferHalted,
    OfferNotFunded,
    OfferNotInState,
    TooManyOffers,
    UsedUp,
)
from domain.offers.events import Accepted, BonusEarned, BonusTakenBack, Lapsed
from domain.offers.finding import get, listed, live, several
from domain.offers.funding import fund
from domain.offers.knowing import around, facts
from domain.offers.reading import read as read_rule
from domain.offers.reading import write as write_rule
from domain.offers.records import (
    Acceptance,
    AcceptanceState,
    Creative,
    Entry,
    Gain,
    Offer,
    OfferKind,
    Owner,
    Placement,
    Shelf,
    Standing,
    State,
    Terms,
    WhyNot,
)
from domain.offers.reporting import MEMBERS_MIN, Report, report
from domain.offers.rules import (
    EVERYBODY,
    Aged,
    Did,
    Either,
    Every,
    Facts,
    InSegment,
    InTier,
    MemberSince,
    Near,
    Not,
    Rule,
    Speaks,
    When,
    evaluate,
)
from domain.offers.shelving import shelf
from domain.offers.showing import shown
from domain.offers.standing import available
from domain.offers.taking import discounted
from domain.offers.wording import creative_of

__all__ = [
    "EVERYBODY",
    "MEMBERS_MIN",
    "Acceptance",
    "AcceptanceState",
    "Accepted",
    "AcceptedTooOften",
    "Aged",
    "AlreadyAccepted",
    "AnothersOffer",
    "BadFunding",
    "BadOffer",
    "BadRule",
    "BadVerdict",
    "BonusEarned",
    "BonusTakenBack",
    "Creative",
    "Did",
    "Either",
    "Entry",
    "Every",
    "Facts",
    "Gain",
    "InSegment",
    "InTier",
    "Lapsed",
    "MemberSince",
    "Near",
    "NoDiscount",
    "NoSuchOffer",
    "Not",
    "NotForMember",
    "Offer",
    "OfferClosed",
    "OfferHalted",
    "OfferKind",
    "OfferNotFunded",
    "OfferNotInState",
    "Owner",
    "Placement",
    "Report",
    "Rule",
    "Shelf",
    "Speaks",
    "Standing",
    "State",
    "Terms",
    "TooManyOffers",
    "UsedUp",
    "When",
    "WhyNot",
    "accept",
    "acceptance",
    "approve",
    "around",
    "available",
    "create",
    "creative_of",
    "discounted",
    "edit",
    "end",
    "evaluate",
    "facts",
    "fund",
    "get",
    "listed",
    "live",
    "pause",
    "read_rule",
    "reject",
    "report",
    "resume",
    "several",
    "shelf",
    "shown",
    "submit",
    "write_rule",
]
