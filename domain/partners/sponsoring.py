"""Sponsoring: the postings between who pays for something and the account that pays it out.

A partner pays out of its prepaid account, the programme with new points. What is sponsored, how
much it may cost and when it is over is not known here.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain import ledger
from domain.partners.finding import get
from infra.db import Tx


async def pay_in(
    points: int,
    *,
    account: int,
    payer: UUID | None,
    programme: int,
    id: UUID,
    meta: Mapping[str, Any],
    tx: Tx,
) -> ledger.Item:
    """The posting that brings points into the account, where they wait without an end.

    payer -- the partner; None: the programme. Raises NoSuchPartner.
    """
    if payer is None:
        return ledger.issue(points, account=account, id=id, month=ledger.NEVER, meta=meta)
    partner = await get(payer, programme=programme, tx=tx)
    return ledger.move(points, debit=partner.account, credit=account, id=id, meta=meta)


async def pay_back(
    points: int,
    *,
    account: int,
    payer: UUID | None,
    programme: int,
    id: UUID,
    meta: Mapping[str, Any],
    tx: Tx,
) -> ledger.Item:
    """The posting that takes what is left in the account home; the words are those of `pay_in`."""
    if payer is None:
        return ledger.spend(points, account=account, id=id, target=ledger.ISSUANCE, meta=meta)
    partner = await get(payer, programme=programme, tx=tx)
    return ledger.move(points, debit=account, credit=partner.account, id=id, meta=meta)
