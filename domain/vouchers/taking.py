"""Take: codes out of a pool, each given once, whoever asks at the same time.

A redemption is locked by its id first, then codes, those first that expire first. A code that
another transaction is being given is passed over and not waited for.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain.vouchers.errors import NoVouchersLeft
from domain.vouchers.records import Voucher
from infra.db import Row, Tx

QUANTITY_MAX = 100

# So that who asks twice at once gets the same codes twice.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text, 39))"
GIVEN = """
SELECT reward, redemption, place, code, nullif(expires_at, 'infinity') AS expires_at, given_at
FROM voucher WHERE programme = $1 AND redemption = ANY($2::uuid[]) ORDER BY redemption, place
"""
TAKE = """
WITH free AS (
    SELECT upload, number, expires_at FROM voucher
    WHERE programme = $1 AND reward = $2 AND redemption IS NULL AND expires_at > $5
    ORDER BY expires_at, upload, number LIMIT $4 FOR UPDATE SKIP LOCKED
), placed AS (
    SELECT upload, number, row_number() OVER (ORDER BY expires_at, upload, number) AS place
    FROM free
)
UPDATE voucher AS v SET redemption = $3, place = p.place, given_at = $5
FROM placed AS p WHERE v.programme = $1 AND v.upload = p.upload AND v.number = p.number
RETURNING v.reward, v.redemption, v.place, v.code, nullif(v.expires_at, 'infinity') AS expires_at,
          v.given_at
"""


async def take(
    reward: UUID, *, redemption: UUID, quantity: int, programme: int, at: datetime, tx: Tx
) -> Sequence[Voucher]:
    """So many codes of the reward, for that redemption for ever; none that has expired.

    The same redemption again answers with the same codes, also when they have expired since.
    Refuses NoVouchersLeft, and then nothing is taken once `tx` is undone.
    """
    assert 1 <= quantity <= QUANTITY_MAX, "a redemption is of a few"
    await tx.row(LOCK, redemption)
    known = await given([redemption], programme=programme, tx=tx)
    if redemption in known:
        first = known[redemption]
        same = len(first) == quantity and first[0].reward == reward
        assert same, "the same redemption is the same request"
        return first
    rows = await tx.rows(TAKE, programme, reward, redemption, quantity, at)
    if len(rows) < quantity:
        raise NoVouchersLeft(len(rows))
    return sorted(map(_voucher, rows), key=lambda one: one.place)


async def given(
    redemptions: Collection[UUID], *, programme: int, tx: Tx
) -> Mapping[UUID, Sequence[Voucher]]:
    """The codes of these redemptions, in order; one that has none is left out."""
    found: defaultdict[UUID, list[Voucher]] = defaultdict(list)
    for row in await tx.rows(GIVEN, programme, list(redemptions)) if redemptions else []:
        found[row["redemption"]].append(_voucher(row))
    return dict(found)


def _voucher(row: Row) -> Voucher:
    return Voucher(**row)
