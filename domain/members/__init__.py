"""Members: who takes part in a programme, and which account holds what they own.

Everything is keyed by programme: a member of another one does not exist here. It does not
know who is friends with whom or what anyone earned.
"""

from domain.members.days import day_in, local_day
from domain.members.editing import edit
from domain.members.errors import (
    AlreadyMember,
    BadHandle,
    BadIdentity,
    HandleTaken,
    NoSuchMember,
)
from domain.members.events import Joined
from domain.members.finding import by_handle, get, identified, listed, lock, several
from domain.members.joining import join
from domain.members.records import Member
from domain.programmes import BadLocale, BadName, BadZone

__all__ = [
    "AlreadyMember",
    "BadHandle",
    "BadIdentity",
    "BadLocale",
    "BadName",
    "BadZone",
    "HandleTaken",
    "Joined",
    "Member",
    "NoSuchMember",
    "by_handle",
    "day_in",
    "edit",
    "get",
    "identified",
    "join",
    "listed",
    "local_day",
    "lock",
    "several",
]
