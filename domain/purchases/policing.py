"""Say what of a purchase counts in a programme."""

from domain.purchases.errors import NoPurchasePolicy
from domain.purchases.money import sound_currency
from domain.purchases.records import Policy
from infra.db import Tx

SET = """
INSERT INTO purchase_policy (programme, currency, taxes, shipping) VALUES ($1, $2, $3, $4)
ON CONFLICT (programme) DO UPDATE SET currency = excluded.currency, taxes = excluded.taxes,
    shipping = excluded.shipping
"""
READ = "SELECT currency, taxes, shipping FROM purchase_policy WHERE programme = $1"


async def set_policy(policy: Policy, *, programme: int, tx: Tx) -> Policy:
    """Let the policy hold for what is heard from now on; what has counted stays.

    Refuses BadCurrency.
    """
    sound_currency(policy.currency)
    await tx.run(SET, programme, policy.currency, policy.taxes, policy.shipping)
    return policy


async def policy_of(programme: int, *, tx: Tx) -> Policy:
    """The policy of a programme. Raises NoPurchasePolicy."""
    row = await tx.row(READ, programme)
    if row is None:
        raise NoPurchasePolicy("the programme has not said yet what of a purchase counts")
    return Policy(**row)
