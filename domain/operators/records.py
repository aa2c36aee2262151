"""What operators hands out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.operators.permitting import Permission, Role, permissions_of


class State(StrEnum):
    """Whether an operator may act: only while ACTIVE."""

    INVITED = "INVITED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"


@dataclass(frozen=True, slots=True)
class Operator:
    """One person of a programme's staff.

    email         -- in lower case, unique in the programme; an invitation is claimed by it.
    invited_until -- until when an invitation may be claimed.
    """

    id: UUID
    programme: int
    name: str
    email: str
    roles: frozenset[Role]
    state: State
    invited_at: datetime
    invited_until: datetime

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that the operator may see and do; nothing unless ACTIVE."""
        return permissions_of(self.roles) if self.state is State.ACTIVE else frozenset()
