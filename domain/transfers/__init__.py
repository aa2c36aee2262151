"""Transfers: members give points to their friends.

An offered transfer sets the sender's points aside until the receiver answers, the sender takes
it back or its time is over; a receiver may also let points arrive without being asked.
"""

from domain.transfers.answering import accept, cancel, decline
from domain.transfers.errors import (
    BadMemo,
    BadPoints,
    NoSuchTransfer,
    NotFriends,
    NotYours,
    OverDayLimit,
    OverTransferLimit,
    SelfTransfer,
    TransferClosed,
)
from domain.transfers.events import Accepted, Cancelled, Declined, Offered, Received, Returned
from domain.transfers.reading import get, listed, several
from domain.transfers.records import State, Transfer
from domain.transfers.sending import send

__all__ = [
    "Accepted",
    "BadMemo",
    "BadPoints",
    "Cancelled",
    "Declined",
    "NoSuchTransfer",
    "NotFriends",
    "NotYours",
    "Offered",
    "OverDayLimit",
    "OverTransferLimit",
    "Received",
    "Returned",
    "SelfTransfer",
    "State",
    "Transfer",
    "TransferClosed",
    "accept",
    "cancel",
    "decline",
    "get",
    "listed",
    "send",
    "several",
]
