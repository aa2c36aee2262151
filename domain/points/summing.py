"""Sum up what a member has."""

from datetime import datetime

from domain import ledger
from domain.members import Member
from domain.points.records import Points
from infra.db import Tx

# This month and the next: long enough to still do something about it.
EXPIRING_WITHIN_MONTHS = 2


async def summary(member: Member, *, at: datetime, tx: Tx) -> Points:
    """What the member has at `at`, and what of it goes soon."""
    wallet, book = member.account, member.book
    balance, expiring = await ledger.outlook(
        wallet, book=book, at=at, within_months=EXPIRING_WITHIN_MONTHS, tx=tx
    )
    return Points(balance.available, balance.pending, balance.held, tuple(expiring))
