"""Making: the sentences that the tests of offers begin with."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from domain import ledger, offers
from domain.activities import Report, Type
from domain.activities import report as tell
from domain.members import Member
from domain.offers import Acceptance, Gain, Offer, OfferKind, Terms
from domain.offers.rewarding import reward
from domain.partners import Partner
from domain.points import Earned, Matured, TakenBack
from domain.programmes import Programme
from infra import db, ids
from infra.db import Tx
from infra.outbox import Delivery
from tests.domain.challenges.making import a_payer
from tests.support import given
from tests.support.given import NOON
from tests.support.waiting import until

T = TypeVar("T")

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
RUN = frozenset({Type.RUN})
# Forty points more for the next run within two days.
BONUS = Gain(points=40, types=RUN, within_hours=48)
# Twice the points of three runs within two days, 100 more at most.
DOUBLE = Gain(hundredths=200, most=100, times=3, types=RUN, within_hours=48)


@dataclass(frozen=True, slots=True)
class Scene:
    """A member, and an offer that is live."""

    programme: Programme
    member: Member
    partner: Partner
    offer: Offer


def terms(**said: Any) -> Terms:
    """A bonus for the next run; `said` replaces."""
    words: dict[str, Any] = {
        "kind": OfferKind.BONUS,
        "name": "Run more",
        "gain": BONUS,
        "valid_from": NOON - DAY,
        "valid_until": NOON + 30 * DAY,
    }
    return Terms(**{**words, **said})


async def a_draft(
    programme: Programme, partner: Partner | None, tx: Tx, *, id: UUID | None = None, **said: Any
) -> Offer:
    """An offer of the partner, or of the programme, that nobody sees."""
    return await offers.create(
        terms(**said),
        partner=None if partner is None else partner.id,
        programme=programme.id,
        id=id or ids.new(NOON),
        at=NOON,
        tx=tx,
    )


async def live(
    programme: Programme, partner: Partner | None, tx: Tx, *, points: int = 500, **said: Any
) -> Offer:
    """An offer that members may accept, with so many points."""
    made = await a_draft(programme, partner, tx, **said)
    if made.terms.promise:
        await fund(made, points, tx)
    where: dict[str, Any] = {"programme": programme.id, "at": NOON, "tx": tx}
    await offers.submit(made.id, partner=made.partner, **where)
    return await offers.approve(made.id, **where)


async def fund(offer: Offer, points: int, tx: Tx, *, id: UUID | None = None) -> Offer:
    words: dict[str, Any] = {"programme": offer.programme, "id": id or ids.new(NOON), "at": NOON}
    return await offers.fund(offer.id, points, partner=offer.partner, tx=tx, **words)


async def a_scene(tx: Tx, *, points: int = 500, policies: Any = None, **said: Any) -> Scene:
    """A member, and a partner's offer that they may accept."""
    programme = await given.a_programme(tx=tx, **(policies or {}))
    member = await given.a_member(programme, tx=tx)
    partner = await a_payer(programme, tx=tx)
    return Scene(
        programme, member, partner, await live(programme, partner, tx, points=points, **said)
    )


async def accepts(
    scene: Scene,
    tx: Tx,
    *,
    member: Member | None = None,
    decision: UUID | None = None,
    at: datetime = NOON,
) -> Acceptance:
    """The member takes the offer of the scene."""
    who = member or scene.member
    return await offers.accept(
        scene.offer.id, member=who, decision=decision or ids.new(at), at=at, tx=tx
    )


async def ran(
    member: Member, tx: Tx, *, at: datetime = NOON + HOUR, type: Type = Type.RUN, name: str = "run"
) -> UUID:
    """The member ran half an hour from `at` on, as a watch tells; the id of the activity."""
    told = Report(
        id=ids.new(at),
        member=member.id,
        type=type,
        started_at=at,
        ended_at=at + 30 * MINUTE,
        duration_s=1_800,
        distance_m=5_400,
        source="watch",
        external_id=name,
    )
    (done,) = await tell([told], programme=member.programme, at=at + 31 * MINUTE, tx=tx)
    return done.activity


def earned(member: Member, activity: UUID, points: int = 50, **said: Any) -> Earned:
    plain: dict[str, Any] = {"points": points, "pending": False, "text": "", **said}
    return Earned(**_words(member, activity, plain.pop("at", NOON + 2 * HOUR)), **plain)


def matured(member: Member, activity: UUID, points: int = 50) -> Matured:
    return Matured(**_words(member, activity, NOON + 3 * HOUR), points=points)


def taken(
    member: Member, activity: UUID, points: int = 50, revision: int = 1, at: datetime | None = None
) -> TakenBack:
    said = {"points": points, "returned": points, "revision": revision}
    return TakenBack(**_words(member, activity, at or NOON + 4 * HOUR), **said)


def _words(member: Member, activity: UUID, at: datetime) -> dict[str, Any]:
    home = {"programme": member.programme, "at": at}
    return {**home, "subject": member.id, "object": activity}


async def deliver(events: Sequence[Any], tx: Tx) -> None:
    """Each in a turn of its own, as those of one member come."""
    for number, event in enumerate(events, 1):
        await reward([Delivery(ids.new(NOON), number, event)], tx)


async def balance(member: Member, tx: Tx) -> int:
    return (await ledger.balance(member.account, book=member.book, at=NOON + DAY, tx=tx)).balance


async def money(offer: Offer, tx: Tx) -> tuple[int, int, int, int]:
    """What the offer has funded, held, captured and left."""
    now = await offers.get(offer.id, programme=offer.programme, tx=tx)
    return now.funded, now.held, now.captured, now.left


async def reconcile(offer: Offer, tx: Tx, *, at: datetime = NOON + DAY) -> None:
    """Raises AssertionError unless the offer, its acceptances and the ledger all say the same."""
    now = await offers.get(offer.id, programme=offer.programme, tx=tx)
    sums = await tx.row(SUMS, offer.programme, offer.id)
    assert (now.held, now.captured, now.accepted) == tuple(sums.values())
    balance = await ledger.balance(now.account, book=now.book, at=at, tx=tx)
    assert balance.balance == now.funded - now.captured - now.returned
    assert balance.held == now.held
    assert now.held + now.captured + now.returned + now.left == now.funded


SUMS = """
SELECT coalesce(sum(held), 0)::bigint AS held, coalesce(sum(paid), 0)::bigint AS captured,
       count(*)::int AS accepted
FROM offer_acceptance WHERE programme = $1 AND offer = $2
"""

# What the scenes hold while everybody else comes to wait for it.
OFFER = "SELECT id FROM offer WHERE id = $1 FOR NO KEY UPDATE"
MEMBER = "SELECT id FROM member WHERE id = $1 FOR NO KEY UPDATE"
WAITING = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"


async def at_once(
    acts: Sequence[Callable[[], Awaitable[T]]], lock: str, held: object
) -> Sequence[T]:
    """What comes of the acts when all of them have begun before any can go on: they wait for what
    `lock` holds."""
    go = asyncio.Event()

    async def begin(act: Callable[[], Awaitable[T]]) -> T:
        await go.wait()
        return await act()

    async def all_wait() -> bool:
        return await tx.value(WAITING) >= len(acts)

    # Before the transaction is opened: they must not be a part of it.
    begun = [asyncio.create_task(begin(act)) for act in acts]
    async with db.transaction() as tx:
        await tx.rows(lock, held)
        go.set()
        await until(all_wait)
    return await asyncio.gather(*begun)
