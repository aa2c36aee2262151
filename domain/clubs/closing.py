"""Close a club, and give back what is left."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from domain import ledger, members
from domain.clubs.events import Departed, GaveBack
from domain.clubs.holding import hold, locked
from domain.clubs.records import Club, Role
from domain.clubs.squaring import square
from domain.members import Member, State
from infra import ids
from infra.db import Tx
from infra.outbox import emit

# By the age of each one's oldest unspent gift: the order in which what cannot be divided goes.
STAKES = """
SELECT member, sum(unspent)::bigint AS unspent FROM club_gift
WHERE programme = $1 AND club = $2 AND unspent > 0
GROUP BY member ORDER BY min(at), min(id::text), member
"""
CLOSE = """
WITH left_by AS (
    DELETE FROM club_member WHERE programme = $1 AND club = $2 RETURNING member
), taken_back AS (
    DELETE FROM club_invitation WHERE programme = $1 AND club = $2
), given_back AS (
    UPDATE club_gift SET unspent = 0 WHERE programme = $1 AND club = $2 AND unspent > 0
), closed AS (
    UPDATE club SET owner = NULL, closed_at = $3 WHERE programme = $1 AND id = $2
)
SELECT member FROM left_by ORDER BY member
"""


async def close(club: UUID, *, owner: Member, at: datetime, tx: Tx) -> Mapping[UUID, int]:
    """End the club; the points that went back, by member.

    What can still be spent goes back to those whose gifts it is, also to those who have left, in
    proportion to what of theirs is unspent; the points that do not divide go one each, to the
    one with the oldest gift first.
    Refuses, in this order: members.NoSuchMember, NoSuchClub, RoleNeeded.
    """
    await locked(owner, tx=tx)
    held = await hold(club, owner.id, programme=owner.programme, tx=tx)
    held.require(owner.id, Role.OWNER)
    return await wind_up(held.club, at=at, tx=tx)


async def wind_up(club: Club, *, at: datetime, tx: Tx) -> Mapping[UUID, int]:
    """Close a club that is held; the points that went back, by member."""
    left = await square(club, at=at, tx=tx)
    stakes = await _stakes(club, tx)
    shares = divided(left, stakes) if stakes else {}
    wallets = await members.several(shares, programme=club.programme, tx=tx)
    items = [_item(club, wallets[member], points, at) for member, points in shares.items()]
    for result in await ledger.post(items, book=club.book, at=at, tx=tx):
        ledger.require(result)
    programme, object = club.programme, club.id
    for member, points in shares.items():
        told = GaveBack(programme=programme, subject=member, object=object, at=at, points=points)
        emit(told, tx=tx)
    for row in await tx.rows(CLOSE, club.programme, club.id, at):
        emit(Departed(programme=programme, subject=row["member"], object=object, at=at), tx=tx)
    return shares


def divided(points: int, stakes: Mapping[UUID, int]) -> dict[UUID, int]:
    """`points` in proportion to `stakes`, the rest one each in their order; no zero shares.

    Never more than the points there are: the sum of the shares is exactly `points`.
    """
    whole = sum(stakes.values())
    shares = {one: points * stake // whole for one, stake in stakes.items()}
    rest = points - sum(shares.values())
    for one in list(shares)[:rest]:
        shares[one] += 1
    return {one: share for one, share in shares.items() if share}


async def _stakes(club: Club, tx: Tx) -> Mapping[UUID, int]:
    """What is unspent of whose gifts. One who was merged is the other one now; one who was
    erased is nobody, so theirs goes to the others."""
    rows = await tx.rows(STAKES, club.programme, club.id)
    givers = await members.several([r["member"] for r in rows], programme=club.programme, tx=tx)
    stakes: dict[UUID, int] = {}
    for row in rows:
        giver = givers[row["member"]]
        if giver.state is not State.ERASED:
            whose = giver.merged_into or giver.id
            stakes[whose] = stakes.get(whose, 0) + row["unspent"]
    return stakes


def _item(club: Club, giver: Member, points: int, at: datetime) -> ledger.Item:
    return ledger.move(
        points,
        debit=club.account,
        credit=giver.account,
        id=ids.derived(at, "clubs.close", club.programme, club.id, giver.id),
        meta={
            "why": "club",
            "club": str(club.id),
            "act": "share",
            "member": str(giver.id),
            "text": "Points back from a club that was closed",
        },
    )
