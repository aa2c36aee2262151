"""Found a club."""

from datetime import datetime
from uuid import UUID

from domain import ledger, programmes
from domain.clubs.belonging import check_room
from domain.clubs.errors import BadClubName, BadKeepMonths
from domain.clubs.events import Entered
from domain.clubs.holding import locked
from domain.clubs.policies import policy
from domain.clubs.records import NAME_CHARACTERS_MAX, Club, Membership, Role
from domain.members import Member
from infra.db import Tx
from infra.outbox import emit

FIND = """
SELECT id, programme, name, book, account, owner, keep_months, founded_at
FROM club WHERE programme = $1 AND id = $2
"""
ADD = """
WITH founded AS (
    INSERT INTO club (programme, id, name, book, account, owner, keep_months, founded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
)
INSERT INTO club_member (programme, club, member, joined_at) VALUES ($1, $2, $6, $8)
"""


async def found(
    name: str,
    *,
    owner: Member,
    keep_months: int | None = None,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Membership:
    """A new club with an empty pool; its founder is the owner.

    keep_months -- how long the club keeps gifts; None: as long as the programme allows.
    Founding again with the same id answers the same.
    Refuses, in this order: BadClubName, BadKeepMonths, members.NoSuchMember, TooManyClubs.
    """
    sound = programmes.plain(name, longest=NAME_CHARACTERS_MAX)
    if not sound:
        raise BadClubName("a club's name is plain text of 1 to 80 characters")
    allowed = await policy(owner.programme, tx=tx)
    months = allowed.keep_months if keep_months is None else keep_months
    if not 1 <= months <= allowed.keep_months:
        raise BadKeepMonths(most=allowed.keep_months)
    await locked(owner, tx=tx)
    first = await tx.row(FIND, owner.programme, id)
    if first is not None:
        return Membership(Club(**first), owner.id, Role.OWNER, first["founded_at"])
    await check_room(owner, allowed, tx=tx)
    # An escrow, not a wallet: what is in it was earned by others, so a claw-back never takes it.
    account = await ledger.open_account(
        book=owner.book, account_class=ledger.AccountClass.ESCROW, tx=tx
    )
    club = Club(id, owner.programme, sound, owner.book, account, owner.id, months, at)
    await tx.run(ADD, club.programme, id, sound, club.book, account, owner.id, months, at)
    emit(Entered(programme=club.programme, subject=owner.id, object=id, at=at), tx=tx)
    return Membership(club, owner.id, Role.OWNER, at)
