"""Buy a freeze, and make good what was missed.

Both are final. What turns out not to have been needed, because a late activity fills the gap, is
not lost: a freeze that stood in is the member's again, and a repair becomes a freeze.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from domain import ledger, members
from domain.members import Member
from domain.streaks import purchases, storing
from domain.streaks.errors import (
    FreezesFull,
    FreezesNotSold,
    NothingToRepair,
    OfferChanged,
    StreakRetired,
)
from domain.streaks.events import Repaired
from domain.streaks.folding import fold
from domain.streaks.keeping import keepings
from domain.streaks.offering import offer
from domain.streaks.pasts import REPAIRED, Past, also
from domain.streaks.periods import LENGTH_DAYS, Clock, period_of
from domain.streaks.records import Bought, Offer, Purchase, Streak
from domain.streaks.turning import Turn, brought_to, turn
from infra.db import Tx
from infra.outbox import emit


async def buy_freeze(
    streak: UUID, *, points: int, member: Member, id: UUID, at: datetime, tx: Tx
) -> Purchase:
    """A freeze for so many points, which is what it costs now, for whatever is not over yet.

    id -- a UUIDv7 made from the member and the client's key: buying again with the same id and
    content answers with the first purchase.
    Refuses, in this order: members.NoSuchMember, ledger.KeyReused, NoSuchStreak, StreakRetired,
    FreezesNotSold, OfferChanged, FreezesFull, then what else the ledger refuses: KeyExpired,
    InsufficientPoints.
    """
    buyer = await _held(member, tx)
    first = await _first(id, streak, buyer, Bought.FREEZE, points, tx)
    if first is not None:
        return first
    found, past, clock = await _found(streak, buyer, at, tx)
    terms = found.terms_on(clock.today(at))
    if terms.freeze_price is None:
        raise FreezesNotSold("this streak has no freezes for points")
    if points != terms.freeze_price:
        raise OfferChanged(price=terms.freeze_price)
    now = None if past is None else brought_to(_turn(found, buyer, past, past, at), clock)
    if now is not None and fold(found, now).freezes >= terms.freezes_max:
        raise FreezesFull(most=terms.freezes_max)
    step = timedelta(days=LENGTH_DAYS[found.cadence])
    # Whatever is not over yet may need it.
    period = now.closed + step if now else period_of(clock.today(at), found.cadence)
    bought = Purchase(id, found.programme, found.id, buyer.id, Bought.FREEZE, (period,), points, at)
    await _pay(bought, buyer, tx)
    before = past or Past(period, b"", period - step)
    after = replace(before, bought=(*before.bought, period))
    await turn([_turn(found, buyer, past, after, at)], programme=found.programme, tx=tx)
    return bought


async def repair(
    streak: UUID, *, points: int, member: Member, id: UUID, at: datetime, tx: Tx
) -> Purchase:
    """Make good all that was missed and can be, for so many points: what the offer says now.

    id -- as for `buy_freeze`.
    Refuses, in this order: members.NoSuchMember, ledger.KeyReused, NoSuchStreak, StreakRetired,
    NothingToRepair, OfferChanged, then what else the ledger refuses: KeyExpired,
    InsufficientPoints.
    """
    buyer = await _held(member, tx)
    first = await _first(id, streak, buyer, Bought.REPAIR, points, tx)
    if first is not None:
        return first
    found, past, clock = await _found(streak, buyer, at, tx)
    now = None if past is None else brought_to(_turn(found, buyer, past, past, at), clock)
    made = None if now is None else offer(found, now, clock, at=at)
    if past is None or made is None:
        raise NothingToRepair("nothing was missed that can be made good")
    if points != made.points:
        raise OfferChanged(price=made.points)
    bought = Purchase(
        id, found.programme, found.id, buyer.id, Bought.REPAIR, made.periods, points, at
    )
    await _pay(bought, buyer, tx)
    after = also(past, REPAIRED, made.periods, length_days=LENGTH_DAYS[found.cadence])
    await turn([_turn(found, buyer, past, after, at)], programme=found.programme, tx=tx)
    _tell(bought, made, tx)
    return bought


async def _held(member: Member, tx: Tx) -> Member:
    """The member, held: what a streak is cannot change meanwhile."""
    found = await members.lock([member.id], programme=member.programme, tx=tx)
    if member.id not in found:
        raise members.NoSuchMember("there is no such member")
    return found[member.id]


async def _first(
    id: UUID, streak: UUID, buyer: Member, kind: Bought, points: int, tx: Tx
) -> Purchase | None:
    first = await purchases.find(id, programme=buyer.programme, tx=tx)
    if first is None:
        return None
    if (first.streak, first.member, first.kind, first.points) != (streak, buyer.id, kind, points):
        raise ledger.KeyReused
    return first


async def _found(
    streak: UUID, buyer: Member, at: datetime, tx: Tx
) -> tuple[Streak, Past | None, Clock]:
    found = await storing.get(streak, programme=buyer.programme, tx=tx)
    zones = await members.zones_of([buyer.id], programme=buyer.programme, tx=tx)
    clock = Clock(zones[buyer.id], found.cadence)
    if found.last_day is not None and clock.today(at) > found.last_day:
        raise StreakRetired("the streak is over")
    pasts = await keepings([(buyer.id, found.id)], programme=buyer.programme, tx=tx)
    return found, pasts.get((buyer.id, found.id)), clock


def _turn(streak: Streak, buyer: Member, before: Past | None, after: Past, at: datetime) -> Turn:
    return Turn(streak, buyer.id, before, after, at)


async def _pay(bought: Purchase, buyer: Member, tx: Tx) -> None:
    act = "freeze" if bought.kind is Bought.FREEZE else "repair"
    item = ledger.spend(
        bought.points,
        account=buyer.account,
        id=bought.id,
        actor=buyer.id,
        meta={"why": "streak", "streak": str(bought.streak), "act": act},
    )
    result = await ledger.post_one(item, book=buyer.book, at=bought.at, tx=tx)
    ledger.require(result, needed=bought.points)
    await purchases.add(bought, tx=tx)


def _tell(bought: Purchase, made: Offer, tx: Tx) -> None:
    told = Repaired(
        programme=bought.programme,
        subject=bought.member,
        object=bought.streak,
        at=bought.at,
        period=bought.periods[0],
        periods=len(bought.periods),
        points=bought.points,
        length=made.length,
    )
    emit(told, tx=tx)
