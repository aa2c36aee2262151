"""What members hands out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class State(StrEnum):
    """Whether a member takes part.

    LEFT   -- went, and may come back: what they own waits until it expires.
    MERGED -- was the same person as another member, who has everything now.
    ERASED -- wanted to be forgotten: nobody, with sums that stay.
    """

    ACTIVE = "ACTIVE"
    LEFT = "LEFT"
    MERGED = "MERGED"
    ERASED = "ERASED"


@dataclass(frozen=True, slots=True)
class Member:
    """One person in one programme.

    book, account -- the wallet in the ledger.
    handle        -- how friends find the member; unique in the programme.
    zone          -- IANA name of the zone that holds now; for a day in the past see `local_day`.
    auto_accept   -- True when points from friends arrive without being asked for an answer.
    external_ref  -- the loyalty number; unique in the programme.
    merged_into   -- of a MERGED member: who has everything now; never one who is MERGED too.
    """

    id: UUID
    programme: int
    book: int
    account: int
    handle: str
    name: str
    locale: str
    zone: str
    auto_accept: bool
    joined_at: datetime
    external_ref: str = ""
    state: State = State.ACTIVE
    merged_into: UUID | None = None

    @property
    def is_active(self) -> bool:
        """True while the member takes part."""
        return self.state is State.ACTIVE


class LabelKind(StrEnum):
    """What a label is: the one tier of a member, or one of many segments."""

    TIER = "TIER"
    SEGMENT = "SEGMENT"


@dataclass(frozen=True, slots=True)
class Label:
    """What the programme called a member from `valid_from` until before `valid_until`.

    valid_until -- None: it has no end yet.
    """

    kind: LabelKind
    name: str
    valid_from: datetime
    valid_until: datetime | None

    def held(self, at: datetime) -> bool:
        """True when the member was called so at `at`."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


class ContactKind(StrEnum):
    """A way to reach a member."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"


@dataclass(frozen=True, slots=True)
class Contact:
    """How a member is reached.

    value       -- in its one spelling: see `contacting.sound`.
    verified_at -- when it was proved that it reaches the member; None: somebody said so.
    """

    kind: ContactKind
    value: str
    verified_at: datetime | None


def member_of(row: Mapping[str, Any]) -> Member:
    """One row of the table as a value."""
    return Member(**{**row, "state": State(row["state"])})
