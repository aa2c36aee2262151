"""What programmes hands out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Programme:
    """One organisation with a point unit of its own.

    book                 -- its ledger book.
    zone, locale         -- what a member gets who says nothing else.
    transfer_max         -- most points of one transfer between members.
    transfer_day_max     -- most points a member may send in one local day.
    transfer_accept_days -- how long an offered transfer waits for an answer.
    """

    id: int
    slug: str
    name: str
    unit: str
    zone: str
    locale: str
    book: int
    transfer_max: int
    transfer_day_max: int
    transfer_accept_days: int
