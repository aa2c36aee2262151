"""Sessions killed in the middle of every act that moves points between members and to causes."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from domain import members, transfers
from domain.transfers.schedule import JOBS
from infra import db, ids
from infra.db import Tx
from tests.domain.giving.causes import a_donor, close, donate, pay_out, undo
from tests.domain.transfers.offers import a_held_one, allow, send
from tests.faults import cuts
from tests.support import apart, given
from tests.support.given import NOON

ID = ids.derived(NOON, "cut")
DAY = timedelta(days=1)
Act = Callable[[Tx], Awaitable[object]]


def job(name: str, at: Any) -> Act:
    body = next(job.body for job in JOBS if job.name == name)
    return lambda tx: body(at, tx)


async def an_offer_made(tx: Tx) -> Act:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    return lambda tx: send(30, ada, bob, tx, id=ID)


async def a_gift_that_arrives(tx: Tx) -> Act:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    await members.edit(bob, auto_accept=True, at=NOON, tx=tx)
    return lambda tx: send(30, ada, bob, tx, id=ID)


async def one_that_is_held(tx: Tx) -> Act:
    ada, bob, _ = await a_held_one(tx)
    return lambda tx: send(30, ada, bob, tx, id=ID)


async def a_request_paid(tx: Tx) -> Act:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    asked = await transfers.ask(30, asker=bob, payer=ada.id, id=ids.new(NOON), at=NOON, tx=tx)
    return lambda tx: transfers.pay(asked.id, member=ada, id=ID, at=NOON, tx=tx)


async def decided(tx: Tx, *, approved: bool) -> Act:
    ada, bob, held = await a_held_one(tx)
    await members.edit(bob, auto_accept=True, at=NOON, tx=tx)
    said = {"programme": ada.programme, "approved": approved, "operator": ID, "at": NOON}
    return lambda tx: transfers.decide(held.id, tx=tx, **said)


async def one_that_cooled(tx: Tx) -> Act:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    await members.edit(bob, auto_accept=True, at=NOON, tx=tx)
    await allow(ada.programme, cooling_hours=1, cooling_holds=True, tx=tx)
    await send(30, ada, bob, tx)
    return job("transfers.offer", NOON + DAY)


async def one_that_nobody_reviewed(tx: Tx) -> Act:
    await a_held_one(tx)
    return job("transfers.return", NOON + 3 * DAY)


async def a_donation(tx: Tx) -> Act:
    ada, cause = await a_donor(tx)
    return lambda tx: donate(30, ada, cause, tx, id=ID)


async def a_donation_undone(tx: Tx) -> Act:
    ada, cause = await a_donor(tx)
    done = await donate(30, ada, cause, tx)
    return lambda tx: undo(done, tx)


async def a_payout(tx: Tx) -> Act:
    ada, cause = await a_donor(tx)
    await donate(30, ada, cause, tx)
    await close(cause, tx)
    return lambda tx: pay_out(cause, tx, id=ID)


SCENES: dict[str, Callable[[Tx], Awaitable[Act]]] = {
    "an offer": an_offer_made,
    "a gift that arrives": a_gift_that_arrives,
    "one that is held": one_that_is_held,
    "a request paid": a_request_paid,
    "approved": lambda tx: decided(tx, approved=True),
    "rejected": lambda tx: decided(tx, approved=False),
    "one that cooled": one_that_cooled,
    "one that nobody reviewed": one_that_nobody_reviewed,
    "a donation": a_donation,
    "a donation undone": a_donation_undone,
    "a payout": a_payout,
}


@pytest.mark.parametrize("scene", SCENES)
async def test_given_an_act_when_its_session_is_killed_at_any_statement_then_nothing_is_left(
    scene: str, url: str
) -> None:
    async with apart.database(url):
        async with db.transaction() as tx:
            act = await SCENES[scene](tx)

        await cuts.before_the_commit(url, act)
        count = await cuts.at_every_statement(url, act)

        assert count >= 3
