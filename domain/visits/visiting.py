"""Visit a place: by the code it shows, or by being there."""

from datetime import datetime, timedelta
from uuid import UUID

from domain import activities
from domain.activities import Proof, State
from domain.members import Member
from domain.visits import coding
from domain.visits.errors import BadVisitCode, NoSuchPlace, TooFarAway, VisitedAlready
from domain.visits.measuring import distance_m, is_too_fast
from domain.visits.placing import found, is_on_earth
from domain.visits.records import Place, Position, Visit
from infra.db import Tx

SOURCE = "visit"
# A telephone that knows no better where it is knows nothing.
ACCURACY_M_MAX = 200.0
ACCURACY_M_HELPS = 50.0

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1::int || ':' || $2::uuid, 20))"
LAST_HERE = """
SELECT max(at) FROM visit WHERE programme = $1 AND member = $2 AND place = $3
"""
LAST = """
SELECT v.at, p.latitude, p.longitude, p.radius_m FROM visit AS v
JOIN visit_place AS p ON p.programme = v.programme AND p.id = v.place
WHERE v.programme = $1 AND v.member = $2 ORDER BY v.at DESC LIMIT 1
"""
ADD = """
INSERT INTO visit (programme, id, place, member, at, activity) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def visit_by_code(member: Member, *, code: str, id: UUID, at: datetime, tx: Tx) -> Visit:
    """Be at the place that shows this code now.

    Refuses, in this order: BadVisitCode, VisitedAlready.
    """
    said = coding.read(code)
    try:
        place, secret = await found(said.place, programme=member.programme, tx=tx)
    except NoSuchPlace as refused:
        raise BadVisitCode("this is no code of a place") from refused
    coding.check(said, secret=secret, at=at)
    return await _visited(member, place, Proof.VERIFIED, id=id, at=at, tx=tx)


async def visit_by_position(
    member: Member,
    *,
    place: UUID,
    position: Position,
    accuracy_m: float,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Visit:
    """Be at the place by the telephone's own word, which is checked and not kept.

    accuracy_m -- the radius in which the telephone says it is.
    Refuses, in this order: NoSuchPlace, TooFarAway, VisitedAlready.
    """
    there, _ = await found(place, programme=member.programme, tx=tx)
    known = is_on_earth(position) and 0 <= accuracy_m <= ACCURACY_M_MAX
    near = there.radius_m + min(accuracy_m, ACCURACY_M_HELPS)
    if not known or distance_m(position, there.position) > near:
        raise TooFarAway("you are not there, or your position is not known well enough")
    return await _visited(member, there, Proof.DEVICE, id=id, at=at, tx=tx)


async def _visited(
    member: Member, place: Place, proof: Proof, *, id: UUID, at: datetime, tx: Tx
) -> Visit:
    programme = member.programme
    await tx.run(LOCK, programme, member.id)
    last = await tx.value(LAST_HERE, programme, member.id, place.id)
    if last is not None and at < last + timedelta(seconds=place.interval_s):
        raise VisitedAlready(last + timedelta(seconds=place.interval_s))
    doubted = await _is_too_fast(member, place, at=at, tx=tx)
    report = activities.Report(
        id=activities.id_of(programme=programme, source=SOURCE, external_id=str(id), started_at=at),
        member=member.id,
        type=activities.Type.VISIT,
        started_at=at,
        ended_at=at,
        quantity=1,
        proof=proof,
        source=SOURCE,
        external_id=str(id),
    )
    state = State.REVIEW if doubted else None
    (outcome,) = await activities.report([report], programme=programme, at=at, tx=tx, state=state)
    await tx.run(ADD, programme, id, place.id, member.id, at, outcome.activity)
    return Visit(id, place.id, member.id, at, outcome.activity, doubted)


async def _is_too_fast(member: Member, place: Place, *, at: datetime, tx: Tx) -> bool:
    last = await tx.row(LAST, member.programme, member.id)
    if last is None:
        return False
    metres = distance_m(Position(last["latitude"], last["longitude"]), place.position)
    leeway = place.radius_m + last["radius_m"]
    return is_too_fast(metres, (at - last["at"]).total_seconds(), leeway_m=leeway)
