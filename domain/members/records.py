"""What members hands out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Member:
    """One person in one programme.

    book, account -- the wallet in the ledger.
    handle        -- how friends find the member; unique in the programme.
    zone          -- IANA name of the zone that holds now; for a day in the past see `local_day`.
    auto_accept   -- True when points from friends arrive without being asked for an answer.
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
