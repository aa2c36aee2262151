"""Friends: who knows whom in a programme; points may be sent to friends only.

Nobody learns that they were blocked or declined: their request simply stays open. It does
not know what friends do with each other.
"""

from domain.friends.absorbing import absorb, give_back
from domain.friends.blocking import apart, apart_each, block, blocked, parted, unblock
from domain.friends.consenting import (
    accept_across,
    across_request,
    across_requests,
    decline_across,
    withdraw_across,
)
from domain.friends.crossing import (
    across,
    across_one,
    block_across,
    blocked_across,
    remove_across,
    unblock_across,
)
from domain.friends.errors import (
    AlreadyFriends,
    BadContactHash,
    BadLink,
    MemberBlocked,
    NoSuchAcross,
    NoSuchLink,
    NoSuchRequest,
    OverLookupLimit,
    SelfFriend,
    TooManyFriends,
    TooManyLinks,
    TooManyRequests,
)
from domain.friends.events import AcrossBefriended, AcrossRequested, Befriended, Requested
from domain.friends.finding import (
    HASHES_MAX,
    by_contacts,
    by_handle,
    contact_salt,
    finding,
    set_finding,
)
from domain.friends.linking import Opened, links, make_link, open_link, revoke_link
from domain.friends.listing import among, are_friends, friendship, listed, open_request, requests
from domain.friends.quotas import use_opening
from domain.friends.records import (
    FRIENDS_MAX,
    REQUESTS_MAX,
    Across,
    AcrossRequest,
    Cursor,
    Finding,
    Link,
    Match,
    State,
    Tie,
)
from domain.friends.requesting import accept, decline, remove, request, withdraw
from domain.friends.tying import tie

__all__ = [
    "FRIENDS_MAX",
    "HASHES_MAX",
    "REQUESTS_MAX",
    "Across",
    "AcrossBefriended",
    "AcrossRequest",
    "AcrossRequested",
    "AlreadyFriends",
    "BadContactHash",
    "BadLink",
    "Befriended",
    "Cursor",
    "Finding",
    "Link",
    "Match",
    "MemberBlocked",
    "NoSuchAcross",
    "NoSuchLink",
    "NoSuchRequest",
    "Opened",
    "OverLookupLimit",
    "Requested",
    "SelfFriend",
    "State",
    "Tie",
    "TooManyFriends",
    "TooManyLinks",
    "TooManyRequests",
    "absorb",
    "accept",
    "accept_across",
    "across",
    "across_one",
    "across_request",
    "across_requests",
    "among",
    "apart",
    "apart_each",
    "are_friends",
    "block",
    "block_across",
    "blocked",
    "blocked_across",
    "by_contacts",
    "by_handle",
    "contact_salt",
    "decline",
    "decline_across",
    "finding",
    "friendship",
    "give_back",
    "links",
    "listed",
    "make_link",
    "open_link",
    "open_request",
    "parted",
    "remove",
    "remove_across",
    "request",
    "requests",
    "revoke_link",
    "set_finding",
    "tie",
    "unblock",
    "unblock_across",
    "use_opening",
    "withdraw",
    "withdraw_across",
]
