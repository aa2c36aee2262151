"""Draft: make an offer, and change it while nobody sees it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import ledger, metrics, outlets, partners, programmes
from domain.offers import checking, finding, needing, reading, storing
from domain.offers.errors import (
    AnothersOffer,
    BadRule,
    OfferNotInState,
    TooManyOffers,
)
from domain.offers.records import Offer, Owner, State, Terms
from domain.offers.rules import Either, Every, Near, Not, Rule
from domain.visits import Position
from infra.db import Tx

OPEN_MAX = 500
PROGRAMME_OPEN_MAX = 20_000
EDITABLE = frozenset({State.DRAFT, State.REJECTED})

# Of a partner, or of the programme itself.
COUNT_OPEN = """
SELECT count(*) FROM offer
WHERE programme = $1 AND partner IS NOT DISTINCT FROM $2::uuid AND state <> 'ENDED'
"""


async def create(
    terms: Terms, *, partner: UUID | None, programme: int, id: UUID, at: datetime, tx: Tx
) -> Offer:
    """A new offer with an empty account, which nobody sees.

    partner -- whose it is and who pays; None: the programme.
    id -- the same id again with the same words answers with the offer as it stands now.
    Refuses, in this order: BadOffer, BadRule, partners.NoSuchPartner, outlets.NoSuchOutlet,
    BadOffer for a reward or challenge that there is not, ledger.KeyReused, TooManyOffers.
    """
    terms = await _settled(terms, partner, programme, at, tx)
    owner = Owner.PROGRAMME if partner is None else Owner.PARTNER
    first = (await finding.several([id], programme=programme, tx=tx)).get(id)
    if first is not None:
        if (first.partner, first.terms) != (partner, terms):
            raise ledger.KeyReused
        return first
    most = PROGRAMME_OPEN_MAX if partner is None else OPEN_MAX
    if await tx.value(COUNT_OPEN, programme, partner) >= most:
        raise TooManyOffers(f"there are at most {most} offers that have not ended")
    book = (await programmes.by_id(programme, tx=tx)).book
    account_class = ledger.AccountClass.ESCROW
    account = await ledger.open_account(book=book, account_class=account_class, tx=tx)
    made = Offer(id, programme, owner, partner, terms, State.DRAFT, book, account, at)
    await storing.add(made, tx=tx)
    return made


async def edit(
    offer: UUID,
    terms: Terms,
    *,
    partner: UUID | None = None,
    programme: int,
    at: datetime,
    tx: Tx,
) -> Offer:
    """Say everything about a draft, or a rejected offer, anew: a new version of it.

    partner -- who asks; None: an operator, about one of the programme's.
    Refuses, in this order: as `create` up to what there is not, NoSuchOffer, AnothersOffer,
    OfferNotInState.
    """
    terms = await _settled(terms, partner, programme, at, tx)
    found = await finding.locked(offer, partner=partner, programme=programme, tx=tx)
    check_own(found, partner)
    if found.state not in EDITABLE:
        raise OfferNotInState(found.state)
    if found.terms == terms:
        return found
    return await storing.keep(found, terms=terms, version=found.version + 1, tx=tx)


def check_own(offer: Offer, partner: UUID | None) -> None:
    """Raises AnothersOffer where it is not theirs to change."""
    if offer.owner is not (Owner.PROGRAMME if partner is None else Owner.PARTNER):
        raise AnothersOffer("only who pays for it does that")


async def _settled(
    terms: Terms, partner: UUID | None, programme: int, at: datetime, tx: Tx
) -> Terms:
    """The terms as they are kept, with what they speak of found."""
    terms = checking.sound_terms(terms, at=at)
    if partner is not None:
        await partners.get(partner, programme=programme, tx=tx)
    rule = await _placed(terms.rule, programme, tx)
    if len(reading.write_text(rule)) > checking.RULE_CHARACTERS_MAX:
        raise BadRule((), "it speaks of too many places")
    await needing.check(terms.gain, programme=programme, tx=tx)
    return replace(terms, rule=rule)


async def _placed(rule: Rule, programme: int, tx: Tx) -> Rule:
    """The rule with the cells around the outlets that it speaks of.

    Refuses outlets.NoSuchOutlet.
    """
    wanted = _outlets(rule)
    if not wanted:
        return rule
    found = await outlets.several(wanted, programme=programme, tx=tx)
    if len(found) < len(wanted):
        raise outlets.NoSuchOutlet("there is no such outlet")
    return _with_cells(rule, {id: one.position for id, one in found.items()})


def _outlets(rule: Rule) -> Collection[UUID]:
    if isinstance(rule, Every | Either):
        return {id for one in rule.rules for id in _outlets(one)}
    if isinstance(rule, Not):
        return _outlets(rule.rule)
    return rule.outlets if isinstance(rule, Near) else ()


def _with_cells(rule: Rule, positions: dict[UUID, Position]) -> Rule:
    if isinstance(rule, Every | Either):
        return replace(rule, rules=tuple(_with_cells(one, positions) for one in rule.rules))
    if isinstance(rule, Not):
        return replace(rule, rule=_with_cells(rule.rule, positions))
    if not isinstance(rule, Near):
        return rule
    around = (
        metrics.cells_around(positions[id].latitude, positions[id].longitude, rule.within_m)
        for id in rule.outlets
    )
    return replace(rule, cells=rule.cells.union(*around))
