"""Revise: a judgement that replaces the one before, when the source changes its mind, when an
activity is deleted where it came from, or when an operator decides."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.activities.converging import Change, change_of, converge
from domain.activities.errors import ActivityWithdrawn, NoSuchActivity, ReviewClosed
from domain.activities.locking import lock
from domain.activities.policies import policy
from domain.activities.records import Activity, Fault, Proof, State, Withdrawal
from domain.activities.standings import Standing, locked, revise, shared
from infra.db import Tx

BELIEVED = frozenset({State.COUNTED, State.PENDING, State.REVIEW})

MEMBERS = "SELECT DISTINCT member FROM activity WHERE programme = $1 AND id = ANY($2::uuid[])"
DECIDED = "UPDATE activity SET decided_at = $3 WHERE programme = $1 AND id = $2"


async def amend(
    id: UUID,
    *,
    programme: int,
    quantity: int | None = None,
    duration_s: int | None = None,
    distance_m: int | None = None,
    state: State | None = None,
    proof: Proof | None = None,
    at: datetime,
    tx: Tx,
) -> Activity:
    """The source knows better: the numbers as it tells them now, or how far it is believed.

    What is None stays. When that changes anything there is a new revision, and Judged; again is
    fine. A state reaches only what is COUNTED, PENDING or in REVIEW.
    Refuses, in this order: NoSuchActivity, ActivityWithdrawn.
    """
    standing = await _one(id, programme=programme, tx=tx)
    told = replace(
        standing,
        told_duration_s=standing.told_duration_s if duration_s is None else duration_s,
        told_distance_m=standing.told_distance_m if distance_m is None else distance_m,
        told_quantity=standing.told_quantity if quantity is None else quantity,
        activity=replace(standing.activity, proof=proof or standing.activity.proof),
    )
    if state is not None:
        told = _in_state(told, state)
    if told == standing:
        return standing.activity
    before = {id: standing}
    return (await _replaced([told], before=before, programme=programme, at=at, tx=tx))[id].activity


async def withdraw(
    ids: Collection[UUID], *, programme: int, reason: str, at: datetime, tx: Tx
) -> Sequence[Activity]:
    """They were deleted at their source, or refunded whole: they count for nothing any more.

    reason -- one of Withdrawal.
    Emits Judged for each that was not WITHDRAWN before; again is fine. Recordings that one of
    them covered count again. Returns those that exist, in no order. A file that has not been
    read yet cannot be withdrawn and is left out.
    """
    if not ids:
        return []
    found = await _locked(ids, programme=programme, tx=tx)
    why = (Withdrawal(reason).value,)
    gone = [
        replace(
            standing,
            activity=replace(
                standing.activity, state=State.WITHDRAWN, reasons=why, duplicate_of=None
            ),
            lane=None,
            covered_from=None,
        )
        for standing in found.values()
        if standing.activity.state is not State.WITHDRAWN
    ]
    replaced = await _replaced(gone, before=found, programme=programme, at=at, tx=tx)
    return [standing.activity for standing in {**found, **replaced}.values()]


async def decide(id: UUID, *, programme: int, counted: bool, at: datetime, tx: Tx) -> Activity:
    """An operator looked: it counts, or it is REJECTED as REFUSED_IN_REVIEW. Emits Judged.

    Only what is in REVIEW or PENDING waits for that; the first decision stands.
    Refuses, in this order: NoSuchActivity, ActivityWithdrawn, ReviewClosed.
    """
    standing = await _one(id, programme=programme, tx=tx)
    activity = standing.activity
    if activity.state not in (State.REVIEW, State.PENDING):
        raise ReviewClosed(activity.state)
    reasons = (*activity.reasons, Fault.REFUSED_IN_REVIEW.value)
    decided = (
        replace(standing, activity=replace(activity, state=State.COUNTED))
        if counted
        else replace(
            standing,
            activity=replace(activity, state=State.REJECTED, reasons=reasons),
            lane=None,
        )
    )
    replaced = await _replaced([decided], before={id: standing}, programme=programme, at=at, tx=tx)
    await tx.run(DECIDED, programme, id, at)
    return replaced[id].activity


async def _one(id: UUID, *, programme: int, tx: Tx) -> Standing:
    found = await _locked([id], programme=programme, tx=tx)
    if id not in found:
        raise NoSuchActivity("there is no such activity")
    if found[id].activity.state is State.WITHDRAWN:
        raise ActivityWithdrawn("the activity was withdrawn")
    return found[id]


async def _locked(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Standing]:
    """Those of `ids` that exist and have been judged; their members first, as everywhere."""
    rows = await tx.rows(MEMBERS, programme, list(ids))
    await lock([row["member"] for row in rows], programme=programme, tx=tx)
    return await locked(ids, programme=programme, tx=tx)


async def _replaced(
    standings: Sequence[Standing],
    *,
    before: Mapping[UUID, Standing],
    programme: int,
    at: datetime,
    tx: Tx,
) -> Mapping[UUID, Standing]:
    """Write them as their next revision, and whom else of their members that changes; by id."""
    changes = list(_changes(standings, before))
    order = (await policy(programme, tx=tx)).recorders
    effect = await converge(changes, programme=programme, order=order, tx=tx)
    after = [
        shared(one, effect.shares[one.activity.id]) if one.lane is not None else _as_told(one)
        for one in standings
    ]
    every = await revise([*after, *effect.others], programme=programme, at=at, tx=tx)
    return {one.activity.id: one for one in every[: len(after)]}


def _changes(standings: Sequence[Standing], before: Mapping[UUID, Standing]) -> Iterator[Change]:
    for one in standings:
        was = before[one.activity.id]
        if one.lane is not None:
            yield change_of(one)
        elif was.lane is not None:
            yield change_of(was, goes=True)


def _as_told(standing: Standing) -> Standing:
    activity = replace(
        standing.activity,
        duration_s=standing.told_duration_s,
        distance_m=standing.told_distance_m,
        quantity=standing.told_quantity,
    )
    return replace(standing, activity=activity)


def _in_state(standing: Standing, state: State) -> Standing:
    assert state in BELIEVED, "the other states are not the source's to say"
    if standing.covered_from is not None:
        return replace(standing, covered_from=state)
    if standing.activity.state not in BELIEVED:
        return standing
    return replace(standing, activity=replace(standing.activity, state=state))
