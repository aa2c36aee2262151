"""What friends hands out, and its limits."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from domain.members import Member

FRIENDS_MAX = 500
REQUESTS_MAX = 100
ACROSS_MAX = 100
LINKS_MAX = 20
LINK_CODE_CHARACTERS = 20
LINK_NOTE_CHARACTERS_MAX = 80
LINK_USES_MAX = 100
LINK_DAYS_MAX = 30

# Where a page ended: the time of its last tie and whom it was with.
Cursor: TypeAlias = tuple[datetime, UUID]


class State(StrEnum):
    """How two members stand to each other, as one of them sees it."""

    REQUESTED = "REQUESTED"
    FRIENDS = "FRIENDS"
    BLOCKED = "BLOCKED"


@dataclass(frozen=True, slots=True)
class Tie:
    """What one member has to another: a friendship, an open request or a block, since when."""

    friend: Member
    state: State
    since: datetime

    @property
    def cursor(self) -> Cursor:
        """Where the next page starts after this one."""
        return self.since, self.friend.id


@dataclass(frozen=True, slots=True)
class Finding:
    """How a member may be found by those who are not their friends; the defaults hold for one
    who has said nothing."""

    by_handle: bool = True
    by_contact: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A member who wants to be found by a contact whose hash somebody asked for."""

    hash: bytes
    member: Member


@dataclass(frozen=True, slots=True)
class Link:
    """A link that a member gives to somebody, who opens it in the app.

    member     -- whose it is, by id.
    note       -- what the member calls it; nobody else sees it.
    at_once    -- True: whoever opens it is a friend at once; False: has asked to be one.
    across     -- True: members of other programmes may open it, too.
    revoked_at -- None: it holds until `expires_at`, or until it is used up.
    """

    code: str
    programme: int
    member: UUID
    note: str | None
    at_once: bool
    across: bool
    uses_max: int
    uses: int
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Across:
    """A friend in another programme, or one who was and is blocked now; both have agreed.

    peer, programme -- the member's id and programme there; never shown.
    name, programme_name -- what is shown, and all of it.
    id -- of the friendship, the same on both sides.
    """

    id: UUID
    peer: UUID
    programme: int
    name: str
    programme_name: str
    since: datetime

    @property
    def cursor(self) -> Cursor:
        """Where the next page starts after this one."""
        return self.since, self.id


@dataclass(frozen=True, slots=True)
class AcrossRequest:
    """An open wish between programmes, of which nothing about the other side is known.

    received -- True: somebody opened the member's link and waits for their answer.
    note     -- of a received one: what the member called the link.
    """

    id: UUID
    received: bool
    note: str | None
    at: datetime

    @property
    def cursor(self) -> Cursor:
        """Where the next page starts after this one."""
        return self.at, self.id
