"""Rivals: the usual ways of moving points, on plain schemas of their own.

`Naive` is the transaction most teams write first, and it is written well: prepared statements,
an idempotency row, both accounts locked in one order, entries with the balance after them. It
has no foreign keys, which would cost it a fifth, so that nobody can say they slowed it down.
"""

import random
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from infra import ids

SCHEMA = """
CREATE TABLE account (
    id bigint PRIMARY KEY,
    balance bigint NOT NULL CHECK (balance >= 0)
) WITH (fillfactor = 75);
CREATE TABLE transfer (
    id uuid PRIMARY KEY,
    debit bigint NOT NULL,
    credit bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transfer uuid NOT NULL,
    account bigint NOT NULL,
    amount bigint NOT NULL,
    balance_after bigint NOT NULL
);
CREATE INDEX entry_account ON entry (account, id);
CREATE TABLE single (id uuid PRIMARY KEY, debit bigint, credit bigint, amount bigint);
"""
OPEN = "INSERT INTO account SELECT n, 1000000000000 FROM generate_series(1, $1::bigint) n"
KNOW = """
INSERT INTO transfer (id, debit, credit, amount) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING RETURNING id
"""
LOCK = "SELECT id, balance FROM account WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE"
SET = "UPDATE account SET balance = $2 WHERE id = $1"
ENTER = """
INSERT INTO entry (transfer, account, amount, balance_after)
VALUES ($1, $2, -$4::bigint, $5), ($1, $3, $4, $6)
"""
INSERT = "INSERT INTO single (id, debit, credit, amount) VALUES ($1, $2, $3, $4)"


class Pairs:
    """Who pays whom: anybody and anybody, or everybody with one account."""

    def __init__(self, accounts: Sequence[int], *, hot: int | None, seed: int) -> None:
        self._accounts, self._hot, self._random = accounts, hot, random.Random(seed)

    def next(self) -> tuple[int, int]:
        """A debit and a credit account, never the same."""
        accounts, pick = self._accounts, self._random.random
        first = accounts[int(pick() * len(accounts))]
        if self._hot is not None:
            return (first, self._hot) if pick() < 0.5 else (self._hot, first)
        second = accounts[int(pick() * (len(accounts) - 1))]
        return first, accounts[-1] if second == first else second


async def connections(url: str, *, count: int) -> list[asyncpg.Connection]:
    """`count` connections, opened one after another."""
    return [await asyncpg.connect(url, server_settings={"jit": "off"}) for _ in range(count)]


class Naive:
    """One transfer in the usual transaction of seven round trips."""

    def __init__(self, links: Sequence[asyncpg.Connection], pairs: Pairs, at: datetime) -> None:
        self._links, self._pairs, self._at = links, pairs, at

    async def __call__(self, client: int) -> None:
        """Move one point for `client`."""
        debit, credit = self._pairs.next()
        await self.move(self._links[client], ids.new(self._at), debit, credit, 1)

    @staticmethod
    async def move(
        link: asyncpg.Connection, id: UUID, debit: int, credit: int, amount: int
    ) -> None:
        """BEGIN, remember the id, lock both, check, write, COMMIT."""
        async with link.transaction():
            if await link.fetchval(KNOW, id, debit, credit, amount) is None:
                return
            rows = await link.fetch(LOCK, [debit, credit])
            balances = {row["id"]: row["balance"] for row in rows}
            if balances[debit] < amount:
                raise ValueError("insufficient funds")
            await link.execute(SET, debit, balances[debit] - amount)
            await link.execute(SET, credit, balances[credit] + amount)
            left, right = balances[debit] - amount, balances[credit] + amount
            await link.execute(ENTER, id, debit, credit, amount, left, right)


class InsertCommit:
    """One row in one commit: what a durable write costs at the least."""

    def __init__(self, links: Sequence[asyncpg.Connection], at: datetime) -> None:
        self._links, self._at = links, at

    async def __call__(self, client: int) -> None:
        """Insert one row for `client`."""
        await self._links[client].execute(INSERT, ids.new(self._at), client, 1, 1)
