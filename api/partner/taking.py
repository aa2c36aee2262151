"""Taking: what a partner tells becomes activities, piece by piece; each item gets its answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from api import globalids
from api.globalids import Kind
from api.partner.workouts import COUNTED, Deleted, Refused, Told
from domain import activities, members
from domain.activities import LANES, Outcome, Report, Status
from domain.members import Member
from domain.partners import Partner
from infra.db import Tx

Item: TypeAlias = Told | Deleted | Refused

# The domain's names for the fields, as the events call them.
PATHS = {
    "external_id": ("id",),
    "started_at": ("data", "startedAt"),
    "ended_at": ("data", "endedAt"),
    "duration_s": ("data", "durationSeconds"),
    "distance_m": ("data", "distanceMetres"),
    "source": ("data", "recorder"),
    "indoor": ("data", "indoor"),
}
MESSAGES = {
    "NO_SUCH_MEMBER": "nobody of the programme is called so",
    "BAD_MEASURE": "no measure can have this number",
    "CLOCK_BEFORE_2000": "the clock was never set",
    "CLOCK_IN_FUTURE": "this has not happened yet",
    "NO_TIMES": "no time passes between start and end",
    "TOO_LONG": "nothing of this type lasts so long",
    "MANUAL_REFUSED": "the programme takes nothing that was typed in",
    "INDOOR_REFUSED": "the programme takes nothing that a machine measured",
    "DELETED_AT_SOURCE": "you deleted it before",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one item is answered; `code` and `path` where it is REFUSED."""

    id: str | None
    status: Status
    activity: str | None = None
    state: str | None = None
    reasons: tuple[str, ...] = ()
    code: str | None = None
    path: tuple[str, ...] = ()
    message: str | None = None


def source_of(partner: Partner) -> str:
    """The source of a partner's reports, and under which members are linked to it."""
    return f"partner:{partner.slug}"


async def take(
    items: Sequence[Item], partner: Partner, *, at: datetime, tx: Tx
) -> Sequence[Answer]:
    """Report what is told and retract what is deleted; an answer each, in order.

    What one request both tells and deletes is gone, whichever stands first.
    """
    source, programme = source_of(partner), partner.programme
    told = [item for item in items if isinstance(item, Told)]
    refs = {item.subject for item in told}
    people = await members.referred(list(refs), source=source, programme=programme, tx=tx)
    known = [item for item in told if item.subject in people]
    reports = [_report(item, people[item.subject], source) for item in known]
    outcomes: Sequence[Outcome] = []
    if reports:
        by_id = {member.id: member for member in people.values()}
        outcomes = await activities.report(reports, programme=programme, at=at, tx=tx, people=by_id)
    answers = {id(item): _answer(item, one) for item, one in zip(known, outcomes, strict=True)}
    gone = [item for item in items if isinstance(item, Deleted)]
    if gone:
        names = [item.activity for item in gone]
        outcomes = await activities.retract(names, source=source, programme=programme, at=at, tx=tx)
        answers |= {id(item): _answer(item, one) for item, one in zip(gone, outcomes, strict=True)}
    return [answers.get(id(item)) or refused(item) for item in items]


def refused(item: Item, code: str = "NO_SUCH_MEMBER", message: str | None = None) -> Answer:
    """That it was not taken; for one that could not be read, why."""
    if isinstance(item, Refused):
        return Answer(item.id, Status.REFUSED, code=item.code, path=item.path, message=item.message)
    path = ("subject",) if code == "NO_SUCH_MEMBER" else ()
    told = message or MESSAGES.get(code, code)
    return Answer(item.id, Status.REFUSED, code=code, path=path, message=told)


def _report(item: Told, member: Member, source: str) -> Report:
    return Report(
        id=activities.id_of(
            programme=member.programme,
            source=source,
            external_id=item.id,
            started_at=max(item.started_at, activities.MILLENNIUM),
        ),
        member=member.id,
        type=item.type,
        started_at=item.started_at,
        ended_at=item.ended_at,
        proof=item.proof,
        source=source,
        external_id=item.id,
        device=item.device,
        recorder=item.recorder,
        indoor=item.indoor,
        **item.numbers,
    )


def _answer(item: Told | Deleted, outcome: Outcome) -> Answer:
    if outcome.status is Status.REFUSED:
        code = outcome.code or ""
        path = _path(item, outcome.path[0]) if outcome.path else ()
        message = MESSAGES.get(code, code)
        return Answer(item.id, Status.REFUSED, code=code, path=path, message=message)
    id = outcome.activity
    return Answer(
        item.id,
        outcome.status,
        activity=None if id is None else globalids.of(Kind.ACTIVITY, id),
        state=outcome.state,
        reasons=outcome.reasons,
    )


def _path(item: Told | Deleted, field: str) -> tuple[str, ...]:
    if field == "quantity" and isinstance(item, Told):
        return "data", COUNTED[LANES[item.type]]
    return PATHS.get(field, ("subject",))


def counts(answers: Sequence[Answer]) -> Mapping[str, int]:
    """How many of each status."""
    return {
        status.value.lower(): sum(answer.status is status for answer in answers)
        for status in Status
    }
