"""Draft: make a reward, change it while nobody can have it, say how many there are, and what it
costs from now on."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import giving, ledger, outlets, partners
from domain.rewards import checking, finding, storing
from domain.rewards.errors import (
    BadStock,
    BadTerms,
    RewardHalted,
    RewardIsAnothers,
    RewardNotInState,
    TooManyRewards,
)
from domain.rewards.records import HANDED_OVER, Owner, Reward, State, Stock, Terms
from infra.db import Tx

OPEN_MAX = 2_000
STOCK_MAX = 100_000_000
# A paused one that is changed is looked at again.
EDITABLE = frozenset({State.DRAFT, State.REJECTED, State.PAUSED})

COUNT_OPEN = """
SELECT count(*) FROM reward WHERE programme = $1 AND state <> 'ENDED'
"""
SET_STOCK = "UPDATE reward SET stock = $3 WHERE programme = $1 AND id = $2"
SET_STOCK_AT = """
INSERT INTO reward_stock (programme, reward, outlet, stock) VALUES ($1, $2, $3, $4)
ON CONFLICT (programme, reward, outlet) DO UPDATE SET stock = excluded.stock
"""


async def create(
    terms: Terms,
    *,
    owner: Owner,
    partner: UUID | None = None,
    programme: int,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Reward:
    """A new reward that nobody can have yet, of which there is no end until its stock is said.

    partner -- in whose outlets it is handed over; None: of no partner in particular.
    id      -- the same id again with the same words answers with the reward as it stands now.
    Refuses, in this order: BadTerms, partners.NoSuchPartner, ledger.KeyReused, BadTerms for what is
    not there, TooManyRewards, RewardCodeTaken.
    """
    assert owner is Owner.PROGRAMME or partner is not None, "a partner's is a partner's"
    terms = checking.sound_terms(terms, at=at)
    if partner is not None:
        await partners.get(partner, programme=programme, tx=tx)
    first = (await finding.several([id], programme=programme, tx=tx)).get(id)
    if first is not None:
        if (first.owner, first.partner, first.terms) != (owner, partner, terms):
            raise ledger.KeyReused
        return first
    await _check_around(terms, partner=partner, programme=programme, at=at, tx=tx)
    if await tx.value(COUNT_OPEN, programme) >= OPEN_MAX:
        raise TooManyRewards(f"there are at most {OPEN_MAX} rewards that have not ended")
    made = Reward(id, programme, owner, partner, terms, State.DRAFT, 1, at)
    await storing.add(made, tx=tx)
    return made


async def edit(
    reward: UUID,
    terms: Terms,
    *,
    partner: UUID | None = None,
    programme: int,
    at: datetime,
    tx: Tx,
) -> Reward:
    """Say everything about a draft, a rejected or a paused reward anew; it is a draft then, to be
    looked at again. Of what kind it is stays. What is reserved keeps the price it was made at.

    partner -- who asks; None: an operator, about one of the programme's own.
    Refuses, in this order: BadTerms, NoSuchReward, RewardIsAnothers, RewardNotInState,
    RewardHalted, BadTerms for another kind and for what is not there, RewardCodeTaken.
    """
    terms = checking.sound_terms(terms, at=at)
    found = await finding.locked(reward, partner=partner, programme=programme, tx=tx)
    check_own(found, partner)
    if found.state not in EDITABLE:
        raise RewardNotInState(found.state)
    check_halted(found, partner)
    if terms.kind is not found.terms.kind:
        raise BadTerms("a reward stays of its kind", "kind")
    await _check_around(terms, partner=found.partner, programme=programme, at=at, tx=tx)
    state = found.state if found.state is State.REJECTED else State.DRAFT
    return await storing.keep(found, terms=terms, state=state, halted=False, at=at, tx=tx)


async def reprice(
    reward: UUID, *, price: int, cash_minor: int = 0, programme: int, at: datetime, tx: Tx
) -> Reward:
    """What it costs from now on, as an operator says, also while members can have it. What is
    reserved keeps the price it was made at.

    price -- points; cash_minor: in the reward's currency.
    Refuses, in this order: NoSuchReward, RewardNotInState for one that has ended, BadTerms.
    """
    found = await finding.locked(reward, programme=programme, tx=tx)
    if found.state is State.ENDED:
        raise RewardNotInState(found.state)
    priced = replace(found.terms, price=price, cash_minor=cash_minor)
    # When it ends was looked at when that was said.
    terms = checking.sound_terms(replace(priced, valid_until=None), at=at)
    terms = replace(terms, valid_until=found.terms.valid_until)
    return await storing.keep(found, terms=terms, at=at, tx=tx)


async def set_stock(
    reward: UUID,
    stock: int | None,
    *,
    outlet: UUID | None = None,
    partner: UUID | None = None,
    programme: int,
    tx: Tx,
) -> Reward:
    """How many units there are, those that were handed over counted in; None: no end of them.

    outlet  -- at that one alone, where they count as well as in all; None: in all.
    partner -- who asks, whosever reward it is; None: an operator.
    Refuses, in this order: NoSuchReward, RewardNotInState for one that has ended,
    outlets.NoSuchOutlet for one that the reward does not name, BadStock for less than what is
    reserved or gone.
    """
    found = await finding.locked(reward, partner=partner, programme=programme, tx=tx)
    if found.state is State.ENDED:
        raise RewardNotInState(found.state)
    here: Reward | Stock = found
    if outlet is not None:
        if outlet not in found.terms.outlets:
            raise outlets.NoSuchOutlet("it is not handed over there")
        shelves = await finding.stocks([reward], programme=programme, tx=tx)
        empty = Stock(reward, outlet, None)
        here = next((one for one in shelves if one.outlet == outlet), empty)
    gone = here.reserved + here.redeemed
    if stock is not None and not gone <= stock <= STOCK_MAX:
        demand = f"there are {gone} promised or handed over, and at most {STOCK_MAX} in all"
        raise BadStock(demand, least=gone)
    if outlet is not None:
        await tx.run(SET_STOCK_AT, programme, reward, outlet, stock)
        return found
    await tx.run(SET_STOCK, programme, reward, stock)
    return replace(found, stock=stock)


def check_own(reward: Reward, partner: UUID | None) -> None:
    """Raises RewardIsAnothers where it is not theirs to change."""
    if reward.owner is not (Owner.PROGRAMME if partner is None else Owner.PARTNER):
        raise RewardIsAnothers("only whose reward it is does that")


def check_halted(reward: Reward, partner: UUID | None) -> None:
    """Raises RewardHalted where only an operator may go on."""
    if reward.halted and partner is not None:
        raise RewardHalted("an operator has paused it")


async def _check_around(
    terms: Terms, *, partner: UUID | None, programme: int, at: datetime, tx: Tx
) -> None:
    """Raises BadTerms for outlets and causes that are not there."""
    if terms.kind in HANDED_OVER and partner is None and not terms.outlets:
        raise BadTerms("somebody hands it over: name a partner, or outlets", "outlets")
    there = await outlets.several(terms.outlets, programme=programme, tx=tx)
    known = {id for id, one in there.items() if one.open and partner in (None, one.partner)}
    if terms.outlets - known:
        raise BadTerms("an outlet is open, and the partner's where there is one", "outlets")
    if terms.cause is None:
        return
    cause = (await giving.several([terms.cause], programme=programme, tx=tx)).get(terms.cause)
    over = (giving.Standing.OVER, giving.Standing.CLOSED)
    if cause is None or cause.standing(at) in over:
        raise BadTerms("a cause takes donations", "cause")
