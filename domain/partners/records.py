"""What partners hands out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """Whether a partner may send anything: only while ACTIVE."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"


class Scope(StrEnum):
    """One thing that a key may be used for."""

    ACTIVITIES_READ = "ACTIVITIES_READ"
    ACTIVITIES_WRITE = "ACTIVITIES_WRITE"
    CHALLENGES_WRITE = "CHALLENGES_WRITE"
    ENERGY_WRITE = "ENERGY_WRITE"
    KEYS_ROTATE = "KEYS_ROTATE"
    MEMBERS_LINK = "MEMBERS_LINK"
    OFFERS_WRITE = "OFFERS_WRITE"
    ORDERS_WRITE = "ORDERS_WRITE"
    REDEMPTIONS_WRITE = "REDEMPTIONS_WRITE"
    REPORTS_READ = "REPORTS_READ"
    REWARDS_WRITE = "REWARDS_WRITE"
    SURVEYS_WRITE = "SURVEYS_WRITE"
    TREATS_WRITE = "TREATS_WRITE"
    VISITS_WRITE = "VISITS_WRITE"
    VOLUNTEERING_WRITE = "VOLUNTEERING_WRITE"


class Kind(StrEnum):
    """How a key proves who is asking: it is sent along, or it signs what is sent."""

    BEARER = "BEARER"
    SIGNING = "SIGNING"


@dataclass(frozen=True, slots=True)
class Partner:
    """One organisation that works with a programme.

    book, account -- the prepaid account in the ledger.
    """

    id: UUID
    programme: int
    slug: str
    name: str
    state: State
    book: int
    account: int
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a partner, without what proves it.

    id           -- public: the middle of `lk_<id>_<secret>`.
    replaced_by  -- the id of the key that a rotation made.
    last_used_at -- to the minute; None: never.
    """

    id: str
    programme: int
    partner: UUID
    kind: Kind
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    replaced_by: str | None = None
    last_used_at: datetime | None = None

    def is_open(self, *, at: datetime) -> bool:
        """True while the key proves something."""
        return self.revoked_at is None and at < self.expires_at


@dataclass(frozen=True, slots=True)
class Made:
    """A new key, and the secret text that nobody can be shown again."""

    key: Key
    secret: str


@dataclass(frozen=True, slots=True)
class Known:
    """A partner that has proven who it is, and the key it did so with."""

    partner: Partner
    key: Key
