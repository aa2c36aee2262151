"""Training: from what members did to a model in use, in a process of its own.

The model in use answers until the new one's files are whole and its row is committed; killed at
any moment before, nothing has changed and what was begun is cleared away by the next training. A
model that is worse than the one in use is kept, and not used.
"""

import shutil
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import orjson
from numpy.typing import NDArray

from domain import interactions, trainings
from domain.programmes import Programme
from domain.trainings import State, Trained
from infra import clock, db, ids
from infra.errors import Refused
from recommender import gating, storing
from recommender.arrays import Log, one_thread
from recommender.fitting import fit
from recommender.gating import Measured
from recommender.model import Settings
from recommender.storing import Stored
from workers.answering import Known
from workers.columns import Columns, collected
from workers.profiling import profiles
from workers.weighing import Weighed, gained

Told: TypeAlias = Callable[[str, float], None]

# Held by the session that trains a programme, and gone with it however it ends.
LOCK = "SELECT pg_try_advisory_lock(hashtextextended('training:' || $1::int, 45))"
UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('training:' || $1::int, 45))"


class TrainingUnderWay(Refused):
    """Another process is training this programme."""

    code = "TRAINING_UNDER_WAY"
    retryable = True


class NothingToTrain(Refused):
    """Nobody who agreed to it has done anything yet."""

    code = "NOTHING_TO_TRAIN"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a training: the model's row, and its facts for a report."""

    trained: Trained
    facts: Mapping[str, Any]


async def train(
    programme: Programme, *, folder: Path, settings: Settings | None = None, told: Told
) -> Outcome:
    """Train, and use what came of it unless it is worse than what is used now.

    folder -- of all models; told -- is told what is being done, and which share of it is done.
    Refuses, in this order: TrainingUnderWay, NothingToTrain.
    """
    async with _alone(programme.id):
        started, at = time.monotonic(), clock.now()
        ours, id = folder / str(programme.id), ids.new(at)
        await _clear(programme.id, ours)
        told("reading", 0.0)
        stored, log = await _learnt(programme.id, settings or Settings(), at=at, told=told)
        told("storing", 1.0)
        ours.mkdir(parents=True, exist_ok=True)
        storing.save(ours / str(id), stored)
        trained = Trained(
            id=id,
            programme=programme.id,
            state=State.LIVE,
            interactions=len(log.member),
            members=log.members,
            items=log.items,
            seconds=time.monotonic() - started,
            trained_at=at,
            measured=_plain(stored.model.facts),
        )
        told("weighing", 1.0)
        async with db.reading() as tx:
            weighed = await gained(programme.id, known=Known.of(id, stored), at=at, tx=tx)
        return await _settled(trained, ours, weighed)


async def _learnt(
    programme: int, settings: Settings, *, at: datetime, told: Told
) -> tuple[Stored, Log]:
    """A model of all that members did until `at`, and what it was learnt from."""
    columns = await _read(programme, at=at)
    numbers, log = _log_of(columns)
    keys = await _keys(numbers, programme=programme)
    told("asking about members", 0.0)
    log = replace(_grouped(log, keys), profiles=await profiles(columns, programme=programme, at=at))
    with one_thread():
        return Stored(fit(log, settings=settings, progress=told), keys), log


async def _settled(trained: Trained, folder: Path, weighed: Weighed | None) -> Outcome:
    """Compare, note and swap in one transaction; then the files that nobody needs go."""
    programme = trained.programme
    if weighed is not None:
        said = {"gain": asdict(weighed.gain), "earned": weighed.earned}
        trained = replace(trained, measured={**trained.measured, "log": _plain(said)})
    async with db.transaction() as tx:
        used = (await trainings.in_use(tx=tx)).get(programme)
        old = None if used is None else await trainings.get(used, programme=programme, tx=tx)
        verdict = gating.judged(
            measured_of(trained.measured),
            None if old is None else measured_of(old.measured),
            gain=None if weighed is None else weighed.gain,
            earned=0.0 if weighed is None else weighed.earned,
        )
        if not verdict.accepted:
            trained = _rejected(trained, verdict.faults)
        await trainings.add(trained, at=clock.now(), tx=tx)
        spare = await trainings.spare(programme=programme, tx=tx)
        noted = await trainings.get(trained.id, programme=programme, tx=tx)
    for id in spare:
        shutil.rmtree(folder / str(id), ignore_errors=True)
    return Outcome(noted, trained.measured)


