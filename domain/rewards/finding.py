"""Find rewards, always inside one programme."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from domain.rewards import writing
from domain.rewards.errors import NoSuchReward
from domain.rewards.records import Owner, Reward, RewardKind, State, Stock, Terms, Version
from infra.db import Row, Tx

STOCKS_MAX = 2_000

SEVERAL = """
SELECT id, programme, owner, partner, kind, code, name, texts::text AS texts,
       images::text AS images, price, cash_minor, value_minor, currency, tiers, segments, age_min,
       member_max, member_days, total_max, total_days, valid_from, valid_until, outlets, cause,
       reserve_seconds, refund_days, state, version, created_at, stock, reserved, redeemed, halted,
       reason, ended_at
FROM reward WHERE programme = $1 AND id = ANY($2::uuid[])
"""
BY_CODE = """
SELECT id, programme, owner, partner, kind, code, name, texts::text AS texts,
       images::text AS images, price, cash_minor, value_minor, currency, tiers, segments, age_min,
       member_max, member_days, total_max, total_days, valid_from, valid_until, outlets, cause,
       reserve_seconds, refund_days, state, version, created_at, stock, reserved, redeemed, halted,
       reason, ended_at
FROM reward WHERE programme = $1 AND code = $2
"""
LOCK = """
SELECT id, programme, owner, partner, kind, code, name, texts::text AS texts,
       images::text AS images, price, cash_minor, value_minor, currency, tiers, segments, age_min,
       member_max, member_days, total_max, total_days, valid_from, valid_until, outlets, cause,
       reserve_seconds, refund_days, state, version, created_at, stock, reserved, redeemed, halted,
       reason, ended_at
FROM reward WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE
"""
LISTED = """
SELECT id, programme, owner, partner, kind, code, name, texts::text AS texts,
       images::text AS images, price, cash_minor, value_minor, currency, tiers, segments, age_min,
       member_max, member_days, total_max, total_days, valid_from, valid_until, outlets, cause,
       reserve_seconds, refund_days, state, version, created_at, stock, reserved, redeemed, halted,
       reason, ended_at
FROM reward
WHERE programme = $1 AND ($2::uuid IS NULL OR partner = $2) AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""
STOCKS = """
SELECT reward, outlet, stock, reserved, redeemed FROM reward_stock
WHERE programme = $1 AND reward = ANY($2::uuid[]) ORDER BY reward, outlet LIMIT $3
"""
VERSIONS = """
SELECT version, price, cash_minor, currency, at FROM reward_version
WHERE programme = $1 AND reward = $2 AND ($3::int IS NULL OR version < $3)
ORDER BY version DESC LIMIT $4
"""


async def get(id: UUID, *, partner: UUID | None = None, programme: int, tx: Tx) -> Reward:
    """The reward with that id, in any state.

    partner -- only one in that partner's outlets is found; None: whosever it is.
    Raises NoSuchReward.
    """
    return _of(partner, (await several([id], programme=programme, tx=tx)).get(id))


async def several(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Reward]:
    """Those rewards of the programme, by id; the others are left out."""
    rows = await tx.rows(SEVERAL, programme, list(ids)) if ids else []
    return {row["id"]: reward_of(row) for row in rows}


async def by_code(code: str, *, programme: int, tx: Tx) -> Reward | None:
    """The reward that is called so, in any state; None: none is."""
    row = await tx.row(BY_CODE, programme, code)
    return None if row is None else reward_of(row)


async def listed(
    *, partner: UUID | None = None, programme: int, before: UUID | None, limit: int, tx: Tx
) -> Sequence[Reward]:
    """The rewards, in the outlets of one partner or of all, newest first, in any state."""
    return [reward_of(row) for row in await tx.rows(LISTED, programme, partner, before, limit)]


async def locked(id: UUID, *, partner: UUID | None = None, programme: int, tx: Tx) -> Reward:
    """As `get`, held until `tx` ends. Whoever changes it or its counters holds it first: after
    members, and before its stock, what was taken of it, and the ledger."""
    row = await tx.row(LOCK, programme, id)
    return _of(partner, None if row is None else reward_of(row))


async def stocks(ids: Collection[UUID], *, programme: int, tx: Tx) -> Sequence[Stock]:
    """What there is of these rewards at each outlet where it is counted; STOCKS_MAX at most."""
    rows = await tx.rows(STOCKS, programme, list(ids), STOCKS_MAX) if ids else []
    return [Stock(**row) for row in rows]


async def versions(
    id: UUID, *, programme: int, before: int | None, limit: int, tx: Tx
) -> Sequence[Version]:
    """What a reward has cost, the newest price first."""
    return [Version(**row) for row in await tx.rows(VERSIONS, programme, id, before, limit)]


def reward_of(row: Row) -> Reward:
    """One row of the table as a value."""
    return Reward(
        id=row["id"],
        programme=row["programme"],
        owner=Owner(row["owner"]),
        partner=row["partner"],
        terms=_terms(row),
        state=State(row["state"]),
        version=row["version"],
        created_at=row["created_at"],
        stock=row["stock"],
        reserved=row["reserved"],
        redeemed=row["redeemed"],
        halted=row["halted"],
        reason=row["reason"],
        ended_at=row["ended_at"],
    )


def _terms(row: Row) -> Terms:
    return Terms(
        kind=RewardKind(row["kind"]),
        name=row["name"],
        price=row["price"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        texts=writing.read_texts(row["texts"]),
        images=writing.read_images(row["images"]),
        code=row["code"],
        cash_minor=row["cash_minor"],
        value_minor=row["value_minor"],
        currency=row["currency"],
        tiers=frozenset(row["tiers"]),
        segments=frozenset(row["segments"]),
        age_min=row["age_min"],
        member_max=row["member_max"],
        member_days=row["member_days"],
        total_max=row["total_max"],
        total_days=row["total_days"],
        outlets=frozenset(row["outlets"]),
        cause=row["cause"],
        reserve_seconds=row["reserve_seconds"],
        refund_days=row["refund_days"],
    )


def _of(partner: UUID | None, found: Reward | None) -> Reward:
    """To a partner, what is in another's outlets is as if it were not."""
    if found is None or partner not in (None, found.partner):
        raise NoSuchReward("there is no such reward")
    return found
