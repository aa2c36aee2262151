"""The naive transaction over Tortoise: models, `select_for_update` and `in_transaction`.

The tables are those of `bench.rivals`; Tortoise needs a name of its own for the connection.
"""

from datetime import datetime
from typing import ClassVar

from tortoise import fields
from tortoise.models import Model
from tortoise.transactions import in_transaction

from bench.rivals import Pairs
from infra import ids

CONNECTION = "rival"


class Account(Model):
    """A balance."""

    id = fields.BigIntField(primary_key=True)
    balance = fields.BigIntField()

    class Meta:
        table = "account"


class Transfer(Model):
    """A move, and the idempotency key of it."""

    id = fields.UUIDField(primary_key=True)
    debit = fields.BigIntField()
    credit = fields.BigIntField()
    amount = fields.BigIntField()
    at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "transfer"


class Entry(Model):
    """One side of a move."""

    id = fields.BigIntField(primary_key=True, generated=True)
    transfer = fields.UUIDField()
    account = fields.BigIntField()
    amount = fields.BigIntField()
    balance_after = fields.BigIntField()

    class Meta:
        table = "entry"
        ordering: ClassVar[list[str]] = ["id"]


class Tortoise:
    """One transfer in a Tortoise transaction."""

    def __init__(self, pairs: Pairs, at: datetime) -> None:
        self._pairs, self._at = pairs, at

    async def __call__(self, client: int) -> None:
        """Move one point; the pool gives each of 64 clients a connection."""
        debit, credit = self._pairs.next()
        id = ids.new(self._at)
        async with in_transaction(CONNECTION) as tx:
            if await Transfer.filter(id=id).using_db(tx).exists():
                return
            await Transfer.create(id=id, debit=debit, credit=credit, amount=1, using_db=tx)
            found = Account.filter(id__in=[debit, credit]).using_db(tx)
            accounts = {row.id: row for row in await found.order_by("id").select_for_update()}
            if accounts[debit].balance < 1:
                raise ValueError("insufficient funds")
            accounts[debit].balance -= 1
            accounts[credit].balance += 1
            for row in accounts.values():
                await row.save(update_fields=["balance"], using_db=tx)
            sides = ((debit, -1), (credit, 1))
            entries = [
                Entry(transfer=id, account=a, amount=n, balance_after=accounts[a].balance)
                for a, n in sides
            ]
            await Entry.bulk_create(entries, using_db=tx)
