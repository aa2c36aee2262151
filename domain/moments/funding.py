"""Funding: what comes into a treat's account, and what goes back to who paid."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain import ledger, partners
from domain.moments import finding, storing
from domain.moments.drafting import check_own
from domain.moments.errors import BadFunding, TreatNotInState
from domain.moments.records import Owner, State, Treat
from infra import ids
from infra.db import Tx

BUDGET_MAX = 1_000_000_000

FIND_ENTRY = "SELECT treat, points FROM treat_entry WHERE programme = $1 AND id = $2"
ADD_ENTRY = """
INSERT INTO treat_entry (programme, id, treat, kind, points, at) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def fund(
    treat: UUID,
    points: int,
    *,
    partner: UUID | None = None,
    programme: int,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Treat:
    """Put points into the account of a treat that has not ended; its budget is what is in it.

    partner -- from whose prepaid account they come; None: an operator gives new points to one
               that the programme pays for.
    id      -- the posting's; the same id again with the same words answers the same.
    Refuses, in this order: BadFunding, NoSuchTreat, PartnersOwn, ledger.KeyReused,
    TreatNotInState, BadFunding for more than a treat may have, then what else the ledger
    refuses: KeyExpired, InsufficientPoints.
    """
    if not 0 < points <= BUDGET_MAX:
        raise BadFunding(f"points must be between 1 and {BUDGET_MAX}")
    found = await finding.locked(treat, partner=partner, programme=programme, tx=tx)
    check_own(found, partner)
    first = await tx.row(FIND_ENTRY, programme, id)
    if first is not None:
        if (first["treat"], first["points"]) != (treat, points):
            raise ledger.KeyReused
        return found
    if found.state is State.ENDED:
        raise TreatNotInState(found.state)
    if found.funded + points > BUDGET_MAX:
        raise BadFunding(f"a treat has at most {BUDGET_MAX} points")
    who: dict[str, Any] = {"account": found.account, "payer": _payer(found), "programme": programme}
    item = await partners.pay_in(points, **who, id=id, meta=_meta(found, "fund"), tx=tx)
    ledger.require(await ledger.post_one(item, book=found.book, at=at, tx=tx), needed=points)
    await tx.run(ADD_ENTRY, programme, id, treat, "FUNDED", points, at)
    return await storing.keep(found, funded=found.funded + points, tx=tx)


async def give_back(treat: Treat, *, at: datetime, tx: Tx) -> Treat:
    """What is left in the account of a held treat goes back to who paid for it."""
    points = treat.left
    if not points:
        return treat
    seen = (treat.funded, treat.captured, treat.returned)
    id = ids.derived(at, "moments.return", treat.programme, treat.id, *seen)
    meta = _meta(treat, "return")
    item = await partners.pay_back(
        points,
        account=treat.account,
        payer=_payer(treat),
        programme=treat.programme,
        id=id,
        meta=meta,
        tx=tx,
    )
    ledger.require(await ledger.post_one(item, book=treat.book, at=at, tx=tx))
    await tx.run(ADD_ENTRY, treat.programme, id, treat.id, "RETURNED", points, at)
    return await storing.keep(treat, returned=treat.returned + points, tx=tx)


def _payer(treat: Treat) -> UUID | None:
    return None if treat.owner is Owner.PROGRAMME else treat.partner


def _meta(treat: Treat, act: str) -> dict[str, str]:
    return {"why": "treat", "treat": str(treat.id), "act": act}
