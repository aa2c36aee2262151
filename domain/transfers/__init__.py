"""Transfers: members give points to their friends, and ask them for some.

An offered transfer sets the sender's points aside until the receiver answers, the sender takes
it back or its time is over; a receiver may also let points arrive without being asked. What a
programme allows is its policy; what looks like a scheme waits for an operator.
"""

from domain.transfers.answering import accept, cancel, decline
from domain.transfers.asking import Payment, ask, cancel_request, decline_request, pay
from domain.transfers.consenting import Consent, consents, set_auto_accept
from domain.transfers.errors import (
    AlreadyAsked,
    BadMemo,
    BadPoints,
    FriendTooNew,
    NoSuchPointRequest,
    NoSuchTransfer,
    NotFriends,
    NotInReview,
    NotYours,
    OverDayLimit,
    OverPairDayLimit,
    OverPairMonthLimit,
    OverTransferLimit,
    PointRequestClosed,
    PointRequestNotYours,
    SelfTransfer,
    SenderTooNew,
    StepUpRequired,
    TooManyOffers,
    TooManyPointRequests,
    TransferClosed,
    TransferOnHold,
)
from domain.transfers.events import (
    Accepted,
    Cancelled,
    Declined,
    Held,
    Offered,
    PointsRequested,
    Received,
    Rejected,
    Returned,
)
from domain.transfers.policy import Policy, policy, set_policy
from domain.transfers.reading import get, listed, several
from domain.transfers.records import PointRequest, RequestState, State, Transfer
from domain.transfers.requests import requests, several_requests
from domain.transfers.reviewing import Review, decide, reviews
from domain.transfers.screening import Reason
from domain.transfers.sending import send

__all__ = [
    "Accepted",
    "AlreadyAsked",
    "BadMemo",
    "BadPoints",
    "Cancelled",
    "Consent",
    "Declined",
    "FriendTooNew",
    "Held",
    "NoSuchPointRequest",
    "NoSuchTransfer",
    "NotFriends",
    "NotInReview",
    "NotYours",
    "Offered",
    "OverDayLimit",
    "OverPairDayLimit",
    "OverPairMonthLimit",
    "OverTransferLimit",
    "Payment",
    "PointRequest",
    "PointRequestClosed",
    "PointRequestNotYours",
    "PointsRequested",
    "Policy",
    "Reason",
    "Received",
    "Rejected",
    "RequestState",
    "Returned",
    "Review",
    "SelfTransfer",
    "SenderTooNew",
    "State",
    "StepUpRequired",
    "TooManyOffers",
    "TooManyPointRequests",
    "Transfer",
    "TransferClosed",
    "TransferOnHold",
    "accept",
    "ask",
    "cancel",
    "cancel_request",
    "consents",
    "decide",
    "decline",
    "decline_request",
    "get",
    "listed",
    "pay",
    "policy",
    "requests",
    "reviews",
    "send",
    "set_auto_accept",
    "set_policy",
    "several",
    "several_requests",
]
