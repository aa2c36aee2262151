"""Telling: reports that tests hand in, as a partner or a device would."""

import asyncio
from datetime import datetime, timedelta
from itertools import count

from domain import activities
from domain.activities import Outcome, Proof, Recorder, Report, Type
from domain.members import Member
from infra import db
from infra.db import Tx
from tests.support.given import NOON

HOUR = timedelta(hours=1)
_numbers = count(1)


def a_report(
    member: Member,
    *,
    type: Type = Type.WALK,
    start: datetime = NOON - 3 * HOUR,
    length: timedelta = HOUR,
    source: str = "partner:mill",
    external_id: str | None = None,
    proof: Proof = Proof.PARTNER,
    recorder: Recorder | None = None,
    distance_m: int | None = None,
    duration_s: int | None = None,
    quantity: int = 0,
    device: str | None = None,
    indoor: bool = False,
) -> Report:
    """A walk of an hour, where nothing else is said."""
    name = external_id or f"e-{next(_numbers)}"
    seconds = int(length.total_seconds())
    moving = type in activities.LANES and type is not Type.STEPS
    return Report(
        id=activities.id_of(
            programme=member.programme, source=source, external_id=name, started_at=start
        ),
        member=member.id,
        type=type,
        started_at=start,
        ended_at=start + length,
        duration_s=(seconds if moving else 0) if duration_s is None else duration_s,
        distance_m=(seconds if type is Type.WALK else 0) if distance_m is None else distance_m,
        quantity=quantity,
        proof=proof,
        source=source,
        external_id=name,
        device=device,
        recorder=recorder,
        indoor=indoor,
    )


async def tell(*reports: Report, programme: int, tx: Tx, at: datetime = NOON, state=None):
    """Hand them in as one batch; the outcomes."""
    return await activities.report(reports, programme=programme, at=at, tx=tx, state=state)


async def told(member: Member, *, tx: Tx) -> dict[str | None, activities.Activity]:
    """The member's activities by what their source calls them."""
    listed = await activities.listed(member, before=None, limit=500, tx=tx)
    return {one.external_id: one for one in listed}


async def warmed(connections: int = 12) -> None:
    """Open so many connections: who has to connect first is late for what happens at once."""
    barrier = asyncio.Barrier(connections)

    async def one() -> None:
        async with db.transaction():
            await barrier.wait()

    await asyncio.gather(*(one() for _ in range(connections)))


def emitted(tx: Tx) -> list[tuple[str, int, str]]:
    """The Judged that wait for the commit: source, revision, outcome."""
    return [
        (e.source, e.revision, e.outcome) for e in tx.staged if isinstance(e, activities.Judged)
    ]


def codes(outcomes: list[Outcome]) -> list[tuple[str | None, tuple[str, ...]]]:
    """Why they were refused, and where."""
    return [(outcome.code, outcome.path) for outcome in outcomes]
