"""Find treats, always inside one programme."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from domain.activities import Type
from domain.moments import writing
from domain.moments.errors import NoSuchTreat
from domain.moments.records import Owner, State, Stock, Terms, Treat
from infra.db import Row, Tx

STOCKS_MAX = 2_000

SEVERAL = """
SELECT id, programme, owner, partner, kind, name, texts::text AS texts, fits, seconds_min, cost,
       worth, member_max, member_days, valid_from, valid_until, state, halted, reason, book,
       account, funded, held, captured, returned, created_at, ended_at
FROM treat WHERE programme = $1 AND id = ANY($2::uuid[])
"""
LOCK = """
SELECT id, programme, owner, partner, kind, name, texts::text AS texts, fits, seconds_min, cost,
       worth, member_max, member_days, valid_from, valid_until, state, halted, reason, book,
       account, funded, held, captured, returned, created_at, ended_at
FROM treat WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE
"""
LISTED = """
SELECT id, programme, owner, partner, kind, name, texts::text AS texts, fits, seconds_min, cost,
       worth, member_max, member_days, valid_from, valid_until, state, halted, reason, book,
       account, funded, held, captured, returned, created_at, ended_at
FROM treat
WHERE programme = $1 AND ($2::uuid IS NULL OR partner = $2) AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""
STOCKS = """
SELECT treat, outlet, stock, reserved, redeemed FROM treat_stock
WHERE programme = $1 AND treat = ANY($2::uuid[]) ORDER BY treat, outlet LIMIT $3
"""


async def get(id: UUID, *, partner: UUID | None = None, programme: int, tx: Tx) -> Treat:
    """The treat with that id, in any state.

    partner -- only one in that partner's outlets is found; None: in whosever.
    Raises NoSuchTreat.
    """
    return _of(partner, (await several([id], programme=programme, tx=tx)).get(id))


async def several(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Treat]:
    """Those treats of the programme, by id; the others are left out."""
    rows = await tx.rows(SEVERAL, programme, list(ids)) if ids else []
    return {row["id"]: treat_of(row) for row in rows}


async def listed(
    *, partner: UUID | None = None, programme: int, before: UUID | None, limit: int, tx: Tx
) -> Sequence[Treat]:
    """The treats, in the outlets of one partner or of all, newest first."""
    return [treat_of(row) for row in await tx.rows(LISTED, programme, partner, before, limit)]


async def locked(id: UUID, *, partner: UUID | None = None, programme: int, tx: Tx) -> Treat:
    """As `get`, held until `tx` ends. Whoever changes its points or its stock holds it first,
    and locks nothing of the ledger before."""
    row = await tx.row(LOCK, programme, id)
    return _of(partner, None if row is None else treat_of(row))


async def stocks(ids: Collection[UUID], *, programme: int, tx: Tx) -> Sequence[Stock]:
    """What there is of these treats, at each outlet; at STOCKS_MAX of them at most."""
    rows = await tx.rows(STOCKS, programme, list(ids), STOCKS_MAX) if ids else []
    return [Stock(**row) for row in rows]


def treat_of(row: Row) -> Treat:
    """One row of the table as a value; other columns of the row are passed over."""
    terms = Terms(
        kind=row["kind"],
        name=row["name"],
        fits=frozenset(map(Type, row["fits"])),
        cost=row["cost"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        texts=writing.read_texts(row["texts"]),
        seconds_min=row["seconds_min"],
        worth=row["worth"],
        member_max=row["member_max"],
        member_days=row["member_days"],
    )
    return Treat(
        id=row["id"],
        programme=row["programme"],
        owner=Owner(row["owner"]),
        partner=row["partner"],
        terms=terms,
        state=State(row["state"]),
        book=row["book"],
        account=row["account"],
        created_at=row["created_at"],
        funded=row["funded"],
        held=row["held"],
        captured=row["captured"],
        returned=row["returned"],
        halted=row["halted"],
        reason=row["reason"],
        ended_at=row["ended_at"],
    )


def _of(partner: UUID | None, found: Treat | None) -> Treat:
    """To a partner, what is in another's outlets is as if it were not."""
    if found is None or partner not in (None, found.partner):
        raise NoSuchTreat("there is no such treat")
    return found
