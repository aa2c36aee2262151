"""Following: what a hint of Strava was about, asked for and done. What a worker does over and
over; no call is made inside a transaction."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from domain import members
from domain.activities import athletes, strava
from domain.activities.athletes import ATHLETE, Hint
from domain.activities.errors import AthleteTaken
from domain.activities.health import Session, Unheard
from domain.activities.plausibility import MILLENNIUM
from domain.activities.records import Proof, Recorder, State, Withdrawal
from domain.activities.reporting import report
from domain.activities.reports import Report, Status, id_of
from domain.activities.revising import amend, withdraw
from domain.activities.sourcing import reported_as
from infra import db
from infra.db import Tx
from infra.strava import Strava, StravaAway, StravaRefused, Tokens

# A token that ends while it is on its way is no use.
FRESH_FOR = timedelta(minutes=5)
AT_ONCE = 4

_log = structlog.get_logger(__name__)


async def follow_hints(client: Strava, *, at: datetime) -> int:
    """Follow a few hints that are due; how many. Several workers may.

    An activity that is there is reported, or amended where it is known; one that is not is
    deleted at its source. An athlete who took back their leave is disconnected; what was
    reported stays. Raises what the database raises when it is away.
    """
    async with db.transaction() as tx:
        codes = await athletes.codes(limit=AT_ONCE, at=at, tx=tx)
        taken = await athletes.leased(limit=AT_ONCE, at=at, tx=tx)
    for programme, member, code in codes:
        await _exchange(programme, member, code, client, at=at)
    for one in taken:
        await _follow(one, client, at=at)
    return len(codes) + len(taken)


async def _exchange(
    programme: int, member: UUID, code: str, client: Strava, *, at: datetime
) -> None:
    try:
        athlete, tokens = await client.exchanged(code)
        async with db.transaction() as tx:
            who = await members.get(member, programme=programme, tx=tx)
            await athletes.connect(who, athlete=athlete, tokens=tokens, at=at, tx=tx)
    except (StravaAway, StravaRefused, AthleteTaken) as error:
        # A code is good once and for minutes: the member sees that nothing is connected and
        # asks Strava again.
        _log.warning("strava.not_connected", member=str(member), error=type(error).__name__)


async def _follow(one: Hint, client: Strava, *, at: datetime) -> None:
    try:
        tokens = await _fresh(one, client, at=at)
        found = None
        allowed = True
        if one.activity == ATHLETE:
            allowed = await client.allows(access=tokens.access)
        else:
            found = await client.activity(one.activity, access=tokens.access)
        session = None if found is None else strava.read(found)
    except StravaRefused:
        allowed, session = False, None
    except (StravaAway, Unheard) as error:
        _log.warning("strava.put_off", activity=one.activity, error=str(error))
        async with db.transaction() as tx:
            await athletes.put_off(one, at=at, tx=tx)
        return
    async with db.transaction() as tx:
        await _done(one, session, allowed=allowed, at=at, tx=tx)


async def _fresh(one: Hint, client: Strava, *, at: datetime) -> Tokens:
    if one.tokens.expires_at > at + FRESH_FOR:
        return one.tokens
    tokens = await client.refreshed(one.tokens.refresh)
    async with db.transaction() as tx:
        await athletes.renew(one, tokens, tx=tx)
    return tokens


async def _done(one: Hint, session: Session | None, *, allowed: bool, at: datetime, tx: Tx) -> None:
    member = await members.get(one.member, programme=one.programme, tx=tx)
    if not allowed:
        await athletes.disconnect(member, tx=tx)
        return
    if session is not None:
        await _told(one, session, at=at, tx=tx)
    elif one.activity != ATHLETE:
        await _gone(one, at=at, tx=tx)
    await athletes.followed(one, at=at, tx=tx)


async def _gone(one: Hint, *, at: datetime, tx: Tx) -> None:
    """Not noted as deleted where it was never told: it may only be private for a while."""
    named = await reported_as(
        [str(one.activity)], source=strava.SOURCE, programme=one.programme, tx=tx
    )
    reason = Withdrawal.DELETED_AT_SOURCE.value
    gone = [activity.id for activity in named if activity.member == one.member]
    await withdraw(gone, programme=one.programme, reason=reason, at=at, tx=tx)


async def _told(one: Hint, session: Session, *, at: datetime, tx: Tx) -> None:
    typed = session.recorder is Recorder.MANUAL
    proof = Proof.CLAIMED if typed else Proof.DEVICE
    told = Report(
        id=id_of(
            programme=one.programme,
            source=strava.SOURCE,
            external_id=session.external_id,
            started_at=max(session.started_at, MILLENNIUM),
        ),
        member=one.member,
        type=session.type,
        started_at=session.started_at,
        ended_at=session.ended_at,
        duration_s=session.duration_s,
        distance_m=session.distance_m,
        proof=proof,
        source=strava.SOURCE,
        external_id=session.external_id,
        device=session.device,
        recorder=session.recorder,
        indoor=session.indoor,
    )
    (outcome,) = await report([told], programme=one.programme, at=at, tx=tx)
    withdrawn = outcome.state is State.WITHDRAWN
    if outcome.status is Status.KNOWN and outcome.activity is not None and not withdrawn:
        await amend(
            outcome.activity,
            programme=one.programme,
            duration_s=session.duration_s,
            distance_m=session.distance_m,
            at=at,
            tx=tx,
        )
