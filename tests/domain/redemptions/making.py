"""Making: the sentences that the tests of redemptions begin with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import giving, ledger, redemptions, rewards
from domain.giving import Cause, Draft
from domain.ledger import Lot
from domain.members import Member
from domain.outlets import Outlet
from domain.partners import Partner
from domain.programmes import Programme
from domain.redemptions import Code, Discount, Handed, Redemption
from domain.rewards import Owner, Reward, RewardKind, Terms, Text
from infra import ids
from infra.db import Tx
from infra.jobs import Body
from tests.domain.challenges.making import a_payer
from tests.domain.outlets.making import an_outlet
from tests.support import given
from tests.support.given import NOON

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
OPERATOR = ids.new(NOON)


@dataclass(frozen=True, slots=True)
class Scene:
    """A member with points, and a shop with a cup for some of them."""

    programme: Programme
    member: Member
    partner: Partner
    outlet: Outlet
    reward: Reward


def terms(**said: Any) -> Terms:
    """A cup to fetch for 40 points and two euros; `said` replaces."""
    words: dict[str, Any] = {
        "kind": RewardKind.PRODUCT,
        "name": "Cup",
        "price": 40,
        "valid_from": NOON - DAY,
        "texts": {"en": Text("A cup")},
        "cash_minor": 200,
        "currency": "EUR",
    }
    return Terms(**{**words, **said})


async def live(
    programme: Programme,
    *,
    partner: Partner | None = None,
    stock: int | None = None,
    tx: Tx,
    **said: Any,
) -> Reward:
    """A reward that members may have: the partner's, or else the programme's own."""
    where: dict[str, Any] = {"programme": programme.id, "tx": tx}
    owner = Owner.PROGRAMME if partner is None else Owner.PARTNER
    whose = None if partner is None else partner.id
    made = await rewards.create(
        terms(**said), owner=owner, partner=whose, id=ids.new(NOON), at=NOON, **where
    )
    if stock is not None:
        await rewards.set_stock(made.id, stock, partner=whose, **where)
    await rewards.submit(made.id, partner=whose, at=NOON, **where)
    return await rewards.approve(made.id, at=NOON, **where)


async def a_scene(tx: Tx, *, holding: int = 100, stock: int | None = 10, **said: Any) -> Scene:
    """Somebody with points, and a shop with cups."""
    programme = await given.a_programme(tx=tx)
    member = await given.a_member(programme, holding=holding, tx=tx)
    partner = await a_payer(programme, tx=tx)
    outlet = await an_outlet(partner, tx=tx)
    reward = await live(programme, partner=partner, stock=stock, tx=tx, **said)
    return Scene(programme, member, partner, outlet, reward)


async def a_cause(programme: Programme, tx: Tx) -> Cause:
    """Something that members give points to."""
    draft = Draft(
        name="Trees",
        description="For trees.",
        url="https://trees.example",
        goal=None,
        active_from=NOON - DAY,
        active_until=None,
    )
    return await giving.create(draft, programme=programme.id, id=ids.new(NOON), at=NOON, tx=tx)


async def reserved(
    scene: Scene,
    tx: Tx,
    *,
    reward: Reward | None = None,
    id: UUID | None = None,
    at: datetime = NOON,
    **said: Any,
) -> Redemption:
    """The member of the scene redeems its reward, or another; `said` is more of the request."""
    words = {"member": scene.member, "id": id or ids.new(at), "at": at, **said}
    return await redemptions.reserve((reward or scene.reward).id, tx=tx, **words)


async def shown(one: Redemption, scene: Scene, tx: Tx, *, at: datetime = NOON) -> Code:
    """What the member shows at the till."""
    return await redemptions.code(one.id, member=scene.member, at=at, tx=tx)


async def handed(
    code: str, scene: Scene, tx: Tx, *, at: datetime = NOON, outlet: Outlet | None = None
) -> Handed:
    """What the scene's partner hands over for a code."""
    return await redemptions.redeem(
        code,
        outlet=(outlet or scene.outlet).id,
        partner=scene.partner.id,
        programme=scene.programme.id,
        at=at,
        tx=tx,
    )


async def done(scene: Scene, tx: Tx, *, at: datetime = NOON, **said: Any) -> Redemption:
    """A redemption that a till has handed over."""
    one = await reserved(scene, tx, at=at, **said)
    await handed((await shown(one, scene, tx, at=at)).text, scene, tx, at=at)
    return await now(one, tx)


async def refunded(
    one: Redemption, tx: Tx, *, at: datetime = NOON, id: UUID | None = None, **said: Any
) -> Redemption:
    words = {"refund": id or ids.new(at), "actor": OPERATOR, "programme": one.programme, **said}
    return await redemptions.refund(one.id, at=at, tx=tx, **words)


async def cancelled(one: Redemption, tx: Tx, *, at: datetime = NOON) -> Redemption:
    words = {"member": one.member, "programme": one.programme}
    return await redemptions.cancel(one.id, at=at, tx=tx, **words)


async def now(one: Redemption, tx: Tx) -> Redemption:
    return await redemptions.get(one.id, programme=one.programme, tx=tx)


async def a_discount(scene: Scene, points: int, tx: Tx, *, holding: int = 50) -> Discount:
    """What an offer with so many points in its account pays."""
    book = scene.member.book
    account_class = ledger.AccountClass.ESCROW
    account = await ledger.open_account(book=book, account_class=account_class, tx=tx)
    item = ledger.issue(holding, account=account, id=ids.new(NOON), month=ledger.NEVER)
    ledger.require(await ledger.post_one(item, book=book, at=NOON, tx=tx))
    return Discount(points, account, ids.new(NOON))


async def money(account: int, scene: Scene, tx: Tx) -> tuple[int, int]:
    """What an account has, and what of it is held."""
    found = await ledger.balance(account, book=scene.member.book, at=NOON, tx=tx)
    return found.balance, found.held


async def purse(scene: Scene, tx: Tx) -> tuple[int, int]:
    """What the member has, and what of it is held."""
    return await money(scene.member.account, scene, tx)


async def lots(member: Member, tx: Tx) -> list[Lot]:
    """What the member has, by the month in which it expires."""
    found = await tx.row(LOTS, member.book, member.account)
    assert found is not None, "every member has a wallet"
    month = ledger.month_of(NOON) - 1
    return [
        Lot(one, amount)
        for one in range(month + 1, month + 37)
        if (amount := found["lots"][one % 37])
    ]


async def through(job: Body, at: datetime, tx: Tx) -> None:
    """The job has done all that is due at `at`, whosever it is."""
    while await job(at, tx):
        pass


async def shelf(reward: Reward, tx: Tx) -> tuple[int | None, int, int]:
    """What there is of a reward: in all, reserved, redeemed."""
    found = await rewards.get(reward.id, programme=reward.programme, tx=tx)
    return found.stock, found.reserved, found.redeemed


LOTS = "SELECT lots FROM ledger.account WHERE book = $1 AND id = $2"
# What the scenes hold while everybody else comes to wait for it.
REWARDS = "SELECT id FROM reward WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE"
REDEMPTIONS = "SELECT id FROM redemption WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE"
