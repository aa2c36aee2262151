"""Cuts: a verb whose database session is killed before each of its statements in turn.

What a killed session had done must be gone to the last row, and the same act, done again, must
come out as if nothing had been. Raises AssertionError when that does not hold.

What makes these tests fail is a verb that commits before its caller does (`COMMIT` and `BEGIN`
between two of its statements), or one that writes through a connection of its own. A
`db.transaction()` inside another is neither: it is a savepoint of the outer one, and goes with it.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from infra import db
from infra.db import Row, Tx
from tests.support import apart, ledger_checks

Act = Callable[[Tx], Awaitable[object]]
STATEMENTS_MAX = 60

EVERYTHING = """
SELECT jsonb_build_object(
    'transfer', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.programme, t.id) FROM transfer AS t),
    'request', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.programme, t.id) FROM point_request AS t),
    'review', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.transfer) FROM transfer_review AS t),
    'cause', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM cause AS t),
    'donation', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM donation AS t),
    'payout', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM payout AS t),
    'journal', (SELECT count(*) FROM ledger.journal),
    'account', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM ledger.account AS t),
    'hold', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM ledger.hold AS t),
    'treat', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM treat AS t),
    'stock', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.treat) FROM treat_stock AS t),
    'session', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM activity_session AS t),
    'moment', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM moment AS t),
    'bonus', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.session) FROM bonus AS t),
    'reward', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM reward AS t),
    'take', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM reward_take AS t),
    'day', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.reward, t.day) FROM reward_day AS t),
    'shelf', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.reward, t.outlet) FROM reward_stock AS t),
    'redemption', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM redemption AS t),
    'voucher', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.upload, t.number) FROM voucher AS t),
    'raffle', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.reward) FROM raffle AS t),
    'ticket', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.number) FROM raffle_ticket AS t),
    'offer', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM offer AS t),
    'entry', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM offer_entry AS t),
    'acceptance', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM offer_acceptance AS t),
    'payment', (
        SELECT jsonb_agg(to_jsonb(t) ORDER BY t.acceptance, t.activity) FROM offer_payment AS t),
    'owed', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM redemption_owed AS t),
    'winner', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.place) FROM raffle_winner AS t),
    'event', (SELECT count(*) FROM event)
)::text
"""
BOOKS = "SELECT id FROM ledger.book ORDER BY id"


class Cut(Tx):
    """A transaction whose session is killed just before its statement number `at`."""

    def __init__(self, whole: Tx, *, at: int, owner: asyncpg.Connection) -> None:
        super().__init__(whole._client, whole._connection)
        self.staged, self._committed = whole.staged, whole._committed
        self._left, self._owner = at, owner

    async def rows(self, sql: str, *args: object) -> Any:
        await self._come()
        return await super().rows(sql, *args)

    async def value(self, sql: str, *args: object) -> Any:
        await self._come()
        return await super().value(sql, *args)

    async def run(self, sql: str, *args: object) -> int:
        await self._come()
        return await super().run(sql, *args)

    async def _come(self) -> None:
        self._left -= 1
        if self._left == 0:
            process = self._connection.get_server_pid()
            assert await self._owner.fetchval("SELECT pg_terminate_backend($1, 5000)", process)


async def at_every_statement(url: str, act: Act) -> int:
    """Cut `act` at each of its statements, and let it through at last; how many there were."""
    async with apart.owner(url) as owner:
        before = await owner.fetchval(EVERYTHING)
        for at in range(1, STATEMENTS_MAX):
            if await _done(act, at, owner):
                await _whole(owner)
                assert await owner.fetchval(EVERYTHING) != before, "the act did nothing"
                return at - 1
            assert await owner.fetchval(EVERYTHING) == before, f"statement {at} left something"
        raise AssertionError("the act never came to its end")


async def before_the_commit(url: str, act: Act) -> None:
    """Cut `act` when all but the commit is done."""
    async with apart.owner(url) as owner:
        before = await owner.fetchval(EVERYTHING)
        try:
            async with db.transaction() as tx:
                await act(tx)
                await Cut(tx, at=1, owner=owner).value("SELECT 1")
        except (db.PostgresError, *db.Unavailable):
            assert await owner.fetchval(EVERYTHING) == before, "what was cut left something"
            return
        raise AssertionError("the session was not cut")


async def _done(act: Act, at: int, owner: asyncpg.Connection) -> bool:
    try:
        async with db.transaction() as tx:
            await act(Cut(tx, at=at, owner=owner))
    except (db.PostgresError, *db.Unavailable):
        return False
    return True


async def _whole(owner: asyncpg.Connection) -> None:
    books: list[Row] = await owner.fetch(BOOKS)
    for book in books:
        await ledger_checks.whole(owner, book=book["id"])
