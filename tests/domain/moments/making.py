"""Making: the sentences that the tests of moments begin with."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from domain import ledger, members, moments
from domain.activities import Type
from domain.members import Member
from domain.moments import Chance, Ended, Moment, Offer, Owner, Session, Terms, Text, Treat
from domain.outlets import Outlet
from domain.partners import Partner
from domain.programmes import Programme
from domain.visits import Position
from infra import db, ids
from infra.db import Tx
from infra.recommending import Answer
from tests.domain.challenges.making import a_payer
from tests.domain.outlets.making import HERE, an_outlet
from tests.support import given
from tests.support.given import NOON
from tests.support.waiting import until

T = TypeVar("T")

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scene:
    """A member who allows their place to be used, and a shop with a drink for runners."""

    programme: Programme
    member: Member
    partner: Partner
    outlet: Outlet
    treat: Treat


def terms(**said: Any) -> Terms:
    """A drink after a run, for 50 points of who pays; `said` replaces."""
    words: dict[str, Any] = {
        "kind": "DRINK",
        "name": "Cold drink",
        "texts": {"en": Text("A cold drink", "It is on us.")},
        "fits": frozenset({Type.RUN}),
        "cost": 50,
        "worth": 80,
        "valid_from": NOON - DAY,
        "valid_until": NOON + 30 * DAY,
    }
    return Terms(**{**words, **said})


def chance(**said: Any) -> Chance:
    """Twice the points for a run of 20 minutes or more, 100 more at most; `said` replaces."""
    words: dict[str, Any] = {
        "name": "Double",
        "fits": frozenset({Type.RUN}),
        "hundredths": 200,
        "most": 100,
        "budget": 1_000,
        "seconds_min": 1_200,
        "valid_from": NOON - DAY,
        "valid_until": NOON + 30 * DAY,
    }
    return Chance(**{**words, **said})


async def a_runner(programme: Programme, *, tx: Tx, allows: bool = True) -> Member:
    """A member; `allows`: their place may be used."""
    member = await given.a_member(programme, tx=tx)
    if allows:
        words = {"version": "1", "channel": "APP", "at": NOON - DAY}
        await members.set_consent(member, purpose=moments.PURPOSE, given=True, tx=tx, **words)
    return member


async def a_draft(partner: Partner, *, owner: Owner = Owner.PARTNER, tx: Tx, **said: Any) -> Treat:
    return await moments.create(
        terms(**said),
        partner=partner.id,
        owner=owner,
        programme=partner.programme,
        id=ids.new(NOON),
        at=NOON,
        tx=tx,
    )


async def live(
    partner: Partner,
    *outlets: Outlet,
    points: int = 500,
    stock: int = 10,
    owner: Owner = Owner.PARTNER,
    tx: Tx,
    **said: Any,
) -> Treat:
    """A treat of the partner that is offered at these outlets."""
    made = await a_draft(partner, owner=owner, tx=tx, **said)
    payer = partner.id if owner is Owner.PARTNER else None
    await fund(made, points, tx)
    where = {"programme": partner.programme, "tx": tx}
    for outlet in outlets:
        await moments.set_stock(made.id, outlet.id, stock, partner=partner.id, **where)
    await moments.submit(made.id, partner=payer, at=NOON, **where)
    return await moments.approve(made.id, at=NOON, **where)


async def fund(treat: Treat, points: int, tx: Tx, *, id: UUID | None = None) -> Treat:
    payer = treat.partner if treat.owner is Owner.PARTNER else None
    words = {"programme": treat.programme, "id": id or ids.new(NOON), "at": NOON}
    return await moments.fund(treat.id, points, partner=payer, tx=tx, **words)


async def a_scene(tx: Tx, *, points: int = 500, stock: int = 10, **said: Any) -> Scene:
    """A runner, and a shop with a drink around the corner."""
    programme = await given.a_programme(tx=tx)
    member = await a_runner(programme, tx=tx)
    partner = await a_payer(programme, tx=tx)
    outlet = await an_outlet(partner, tx=tx)
    treat = await live(partner, outlet, points=points, stock=stock, tx=tx, **said)
    return Scene(programme, member, partner, outlet, treat)


async def began(
    member: Member, *, type: Type = Type.RUN, at: datetime = NOON, tx: Tx, **said: Any
) -> Session:
    """The member has begun."""
    words = {"started_at": at, "id": ids.new(at), **said}
    started = await moments.start_session(member, type=type, at=at, tx=tx, **words)
    return started.session


async def ends(
    session: Session,
    member: Member,
    *,
    at: datetime | None = None,
    position: Position | None = HERE,
    answer: Answer | None = None,
    tx: Tx,
) -> Ended:
    """The member ends it, half an hour later when no time is said; answer: what models say."""
    at = at or session.started_at + 30 * MINUTE
    words: dict[str, Any] = {"ended_at": at, "position": position, "answer": answer, "at": at}
    return await moments.end_session(session.id, member=member, tx=tx, **words)


async def done(
    member: Member, *, type: Type = Type.RUN, at: datetime = NOON, tx: Tx, **said: Any
) -> Ended:
    """The member has begun, and ended half an hour later."""
    return await ends(await began(member, type=type, at=at, tx=tx), member, tx=tx, **said)


async def offered(scene: Scene, tx: Tx, *, at: datetime = NOON) -> Offer:
    """The drink is offered to the runner of the scene."""
    offer = (await done(scene.member, at=at, tx=tx)).offer
    assert offer is not None, "something is near, open, in stock and paid for"
    return offer


async def code_of(moment: Moment, member: Member, at: datetime, tx: Tx) -> str:
    return (await moments.redemption_code(moment.id, member=member, at=at, tx=tx)).number


async def redeemed(scene: Scene, code: str, at: datetime, tx: Tx) -> moments.Redemption:
    return await moments.redeem(
        code,
        outlet=scene.outlet.id,
        partner=scene.partner.id,
        programme=scene.programme.id,
        at=at,
        tx=tx,
    )


async def money(treat: Treat, tx: Tx) -> tuple[int, int, int, int]:
    """What the treat has funded, held, captured and left."""
    now = await moments.get(treat.id, programme=treat.programme, tx=tx)
    return now.funded, now.held, now.captured, now.left


async def shelf(treat: Treat, tx: Tx) -> Sequence[tuple[int, int, int]]:
    """What there is of it at each outlet: stock, reserved, redeemed."""
    found = await moments.stocks([treat.id], programme=treat.programme, tx=tx)
    return [(one.stock, one.reserved, one.redeemed) for one in found]


async def reconcile(treat: Treat, tx: Tx) -> None:
    """Raises AssertionError unless the treat, its offers, its stock and the ledger all say the
    same."""
    now = await moments.get(treat.id, programme=treat.programme, tx=tx)
    open, gone = await tx.row(SUMS, treat.programme, treat.id), await shelf(treat, tx)
    assert (now.held, now.captured) == (open["held"], open["captured"])
    assert sum(one[1] for one in gone) == open["open"]
    assert sum(one[2] for one in gone) == open["redeemed"]
    balance = await ledger.balance(now.account, book=now.book, at=NOON, tx=tx)
    assert balance.balance == now.funded - now.captured - now.returned
    assert balance.held == now.held
    assert now.held + now.captured + now.returned + now.left == now.funded


SUMS = """
SELECT coalesce(sum(cost) FILTER (WHERE state = 'OFFERED'), 0)::bigint AS held,
       coalesce(sum(cost) FILTER (WHERE state = 'REDEEMED'), 0)::bigint AS captured,
       count(*) FILTER (WHERE state = 'OFFERED') AS open,
       count(*) FILTER (WHERE state = 'REDEEMED') AS redeemed
FROM moment WHERE programme = $1 AND treat = $2
"""

# What the scenes hold while everybody else comes to wait for it.
TREATS = "SELECT id FROM treat WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE"
CAMPAIGN = "SELECT id FROM bonus_campaign WHERE id = $1 FOR NO KEY UPDATE"
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