def measured_of(facts: Mapping[str, Any]) -> Measured:
    """What the gate compares of a model's facts: the numbers of the whole pipeline."""
    found = facts.get("metrics", {}).get("pipeline", {})
    compared = {name: found[name] for name in ("ndcg@10", "recall@10") if name in found}
    return Measured(compared, facts.get("calibration", {}).get("ece"))


@asynccontextmanager
async def _alone(programme: int) -> AsyncIterator[None]:
    """Nobody else trains the programme for the length of the block. Raises TrainingUnderWay."""
    async with db.reading() as tx:
        if not await tx.value(LOCK, programme):
            raise TrainingUnderWay("another process is training this programme")
        try:
            yield
        finally:
            await tx.value(UNLOCK, programme)


async def _read(programme: int, *, at: datetime) -> Columns:
    async with db.reading() as tx:
        found = await collected(programme, since=at - interactions.KEPT, until=at, tx=tx)
    if not len(found.number):
        raise NothingToTrain("nobody who agreed to it has done anything yet")
    return found


def _log_of(columns: Columns) -> tuple[NDArray[np.int64], Log]:
    """The log, and of each of its item columns the number that the database has for it."""
    present = np.zeros(int(columns.number.max()) + 1, np.bool_)
    present[columns.number] = True
    place = np.cumsum(present, dtype=np.int32) - 1
    numbers = np.flatnonzero(present)
    log = Log.of(
        columns.member,
        place[columns.number],
        columns.weight,
        columns.day,
        members=len(columns.high),
        items=len(numbers),
    )
    return numbers, log


async def _keys(numbers: NDArray[np.int64], *, programme: int) -> Sequence[str]:
    async with db.reading() as tx:
        known = await interactions.keys(numbers.tolist(), programme=programme, tx=tx)
    return [known[number] for number in numbers.tolist()]


def _grouped(log: Log, keys: Sequence[str]) -> Log:
    """The log with the kind of each item as its group: an activity is not like a product."""
    kinds = [key.partition(":")[0] for key in keys]
    number = {kind: place for place, kind in enumerate(sorted(set(kinds)))}
    groups = np.array([number[kind] for kind in kinds], np.int32)
    return Log(
        log.member, log.item, log.weight, log.day, log.members, log.items, groups, log.profiles
    )


async def _clear(programme: int, folder: Path) -> None:
    async with db.reading() as tx:
        listed = await trainings.listed(programme=programme, tx=tx)
    _drop_others(folder, {str(each.id) for each in listed if each.state is not State.DROPPED})


def _drop_others(folder: Path, known: Collection[str]) -> None:
    """Folders that no row knows: of a training that was killed before it was noted."""
    for left in folder.glob("*"):
        if left.name not in known:
            shutil.rmtree(left, ignore_errors=True)


def _rejected(trained: Trained, faults: Sequence[gating.Fault]) -> Trained:
    said = ", ".join(f"{each.name} {each.reached:.4f}, not {each.allowed:.4f}" for each in faults)
    reason = f"worse than what is in use: {said}"
    return replace(trained, state=State.REJECTED, reason=reason)


def _plain(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts as they are kept: numbers of the maths as plain ones."""
    found: Mapping[str, Any] = orjson.loads(orjson.dumps(facts, option=orjson.OPT_SERIALIZE_NUMPY))
    return found
