"""Pooling: points into a club's pool and out of it.

Points keep the months they expire in: into the pool and out again nothing lives longer. Beside
that, a club has an expiry of its own: a gift that is still unspent after `keep_months` goes. So
every gift keeps count of what of it is unspent, and what leaves the pool is counted against the
oldest gifts first; the sum of what is unspent is what is in the pool.
"""

from datetime import date, datetime
from uuid import UUID

from domain import ledger, members, programmes
from domain.clubs.errors import BadClubMemo, BadClubPoints, NotInClub, OverPayoutLimit, OwnPayout
from domain.clubs.events import Given, PaidOut
from domain.clubs.holding import hold, locked
from domain.clubs.policies import policy
from domain.clubs.records import MEMO_CHARACTERS_MAX, POINTS_MAX, Club, Gift, Payout, Role
from domain.clubs.squaring import consume, square
from domain.members import Member
from infra.db import Tx
from infra.outbox import emit

TEXTS = {"gift": "Points given to a club", "payout": "Points from a club"}

FIND_GIFT = """
SELECT id, club, member, points, at FROM club_gift WHERE programme = $1 AND id = $2
"""
ADD_GIFT = """
INSERT INTO club_gift (programme, id, club, member, points, unspent, at)
VALUES ($1, $2, $3, $4, $5, $5, $6)
"""
FIND_PAYOUT = """
SELECT id, club, payer, receiver, points, memo, at FROM club_payout
WHERE programme = $1 AND id = $2
"""
PAID = """
SELECT coalesce(sum(points) FILTER (WHERE day = $4), 0)::bigint AS today,
       coalesce(sum(points), 0)::bigint AS this_month
FROM club_payout
WHERE programme = $1 AND club = $2 AND payer = $3
  AND day >= date_trunc('month', $4::date)::date
"""
ADD_PAYOUT = """
INSERT INTO club_payout (programme, id, club, payer, receiver, points, memo, day, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


async def give(points: int, *, club: UUID, member: Member, id: UUID, at: datetime, tx: Tx) -> Gift:
    """Points of a member for the pool, for good.

    id -- a UUIDv7 made from the member and the client's key; the same again answers the same.
    Refuses, in this order: BadClubPoints, members.NoSuchMember, ledger.KeyReused, NoSuchClub,
    then what else the ledger refuses: KeyExpired, InsufficientPoints.
    """
    _check(points)
    giver = (await locked(member, tx=tx))[member.id]
    first = await tx.row(FIND_GIFT, giver.programme, id)
    if first is not None:
        if (first["club"], first["member"], first["points"]) != (club, giver.id, points):
            raise ledger.KeyReused
        return Gift(**first)
    held = await hold(club, giver.id, programme=giver.programme, tx=tx)
    held.require(giver.id, *Role)
    await square(held.club, at=at, tx=tx)
    item = ledger.move(
        points,
        debit=giver.account,
        credit=held.club.account,
        id=id,
        actor=giver.id,
        meta=meta(held.club, "gift", giver.id),
    )
    ledger.require(await ledger.post_one(item, book=giver.book, at=at, tx=tx))
    await tx.run(ADD_GIFT, giver.programme, id, club, giver.id, points, at)
    told = Given(programme=giver.programme, subject=giver.id, object=club, at=at, points=points)
    emit(told, tx=tx)
    return Gift(id, club, giver.id, points, at)


async def pay(
    points: int,
    *,
    club: UUID,
    payer: Member,
    receiver: UUID,
    memo: str | None = None,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Payout:
    """Points from the pool to one of the club's members; they keep their months.

    id -- a UUIDv7 made from the payer and the client's key; the same again answers the same.
    Refuses, in this order: BadClubPoints, BadClubMemo, members.NoSuchMember (the payer),
    ledger.KeyReused, NoSuchClub, RoleNeeded, OwnPayout, NotInClub, OverPayoutLimit (the day,
    then the month), then what else the ledger refuses: KeyExpired, InsufficientPoints.
    """
    _check(points)
    plain = programmes.plain(memo or "", longest=MEMO_CHARACTERS_MAX)
    if plain is None:
        raise BadClubMemo(f"a memo is plain text of {MEMO_CHARACTERS_MAX} characters at most")
    await locked(payer, tx=tx)
    payout = Payout(id, club, payer.id, receiver, points, plain or None, at)
    first = await tx.row(FIND_PAYOUT, payer.programme, id)
    if first is not None:
        return _same(Payout(**first), payout)
    held = await hold(club, payer.id, receiver, programme=payer.programme, tx=tx)
    role = held.require(payer.id, Role.OWNER, Role.TREASURER)
    if receiver == payer.id:
        raise OwnPayout("another officer pays you")
    held.of(receiver)
    day = await _check_limits(payout, held.club, role, tx)
    await _post(payout, held.club, day, tx)
    return payout


def meta(club: Club, act: str, member: UUID) -> dict[str, str]:
    """What a posting of a pool says of itself: gift or payout, and whose."""
    said = {"why": "club", "club": str(club.id), "act": act, "member": str(member)}
    return said | {"text": TEXTS[act]}


def _check(points: int) -> None:
    if not 0 < points <= POINTS_MAX:
        raise BadClubPoints(f"points must be between 1 and {POINTS_MAX}")


def _same(first: Payout, again: Payout) -> Payout:
    facts = ("club", "payer", "receiver", "points", "memo")
    if any(getattr(first, name) != getattr(again, name) for name in facts):
        raise ledger.KeyReused
    return first


# The club is held, so two officers at once come one after the other.
async def _check_limits(payout: Payout, club: Club, role: Role, tx: Tx) -> date:
    allowed = await policy(club.programme, tx=tx)
    zone = (await programmes.by_id(club.programme, tx=tx)).zone
    day = members.day_in(zone, payout.at)
    paid = await tx.row(PAID, club.programme, club.id, payout.payer, day)
    assert paid is not None, "a sum is always one row"
    day_max, month_max = allowed.limits(role)
    for period, limit, used in (
        ("day", day_max, paid["today"]),
        ("month", month_max, paid["this_month"]),
    ):
        left = max(limit - used, 0)
        if payout.points > left:
            raise OverPayoutLimit(limit=limit, left=left, period=period)
    return day


async def _receiver(id: UUID, club: Club, tx: Tx) -> Member:
    """Whom the points go to: for one who was merged, the one who has everything now."""
    receiver = await members.get(id, programme=club.programme, tx=tx)
    if receiver.merged_into is not None:
        receiver = await members.get(receiver.merged_into, programme=club.programme, tx=tx)
    if not receiver.is_active:
        raise NotInClub("this member is not in the club")
    return receiver


async def _post(payout: Payout, club: Club, day: date, tx: Tx) -> None:
    receiver = await _receiver(payout.receiver, club, tx)
    await square(club, at=payout.at, tx=tx)
    item = ledger.move(
        payout.points,
        debit=club.account,
        credit=receiver.account,
        id=payout.id,
        actor=payout.payer,
        meta=meta(club, "payout", payout.receiver),
    )
    ledger.require(await ledger.post_one(item, book=club.book, at=payout.at, tx=tx))
    await consume(payout.points, club=club, tx=tx)
    ends = (payout.payer, payout.receiver, payout.points, payout.memo)
    await tx.run(ADD_PAYOUT, club.programme, payout.id, club.id, *ends, day, payout.at)
    told = PaidOut(
        programme=club.programme,
        subject=payout.receiver,
        object=club.id,
        at=payout.at,
        points=payout.points,
        other=payout.payer,
    )
    emit(told, tx=tx)
