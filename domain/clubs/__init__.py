"""Clubs: members of a programme who pool points, and officers who pay them out again.

The pool is an account of its own in the ledger; points in it keep the months they expire in, and
go sooner by the club's own rule. It does not know what the points are for.
"""

from domain.clubs.absorbing import absorb, give_back
from domain.clubs.belonging import (
    accept,
    appoint,
    decline,
    hand_over,
    invite,
    leave,
    remove,
    withdraw,
)
from domain.clubs.closing import close
from domain.clubs.errors import (
    AlreadyInClub,
    BadClubMemo,
    BadClubName,
    BadClubPoints,
    BadClubPolicy,
    BadKeepMonths,
    ClubFull,
    NoSuchClub,
    NoSuchInvitation,
    NotClubFriends,
    NotInClub,
    OverPayoutLimit,
    OwnerStays,
    OwnPayout,
    RoleNeeded,
    TooManyClubs,
)
from domain.clubs.events import Appointed, Departed, Entered, GaveBack, Given, Invited, PaidOut
from domain.clubs.founding import found
from domain.clubs.policies import policy, set_policy
from domain.clubs.pooling import give, pay
from domain.clubs.reading import (
    get,
    invitation,
    invitations,
    listed,
    names,
    pooled,
    roster,
    statement,
)
from domain.clubs.records import (
    Club,
    Cursor,
    Gift,
    Invitation,
    Membership,
    Payout,
    Policy,
    Role,
)

__all__ = [
    "AlreadyInClub",
    "Appointed",
    "BadClubMemo",
    "BadClubName",
    "BadClubPoints",
    "BadClubPolicy",
    "BadKeepMonths",
    "Club",
    "ClubFull",
    "Cursor",
    "Departed",
    "Entered",
    "GaveBack",
    "Gift",
    "Given",
    "Invitation",
    "Invited",
    "Membership",
    "NoSuchClub",
    "NoSuchInvitation",
    "NotClubFriends",
    "NotInClub",
    "OverPayoutLimit",
    "OwnPayout",
    "OwnerStays",
    "PaidOut",
    "Payout",
    "Policy",
    "Role",
    "RoleNeeded",
    "TooManyClubs",
    "absorb",
    "accept",
    "appoint",
    "close",
    "decline",
    "found",
    "get",
    "give",
    "give_back",
    "hand_over",
    "invitation",
    "invitations",
    "invite",
    "leave",
    "listed",
    "names",
    "pay",
    "policy",
    "pooled",
    "remove",
    "roster",
    "set_policy",
    "statement",
    "withdraw",
]
