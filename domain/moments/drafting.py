"""Draft: make a treat, change it while nobody is offered it, and say how much of it there is."""

from datetime import datetime
from uuid import UUID

from domain import ledger, outlets, partners, programmes
from domain.moments import checking, finding, storing
from domain.moments.errors import BadStock, PartnersOwn, TooManyTreats, TreatNotInState
from domain.moments.records import Owner, State, Stock, Terms, Treat
from infra.db import Tx

OPEN_MAX = 500
STOCK_MAX = 1_000_000
EDITABLE = frozenset({State.DRAFT, State.REJECTED})

COUNT_OPEN = """
SELECT count(*) FROM treat WHERE programme = $1 AND partner = $2 AND state <> 'ENDED'
"""
FIND_STOCK = """
SELECT treat, outlet, stock, reserved, redeemed FROM treat_stock
WHERE programme = $1 AND treat = $2 AND outlet = $3
"""
SET_STOCK = """
INSERT INTO treat_stock (programme, treat, outlet, stock) VALUES ($1, $2, $3, $4)
ON CONFLICT (programme, treat, outlet) DO UPDATE SET stock = excluded.stock
RETURNING treat, outlet, stock, reserved, redeemed
"""


async def create(
    terms: Terms,
    *,
    partner: UUID,
    owner: Owner,
    programme: int,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Treat:
    """A new treat with an empty account, offered to nobody.

    partner -- in whose outlets it is; owner: who pays for it.
    id -- the same id again with the same words answers with the treat as it stands now.
    Refuses, in this order: BadTreat, partners.NoSuchPartner, ledger.KeyReused, TooManyTreats.
    """
    terms = checking.sound_terms(terms, at=at)
    await partners.get(partner, programme=programme, tx=tx)
    first = (await finding.several([id], programme=programme, tx=tx)).get(id)
    if first is not None:
        if (first.partner, first.owner, first.terms) != (partner, owner, terms):
            raise ledger.KeyReused
        return first
    if await tx.value(COUNT_OPEN, programme, partner) >= OPEN_MAX:
        raise TooManyTreats(f"there are at most {OPEN_MAX} treats of a partner that have not ended")
    book = (await programmes.by_id(programme, tx=tx)).book
    account_class = ledger.AccountClass.ESCROW
    account = await ledger.open_account(book=book, account_class=account_class, tx=tx)
    made = Treat(id, programme, owner, partner, terms, State.DRAFT, book, account, at)
    await storing.add(made, tx=tx)
    return made


async def edit(
    treat: UUID,
    terms: Terms,
    *,
    partner: UUID | None = None,
    programme: int,
    at: datetime,
    tx: Tx,
) -> Treat:
    """Say everything about a draft, or a rejected treat, anew.

    partner -- who asks; None: an operator, about one that the programme pays for.
    Refuses, in this order: BadTreat, NoSuchTreat, PartnersOwn, TreatNotInState.
    """
    terms = checking.sound_terms(terms, at=at)
    found = await finding.locked(treat, partner=partner, programme=programme, tx=tx)
    check_own(found, partner)
    if found.state not in EDITABLE:
        raise TreatNotInState(found.state)
    return await storing.keep(found, terms=terms, tx=tx)


async def set_stock(
    treat: UUID,
    outlet: UUID,
    stock: int,
    *,
    partner: UUID | None = None,
    programme: int,
    tx: Tx,
) -> Stock:
    """How many units there are at one outlet, those that were handed over counted in.

    partner -- who asks, whoever pays for it; None: an operator.
    Refuses, in this order: NoSuchTreat, outlets.NoSuchOutlet, TreatNotInState for one that has
    ended, BadStock for less than what is promised or gone.
    """
    found = await finding.locked(treat, partner=partner, programme=programme, tx=tx)
    await outlets.get(outlet, partner=found.partner, programme=programme, tx=tx)
    if found.state is State.ENDED:
        raise TreatNotInState(found.state)
    row = await tx.row(FIND_STOCK, programme, treat, outlet)
    gone = 0 if row is None else row["reserved"] + row["redeemed"]
    if not gone <= stock <= STOCK_MAX:
        raise BadStock(f"there are {gone} promised or handed over, and at most {STOCK_MAX} in all")
    kept = await tx.row(SET_STOCK, programme, treat, outlet, stock)
    assert kept is not None, "it was written"
    return Stock(**kept)


def check_own(treat: Treat, partner: UUID | None) -> None:
    """Raises PartnersOwn where it is not theirs to change."""
    if treat.owner is not (Owner.PROGRAMME if partner is None else Owner.PARTNER):
        raise PartnersOwn("only who pays for it does that")
