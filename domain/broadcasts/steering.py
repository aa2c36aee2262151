"""Steer a broadcast: schedule, start, pause, resume, cancel.

Whoever steers holds the broadcast, and so does whoever tells its next members; so after a pause
or a cancellation has been committed nobody else is told, and of what had been ordered before
nothing more is pushed.
"""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from uuid import UUID

from domain import push
from domain.broadcasts.errors import BadStart, NoSuchBroadcast, WrongState
from domain.broadcasts.reading import broadcast_of
from domain.broadcasts.records import AHEAD_MAX, Broadcast, State, label_of
from infra import signals
from infra.db import Tx

# A hint on it says that there is somebody to tell.
CHANNEL = "laurel:broadcasts"
STARTABLE = frozenset({State.DRAFT, State.SCHEDULED})
OPEN = frozenset({State.DRAFT, State.SCHEDULED, State.RUNNING, State.PAUSED})

LOCK = """
SELECT state FROM broadcast WHERE programme = $1 AND id = $2 FOR UPDATE
"""
# The pace is kept from the moment that it goes on.
STEER = """
UPDATE broadcast SET state = $3,
    starts_at = coalesce($4, starts_at),
    started_at = CASE WHEN $3 = 'RUNNING' THEN coalesce(started_at, $5) ELSE started_at END,
    ended_at = CASE WHEN $3 = 'CANCELLED' THEN coalesce(ended_at, $5) ELSE ended_at END,
    paced_at = $5, paced = told
WHERE programme = $1 AND id = $2
RETURNING id, programme, name, audience, of_label, texts::text AS texts, pace, state, created_at,
          starts_at, started_at, ended_at, told, pushed
"""


async def start_at(
    id: UUID, *, starts_at: datetime, programme: int, at: datetime, tx: Tx
) -> Broadcast:
    """It starts by itself then; scheduled again, at the new time.

    Refuses, in this order: BadStart, NoSuchBroadcast, WrongState.
    """
    if not at < starts_at <= at + AHEAD_MAX:
        raise BadStart("a start lies ahead, by a year at most")
    await _held(id, STARTABLE, programme=programme, tx=tx)
    return await _steered(id, State.SCHEDULED, programme, at, tx, starts_at=starts_at)


async def start(id: UUID, *, programme: int, at: datetime, tx: Tx) -> Broadcast:
    """It tells its members from now on. Refuses, in this order: NoSuchBroadcast, WrongState."""
    await _held(id, STARTABLE, programme=programme, tx=tx)
    return await _steered(id, State.RUNNING, programme, at, tx)


async def pause(id: UUID, *, programme: int, at: datetime, tx: Tx) -> Broadcast:
    """Nobody else is told, and nothing more pushed, until it is resumed.

    Refuses, in this order: NoSuchBroadcast, WrongState.
    """
    await _held(id, {State.RUNNING}, programme=programme, tx=tx)
    await push.hold(label_of(id), programme=programme, at=at, tx=tx)
    return await _steered(id, State.PAUSED, programme, at, tx)


async def resume(id: UUID, *, programme: int, at: datetime, tx: Tx) -> Broadcast:
    """It goes on where it was. Refuses, in this order: NoSuchBroadcast, WrongState."""
    await _held(id, {State.PAUSED}, programme=programme, tx=tx)
    await push.release(label_of(id), programme=programme, tx=tx)
    return await _steered(id, State.RUNNING, programme, at, tx)


async def cancel(id: UUID, *, programme: int, at: datetime, tx: Tx) -> Broadcast:
    """Nobody else is told, for good; who has it in their inbox keeps it. Again is fine.

    Refuses, in this order: NoSuchBroadcast, WrongState (it is done).
    """
    state = await _held(id, OPEN | {State.CANCELLED}, programme=programme, tx=tx)
    if state is not State.CANCELLED:
        await push.drop(label_of(id), programme=programme, tx=tx)
    return await _steered(id, State.CANCELLED, programme, at, tx)


async def _held(id: UUID, allowed: Collection[State], *, programme: int, tx: Tx) -> State:
    found = await tx.value(LOCK, programme, id)
    if found is None:
        raise NoSuchBroadcast("there is no such broadcast")
    if (state := State(found)) not in allowed:
        raise WrongState(state)
    return state


async def _steered(
    id: UUID,
    state: State,
    programme: int,
    at: datetime,
    tx: Tx,
    *,
    starts_at: datetime | None = None,
) -> Broadcast:
    row = await tx.row(STEER, programme, id, state, starts_at, at)
    assert row is not None, "it is held"
    if state is State.RUNNING:
        tx.after_commit(partial(signals.wake, CHANNEL))
    return broadcast_of(row)
