"""Keeping: models as they are trained, swapped and dropped; one of a programme is in use."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import orjson

from domain.trainings.errors import ModelDropped, ModelInUse, NoSuchModel
from domain.trainings.records import State, Trained
from infra import signals
from infra.db import Row, Tx

# Said after each swap, for those who answer with models.
CHANNEL = "laurel:models"
KEPT = 3
LISTED_MAX = 100
REASON_CHARACTERS_MAX = 500

# Swaps of one programme come one after the other.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('model:' || $1::int, 45))"
ADD = """
INSERT INTO model (programme, id, state, reason, interactions, members, items, seconds, measured,
                   trained_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10)
ON CONFLICT DO NOTHING
"""
RETIRE = "UPDATE model SET state = 'RETIRED' WHERE programme = $1 AND state = 'LIVE' AND id <> $2"
USE = """
UPDATE model SET state = 'LIVE', used_at = $3 WHERE programme = $1 AND id = $2 AND state <> 'LIVE'
"""
DROP = "UPDATE model SET state = 'DROPPED' WHERE programme = $1 AND id = ANY($2::uuid[])"
GET = """
SELECT programme, id, state, reason, interactions, members, items, seconds,
       measured::text AS measured, trained_at, used_at
FROM model WHERE programme = $1 AND id = $2
"""
LISTED = """
SELECT programme, id, state, reason, interactions, members, items, seconds,
       measured::text AS measured, trained_at, used_at
FROM model WHERE programme = $1 ORDER BY trained_at DESC, id DESC LIMIT $2
"""
IN_USE = "SELECT programme, id FROM model WHERE state = 'LIVE'"
# The newest ones may be gone back to; the one in use is none of them.
SPARE = """
SELECT id FROM model WHERE programme = $1 AND state IN ('RETIRED', 'REJECTED')
ORDER BY trained_at DESC, id DESC OFFSET $2
"""


async def add(trained: Trained, *, at: datetime, tx: Tx) -> None:
    """Note a model whose files are there; a LIVE one takes the place of the one in use."""
    await tx.run(LOCK, trained.programme)
    live = trained.state is State.LIVE
    await tx.run(
        ADD,
        trained.programme,
        trained.id,
        State.RETIRED if live else trained.state,
        None if trained.reason is None else trained.reason[:REASON_CHARACTERS_MAX],
        trained.interactions,
        trained.members,
        trained.items,
        trained.seconds,
        orjson.dumps(dict(trained.measured)).decode(),
        trained.trained_at,
    )
    if live:
        await _swap(trained.id, programme=trained.programme, at=at, tx=tx)


async def use(id: UUID, *, programme: int, at: datetime, tx: Tx) -> Trained:
    """Let this model answer from now on. Refuses, in this order: NoSuchModel, ModelDropped."""
    await tx.run(LOCK, programme)
    found = await get(id, programme=programme, tx=tx)
    if found.state is State.DROPPED:
        raise ModelDropped(id)
    await _swap(id, programme=programme, at=at, tx=tx)
    return await get(id, programme=programme, tx=tx)


async def drop(id: UUID, *, programme: int, tx: Tx) -> Trained:
    """Note that the model's files may go. Refuses, in this order: NoSuchModel, ModelInUse."""
    await tx.run(LOCK, programme)
    found = await get(id, programme=programme, tx=tx)
    if found.state is State.LIVE:
        raise ModelInUse(id)
    await tx.run(DROP, programme, [id])
    return found


async def spare(*, programme: int, tx: Tx) -> Sequence[UUID]:
    """Drop all but the one in use and the newest few; whose files may go now."""
    await tx.run(LOCK, programme)
    ids = [row["id"] for row in await tx.rows(SPARE, programme, KEPT - 1)]
    await tx.run(DROP, programme, ids)
    return ids


async def get(id: UUID, *, programme: int, tx: Tx) -> Trained:
    """One model. Raises NoSuchModel."""
    row = await tx.row(GET, programme, id)
    if row is None:
        raise NoSuchModel(id)
    return _trained(row)


async def listed(*, programme: int, tx: Tx) -> Sequence[Trained]:
    """The models of a programme, the newest first, a hundred at most."""
    return [_trained(row) for row in await tx.rows(LISTED, programme, LISTED_MAX)]


async def in_use(*, tx: Tx) -> Mapping[int, UUID]:
    """The model in use, by programme; what has none is not in it."""
    return {row["programme"]: row["id"] for row in await tx.rows(IN_USE)}


async def _swap(id: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    await tx.run(RETIRE, programme, id)
    await tx.run(USE, programme, id, at)

    async def hint() -> None:
        await signals.wake(CHANNEL)

    tx.after_commit(hint)


def _trained(row: Row) -> Trained:
    kept = dict(row) | {"state": State(row["state"]), "measured": orjson.loads(row["measured"])}
    return Trained(**kept)
