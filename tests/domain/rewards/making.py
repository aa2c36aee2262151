"""Making: the sentences that the tests of rewards begin with."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from domain import members, rewards
from domain.members import LabelKind, Member
from domain.partners import Partner
from domain.programmes import Programme
from domain.rewards import Owner, Reward, RewardKind, Terms, Text
from infra import ids
from infra.db import Tx
from tests.support.given import NOON

DAY = timedelta(days=1)
GRANDMOTHERS = "1950-03-01"


def terms(**said: Any) -> Terms:
    """A cup for 100 points, of which nobody is kept; `said` replaces."""
    words: dict[str, Any] = {
        "kind": RewardKind.PRODUCT,
        "name": "Cup",
        "price": 100,
        "valid_from": NOON - DAY,
        "valid_until": NOON + 30 * DAY,
        "texts": {"en": Text("A cup", "To drink from."), "pl": Text("Kubek")},
    }
    return Terms(**{**words, **said})


async def a_draft(
    partner: Partner, *, owner: Owner = Owner.PARTNER, id: UUID | None = None, tx: Tx, **said: Any
) -> Reward:
    """A draft in the outlets of a partner."""
    words = {"programme": partner.programme, "id": id or ids.new(NOON), "at": NOON, "tx": tx}
    return await rewards.create(terms(**said), owner=owner, partner=partner.id, **words)


async def live(
    partner: Partner, *, stock: int | None = None, owner: Owner = Owner.PARTNER, tx: Tx, **said: Any
) -> Reward:
    """A reward that members may have; `stock`: so many."""
    made = await a_draft(partner, owner=owner, tx=tx, **said)
    return await go_live(made, stock=stock, tx=tx)


async def own(programme: Programme, *, stock: int | None = None, tx: Tx, **said: Any) -> Reward:
    """A reward of the programme itself, in nobody's outlets, that members may have."""
    words = {"kind": RewardKind.VOUCHER, **said}
    made = await rewards.create(
        terms(**words),
        owner=Owner.PROGRAMME,
        programme=programme.id,
        id=ids.new(NOON),
        at=NOON,
        tx=tx,
    )
    return await go_live(made, stock=stock, tx=tx)


async def go_live(made: Reward, *, stock: int | None = None, tx: Tx) -> Reward:
    """Submit it, and have it approved."""
    payer = made.partner if made.owner is Owner.PARTNER else None
    where = {"programme": made.programme, "tx": tx}
    await rewards.set_stock(made.id, stock, **where)
    await rewards.submit(made.id, partner=payer, at=NOON, **where)
    return await rewards.approve(made.id, at=NOON, **where)


async def takes(
    member: Member, reward: Reward, *, id: UUID | None = None, tx: Tx, **said: Any
) -> UUID:
    """The member takes one; the id under which they did."""
    id = id or ids.new(NOON)
    words = {"id": id, "member": member, "at": NOON, **said}
    await rewards.take_unit(reward.id, tx=tx, **words)
    return id


async def is_called(member: Member, kind: LabelKind, name: str, tx: Tx) -> None:
    await members.label(member, kind=kind, name=name, at=NOON - DAY, tx=tx)


async def was_born(member: Member, day: str, tx: Tx) -> None:
    birth = next(one for one in members.STANDARD if one.key == "birth_date")
    await members.define(birth, programme=member.programme, at=NOON - DAY, tx=tx)
    await members.fill(member, {"birth_date": day}, at=NOON - DAY, tx=tx)


async def counted(reward: Reward, tx: Tx) -> tuple[int, int]:
    """What of it is reserved, and gone; raises AssertionError unless the takes say the same."""
    now = await rewards.get(reward.id, programme=reward.programme, tx=tx)
    sums = await tx.row(SUMS, reward.programme, reward.id)
    assert (now.reserved, now.redeemed) == (sums["taken"], sums["gone"])
    assert now.reserved + now.redeemed <= (now.stock if now.stock is not None else 10**9)
    assert sums["counted"] == sums["limited"]
    for shelf in await rewards.stocks([reward.id], programme=reward.programme, tx=tx):
        there = await tx.row(SUMS_AT, reward.programme, reward.id, shelf.outlet)
        assert (shelf.reserved, shelf.redeemed) == (there["taken"], there["gone"])
    return now.reserved, now.redeemed


SUMS = """
SELECT coalesce(sum(quantity) FILTER (WHERE state = 'TAKEN'), 0)::int AS taken,
       coalesce(sum(quantity) FILTER (WHERE state IN ('SETTLED', 'LOST')), 0)::int AS gone,
       coalesce(sum(quantity) FILTER (WHERE state IN ('TAKEN', 'SETTLED') AND NOT free), 0)::int
           AS counted,
       (SELECT coalesce(sum(d.taken), 0)::int FROM reward_day AS d
        WHERE d.programme = $1 AND d.reward = $2) AS limited
FROM reward_take WHERE programme = $1 AND reward = $2
"""
SUMS_AT = """
SELECT coalesce(sum(quantity) FILTER (WHERE state = 'TAKEN'), 0)::int AS taken,
       coalesce(sum(quantity) FILTER (WHERE state IN ('SETTLED', 'LOST')), 0)::int AS gone
FROM reward_take WHERE programme = $1 AND reward = $2 AND outlet = $3
"""
