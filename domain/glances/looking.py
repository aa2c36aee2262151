"""Looking: gather what a member's watch shows, from those who know it."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import challenges, friends, inbox, members, moments, points, transfers
from domain.challenges import Part, Participation
from domain.glances.records import BonusOffer, Change, Glance, Nearest, Next, Waiting
from domain.members import Member
from infra.db import Tx

RUNNING = (Part.JOINED, Part.ACTIVE)
PARTICIPATIONS_MAX = 50
WAITING_MAX = 10


async def look(member: Member, *, at: datetime, tx: Tx) -> Glance:
    """What the member's watch shows at `at`: a handful of small reads, each by its own index."""
    has = await points.summary(member, at=at, tx=tx)
    unread = await inbox.unread([member.id], programme=member.programme, tx=tx)
    waiting = await _waiting(member, tx)
    nearest = await _nearest(member, at, tx)
    offer = await _offer(member, at, tx)
    coming = [
        Next(change, when)
        for change, when in (
            (Change.TRANSFER_RETURNS, waiting.returns_at if waiting else None),
            (Change.OFFER_ENDS, offer.ends_at if offer else None),
            (Change.CHALLENGE_ENDS, nearest.ends_at if nearest else None),
        )
        if when is not None and when > at
    ]
    soonest = min(coming, key=lambda one: one.at, default=None)
    return Glance(has.available, unread[member.id], waiting, nearest, offer, soonest)


async def _waiting(member: Member, tx: Tx) -> Waiting | None:
    found = await transfers.listed(
        member,
        before=None,
        limit=WAITING_MAX,
        sent=False,
        states=[transfers.State.PENDING],
        tx=tx,
    )
    if not found:
        return None
    newest = found[0]
    name = await _named(newest.sender, member, tx)
    return Waiting(newest.id, name, newest.points, len(found), newest.expires_at)


async def _named(sender: UUID, member: Member, tx: Tx) -> str:
    """What the sender is called; "" where one of the two has blocked the other."""
    if await friends.apart(member, [sender], tx=tx):
        return ""
    return (await members.several([sender], programme=member.programme, tx=tx))[sender].name


async def _nearest(member: Member, at: datetime, tx: Tx) -> Nearest | None:
    today = members.day_in(member.zone, at)
    found: Sequence[Participation] = [
        one
        for one in await challenges.participations(member, limit=PARTICIPATIONS_MAX, at=at, tx=tx)
        if one.state in RUNNING and one.first_day <= today <= one.last_day
    ]
    if not found:
        return None
    best = min(found, key=lambda one: (-one.percent, one.last_day, one.challenge))
    known = await challenges.several([best.challenge], programme=member.programme, tx=tx)
    midnight = datetime.combine(best.last_day + timedelta(days=1), time(), ZoneInfo(member.zone))
    return Nearest(
        best.challenge, known[best.challenge].name, best.percent, midnight.astimezone(UTC)
    )


async def _offer(member: Member, at: datetime, tx: Tx) -> BonusOffer | None:
    found = await moments.current(member.id, programme=member.programme, at=at, tx=tx)
    if found is None:
        return None
    return BonusOffer(found.moment.id, found.title, found.moment.expires_at)
