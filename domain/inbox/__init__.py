"""Inbox: what members were told, each thing once, and what they made of it.

It numbers, keeps and counts. It does not decide who is told what (notices), when a push goes out
(windows) or how a text reads (wording).
"""

from domain.inbox.adding import add, hold
from domain.inbox.errors import NoSuchItem, TooManyReceipts
from domain.inbox.hearing import Heard, heard
from domain.inbox.marking import archive, read, read_all, unarchive
from domain.inbox.reading import after, box, boxes, find, listed, unread
from domain.inbox.receiving import RECEIPTS_MAX, interests, receive
from domain.inbox.records import (
    CHANNEL,
    Args,
    Box,
    Interest,
    Item,
    Kind,
    News,
    Outcome,
    Receipt,
    channel,
)

__all__ = [
    "CHANNEL",
    "RECEIPTS_MAX",
    "Args",
    "Box",
    "Heard",
    "Interest",
    "Item",
    "Kind",
    "News",
    "NoSuchItem",
    "Outcome",
    "Receipt",
    "TooManyReceipts",
    "add",
    "after",
    "archive",
    "box",
    "boxes",
    "channel",
    "find",
    "heard",
    "hold",
    "interests",
    "listed",
    "read",
    "read_all",
    "receive",
    "unarchive",
    "unread",
]
