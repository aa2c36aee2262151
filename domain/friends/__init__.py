"""Friends: who knows whom in a programme; points may be sent to friends only.

Nobody learns that they were blocked or declined: their request simply stays open. It does
not know what friends do with each other.
"""

from domain.friends.blocking import block, blocked, unblock
from domain.friends.errors import (
    AlreadyFriends,
    MemberBlocked,
    NoSuchRequest,
    SelfFriend,
    TooManyFriends,
    TooManyRequests,
)
from domain.friends.events import Befriended, Requested
from domain.friends.listing import are_friends, friendship, listed, open_request, requests
from domain.friends.records import FRIENDS_MAX, REQUESTS_MAX, Cursor, State, Tie
from domain.friends.requesting import accept, decline, remove, request, withdraw

__all__ = [
    "FRIENDS_MAX",
    "REQUESTS_MAX",
    "AlreadyFriends",
    "Befriended",
    "Cursor",
    "MemberBlocked",
    "NoSuchRequest",
    "Requested",
    "SelfFriend",
    "State",
    "Tie",
    "TooManyFriends",
    "TooManyRequests",
    "accept",
    "are_friends",
    "block",
    "blocked",
    "decline",
    "friendship",
    "listed",
    "open_request",
    "remove",
    "request",
    "requests",
    "unblock",
    "withdraw",
]
