"""Draft: make a challenge and change it while it is nobody's business yet."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import ledger, programmes
from domain.challenges import announcing, checking, finding, knowing, storing
from domain.challenges.errors import (
    BadBudget,
    NotInThisState,
    PartnersOwn,
    TooManyChallenges,
)
from domain.challenges.funding import EDITABLE
from domain.challenges.records import Challenge, Draft, Owner, State, Terms
from infra.db import Tx

OPEN_MAX = 500

COUNT_OPEN = """
SELECT count(*) FROM challenge
WHERE programme = $1 AND partner = $2 AND state NOT IN ('SETTLED', 'CANCELLED')
"""


async def create(
    draft: Draft,
    *,
    programme: int,
    partner: UUID | None = None,
    operator: UUID | None = None,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Challenge:
    """A new challenge with an empty escrow account, seen by nobody but those who made it.

    partner, operator -- whose it is: one of the two.
    id -- the same id again with the same words answers with the challenge as it stands now.
    Refuses, in this order: what checking.sound and knowing.check_known refuse,
    programmes.NoSuchProgramme, ledger.KeyReused, TooManyChallenges.
    """
    assert (partner is None) != (operator is None), "a challenge is somebody's"
    draft = checking.sound(draft, at=at)
    await knowing.check_known(draft.terms, programme=programme, partner=partner, at=at, tx=tx)
    first = (await finding.several([id], programme=programme, tx=tx)).get(id)
    if first is not None:
        if (first.partner, first.name, first.terms) != (partner, draft.name, draft.terms):
            raise ledger.KeyReused
        return first
    if partner is not None and await tx.value(COUNT_OPEN, programme, partner) >= OPEN_MAX:
        raise TooManyChallenges(f"a partner has at most {OPEN_MAX} challenges that are not over")
    owner = Owner.PROGRAMME if partner is None else Owner.PARTNER
    return await _add(draft, owner, partner, operator, State.DRAFT, programme, id, at, tx)


async def open_private(
    name: str, terms: Terms, *, creator: UUID, programme: int, id: UUID, at: datetime, tx: Tx
) -> Challenge:
    """A challenge among members, which nobody needs to approve and which pays nothing.

    It is LIVE at once where its first day has begun somewhere, and APPROVED before.
    Refuses as `checking.sound`, and programmes.NoSuchProgramme.
    """
    draft = checking.sound(Draft(name=name, terms=terms), at=at, unpaid=True)
    opens_at, _, _ = storing.clocks(terms)
    state = State.LIVE if opens_at <= at else State.APPROVED
    made = await _add(draft, Owner.MEMBER, None, creator, state, programme, id, at, tx)
    if state is State.LIVE:
        announcing.tell(announcing.Opened, made, at=at, tx=tx)
    return made


async def edit(
    challenge: UUID,
    draft: Draft,
    *,
    programme: int,
    partner: UUID | None = None,
    at: datetime,
    tx: Tx,
) -> Challenge:
    """Say everything about a draft, or a rejected challenge, anew.

    partner -- whose it is; None: one of the programme's own.
    Refuses, in this order: what checking.sound refuses, NoSuchChallenge, PartnersOwn,
    NotInThisState, what knowing.check_known refuses, and BadBudget for one below what has been
    funded.
    """
    draft = checking.sound(draft, at=at)
    found = await finding.locked(challenge, programme=programme, partner=partner, tx=tx)
    check_own(found, partner)
    if found.state not in EDITABLE:
        raise NotInThisState(found.state)
    await knowing.check_known(
        draft.terms, programme=programme, partner=partner, itself=challenge, at=at, tx=tx
    )
    if draft.budget < found.funded:
        raise BadBudget(f"{found.funded} points have been funded", "budget")
    words = {"name": draft.name, "description": draft.description, "terms": draft.terms}
    money = {"budget": draft.budget, "disclosed_at": draft.disclosed_at}
    return await storing.keep(found, **words, **money, tx=tx)


async def reword(
    challenge: UUID, *, name: str, description: str, programme: int, at: datetime, tx: Tx
) -> Challenge:
    """Call a challenge something else, while it is not over: an operator alone may, since what
    was approved is what members see.

    Refuses, in this order: BadChallenge, NoSuchChallenge, NotInThisState.
    """
    name, description = checking.sound_words(name, description)
    found = await finding.locked(challenge, programme=programme, tx=tx)
    if found.owner is Owner.MEMBER or found.state in (State.SETTLED, State.CANCELLED):
        raise NotInThisState(found.state)
    return await storing.keep(found, name=name, description=description, tx=tx)


def check_own(challenge: Challenge, partner: UUID | None) -> None:
    """Raises PartnersOwn where an operator acts on a partner's own matter."""
    if challenge.owner is not (Owner.PROGRAMME if partner is None else Owner.PARTNER):
        raise PartnersOwn("only the partner itself does that")


async def _add(
    draft: Draft,
    owner: Owner,
    partner: UUID | None,
    creator: UUID | None,
    state: State,
    programme: int,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Challenge:
    home = await programmes.by_id(programme, tx=tx)
    escrow = ledger.AccountClass.ESCROW
    made = Challenge(
        id=id,
        programme=programme,
        owner=owner,
        partner=partner,
        creator=creator,
        name=draft.name,
        description=draft.description,
        state=state,
        terms=draft.terms,
        version=1,
        book=home.book,
        account=await ledger.open_account(book=home.book, account_class=escrow, tx=tx),
        budget=draft.budget,
        funded=0,
        spent=0,
        created_at=at,
        cutoff_at=storing.clocks(draft.terms)[2],
        disclosed_at=draft.disclosed_at,
    )
    made = replace(made, live_at=at if state is State.LIVE else None)
    await storing.add(made, tx=tx)
    return made
