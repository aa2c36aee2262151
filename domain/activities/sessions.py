"""Sessions: what a member's own app read from a health platform becomes activities."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.activities import health_connect, healthkit, open_mhealth
from domain.activities.health import Session, Unheard
from domain.activities.plausibility import MILLENNIUM
from domain.activities.records import Proof, Recorder
from domain.activities.reporting import report
from domain.activities.reports import Outcome, Report, Status, id_of
from domain.members import Member
from infra.db import Tx


class Platform(StrEnum):
    """The health platforms whose sessions are read; the values are sources."""

    HEALTHKIT = healthkit.SOURCE
    HEALTH_CONNECT = health_connect.SOURCE
    OPEN_MHEALTH = open_mhealth.SOURCE


READERS: Mapping[Platform, Callable[[Mapping[str, Any]], Session | None]] = {
    Platform.HEALTHKIT: healthkit.read,
    Platform.HEALTH_CONNECT: health_connect.read,
    Platform.OPEN_MHEALTH: open_mhealth.read,
}
BAD_SESSION, NOTHING_TOLD = "BAD_SESSION", "NOTHING_TOLD"


async def report_sessions(
    payloads: Sequence[object], *, platform: Platform, member: Member, at: datetime, tx: Tx
) -> Sequence[Outcome]:
    """Report what the member's app read there; an outcome each, in order.

    payloads -- JSON values in the platform's own words; see its reader.
    Refused, in this order: BAD_SESSION with where, NOTHING_TOLD (such as a night awake), and what
    `report` refuses. What a platform calls a session is the member's own: nobody else's report
    can be in its way.
    """
    answers: dict[int, Outcome] = {}
    reports: dict[int, Report] = {}
    for place, payload in enumerate(payloads):
        try:
            session = _read(payload, platform)
        except Unheard as unheard:
            answers[place] = Outcome(Status.REFUSED, code=BAD_SESSION, path=unheard.path)
            continue
        if session is None:
            answers[place] = Outcome(Status.REFUSED, code=NOTHING_TOLD)
        else:
            reports[place] = _report(session, platform, member)
    outcomes = await report(
        list(reports.values()),
        programme=member.programme,
        at=at,
        tx=tx,
        people={member.id: member},
    )
    answers |= dict(zip(reports, outcomes, strict=True))
    return [answers[place] for place in range(len(payloads))]


def _read(payload: object, platform: Platform) -> Session | None:
    if not isinstance(payload, dict):
        raise Unheard((), "a JSON object")
    return READERS[platform](payload)


def _report(session: Session, platform: Platform, member: Member) -> Report:
    name = f"{member.id}/{session.external_id}"
    typed = session.recorder is Recorder.MANUAL
    return Report(
        id=id_of(
            programme=member.programme,
            source=platform.value,
            external_id=name,
            started_at=max(session.started_at, MILLENNIUM),
        ),
        member=member.id,
        type=session.type,
        started_at=session.started_at,
        ended_at=session.ended_at,
        duration_s=session.duration_s,
        distance_m=session.distance_m,
        quantity=session.quantity,
        proof=Proof.CLAIMED if typed else Proof.DEVICE,
        source=platform.value,
        external_id=name,
        device=session.device,
        recorder=session.recorder,
        indoor=session.indoor,
    )
