"""Find offers, always inside one programme."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain.activities import Type
from domain.offers import reading, storing
from domain.offers.errors import NoSuchOffer
from domain.offers.records import Gain, Offer, OfferKind, Owner, Placement, State, Terms
from infra.db import Row, Tx

LIVE_MAX = 20_000

SEVERAL = """
SELECT id, programme, owner, partner, kind, name, creatives::text AS creatives, rule, placements,
       about, margin, cost, points, hundredths, most, times, types, within_hours, reward,
       challenge, accept_max, shown_max, member_days, total_max, holdout_percent, valid_from,
       valid_until, state, halted, reason, version, book, account, funded, held, captured,
       returned, accepted, created_at, ended_at
FROM offer WHERE programme = $1 AND id = ANY($2::uuid[])
"""
LOCK = """
SELECT id, programme, owner, partner, kind, name, creatives::text AS creatives, rule, placements,
       about, margin, cost, points, hundredths, most, times, types, within_hours, reward,
       challenge, accept_max, shown_max, member_days, total_max, holdout_percent, valid_from,
       valid_until, state, halted, reason, version, book, account, funded, held, captured,
       returned, accepted, created_at, ended_at
FROM offer WHERE programme = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""
LISTED = """
SELECT id, programme, owner, partner, kind, name, creatives::text AS creatives, rule, placements,
       about, margin, cost, points, hundredths, most, times, types, within_hours, reward,
       challenge, accept_max, shown_max, member_days, total_max, holdout_percent, valid_from,
       valid_until, state, halted, reason, version, book, account, funded, held, captured,
       returned, accepted, created_at, ended_at
FROM offer
WHERE programme = $1 AND ($2::uuid IS NULL OR partner = $2) AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""
LIVE = """
SELECT id, programme, owner, partner, kind, name, creatives::text AS creatives, rule, placements,
       about, margin, cost, points, hundredths, most, times, types, within_hours, reward,
       challenge, accept_max, shown_max, member_days, total_max, holdout_percent, valid_from,
       valid_until, state, halted, reason, version, book, account, funded, held, captured,
       returned, accepted, created_at, ended_at
FROM offer
WHERE programme = $1 AND state = 'LIVE' AND valid_from <= $2 AND valid_until > $2
ORDER BY id LIMIT $3
"""


async def get(id: UUID, *, partner: UUID | None = None, programme: int, tx: Tx) -> Offer:
    """The offer with that id, in any state.

    partner -- only one of that partner's is found; None: whosever.
    Raises NoSuchOffer.
    """
    return _of(partner, (await several([id], programme=programme, tx=tx)).get(id))


async def several(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Offer]:
    """Those offers of the programme, by id; the others are left out."""
    rows = await tx.rows(SEVERAL, programme, list(ids)) if ids else []
    return {row["id"]: offer_of(row) for row in rows}


async def listed(
    *, partner: UUID | None = None, programme: int, before: UUID | None, limit: int, tx: Tx
) -> Sequence[Offer]:
    """The offers, of one partner or all, newest first."""
    return [offer_of(row) for row in await tx.rows(LISTED, programme, partner, before, limit)]


async def live(*, programme: int, at: datetime, tx: Tx) -> Sequence[Offer]:
    """The offers that members may accept now, whoever they are for, by id; at LIVE_MAX of them at
    most."""
    return [offer_of(row) for row in await tx.rows(LIVE, programme, at, LIVE_MAX)]


async def locked(id: UUID, *, partner: UUID | None = None, programme: int, tx: Tx) -> Offer:
    """As `get`, held until `tx` ends. Whoever changes its points holds it first, after the member
    and before acceptances, and locks nothing of the ledger before."""
    return _of(partner, (await lock([id], programme=programme, tx=tx)).get(id))


async def lock(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Offer]:
    """As `several`, held until `tx` ends."""
    rows = await tx.rows(LOCK, programme, list(ids)) if ids else []
    return {row["id"]: offer_of(row) for row in rows}


def offer_of(row: Row) -> Offer:
    """One row of the table as a value; other columns of the row are passed over."""
    return Offer(
        id=row["id"],
        programme=row["programme"],
        owner=Owner(row["owner"]),
        partner=row["partner"],
        terms=_terms(row),
        state=State(row["state"]),
        book=row["book"],
        account=row["account"],
        created_at=row["created_at"],
        version=row["version"],
        funded=row["funded"],
        held=row["held"],
        captured=row["captured"],
        returned=row["returned"],
        accepted=row["accepted"],
        halted=row["halted"],
        reason=row["reason"],
        ended_at=row["ended_at"],
    )


def gain_of(row: Row) -> Gain:
    """The gain of an offer, or of an acceptance, out of its columns."""
    return Gain(
        points=row["points"],
        hundredths=row["hundredths"],
        most=row["most"],
        times=row["times"],
        types=frozenset(map(Type, row["types"])),
        within_hours=row["within_hours"],
        reward=row["reward"],
        challenge=row["challenge"],
    )


def _terms(row: Row) -> Terms:
    return Terms(
        kind=OfferKind(row["kind"]),
        name=row["name"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        gain=gain_of(row),
        creatives=storing.read_creatives(row["creatives"]),
        rule=reading.read_text(row["rule"]),
        placements=frozenset(map(Placement, row["placements"])),
        about=tuple(row["about"]),
        margin=row["margin"],
        cost=row["cost"],
        accept_max=row["accept_max"],
        shown_max=row["shown_max"],
        member_days=row["member_days"],
        total_max=row["total_max"],
        holdout_percent=row["holdout_percent"],
    )


def _of(partner: UUID | None, found: Offer | None) -> Offer:
    """To a partner, what is another's is as if it were not."""
    if found is None or partner not in (None, found.partner):
        raise NoSuchOffer("there is no such offer")
    return found
