"""Cuts: an offer pays whole or not at all, whenever the session that it pays in is killed."""

from collections.abc import Awaitable, Callable

from domain.offers.rewarding import reward
from domain.offers.taking import follow
from domain.redemptions import Fulfilled
from infra import db, ids
from infra.db import Tx
from infra.outbox import Delivery
from tests.domain.offers import making
from tests.domain.offers.test_taking import a_scene as a_discounted_scene
from tests.domain.offers.test_taking import reserve
from tests.domain.redemptions import making as cups
from tests.faults import cuts
from tests.support import databases
from tests.support.given import NOON
from tests.support.servers import Postgres


async def an_acceptance(tx: Tx) -> cuts.Act:
    scene = await making.a_scene(tx)
    decision = ids.new(NOON)
    return lambda tx: making.accepts(scene, tx, decision=decision)


async def a_payment(tx: Tx) -> cuts.Act:
    scene = await making.a_scene(tx)
    await making.accepts(scene, tx)
    event = making.earned(scene.member, await making.ran(scene.member, tx))
    return lambda tx: reward([Delivery(event.object, 1, event)], tx)


async def a_discount(tx: Tx) -> cuts.Act:
    shop, _, one = await a_discounted_scene(tx)
    id = ids.new(NOON)
    return lambda tx: reserve(shop, one, tx, id=id)


async def a_discount_that_was_used(tx: Tx) -> cuts.Act:
    shop, _, one = await a_discounted_scene(tx)
    made = await reserve(shop, one, tx)
    await cups.handed((await cups.shown(made, shop, tx)).text, shop, tx)
    told = next(one for one in tx.staged if isinstance(one, Fulfilled))
    return lambda tx: follow([Delivery(made.id, 1, told)], tx)


SCENES: dict[str, Callable[[Tx], Awaitable[cuts.Act]]] = {
    "an acceptance": an_acceptance,
    "a payment": a_payment,
    "a discount": a_discount,
    "a discount that was used": a_discount_that_was_used,
}


async def test_given_acts_when_their_session_is_killed_at_any_statement_then_nothing_is_left(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url:
        for scene in SCENES.values():
            async with db.transaction() as tx:
                act = await scene(tx)

            await cuts.before_the_commit(url, act)
            count = await cuts.at_every_statement(url, act)

            assert count >= 3
