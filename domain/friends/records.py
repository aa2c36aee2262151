"""What friends hands out, and its limits."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from domain.members import Member

FRIENDS_MAX = 500
REQUESTS_MAX = 100

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
