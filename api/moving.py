"""Mutations of members about what is under way, and what they are offered at its end."""

from dataclasses import replace
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.moments import ActivityBonus, ActivitySession, TreatOffer, treat_offer_id
from api.mutating import Act, Verb
from api.pictures import qr_code
from api.refusals import RequestRefused, result
from api.scalars import Moment
from api.states import ActivityType
from domain import decisions, moments
from domain.activities import Type
from domain.visits import Position
from infra import recommending
from infra.recommending import Answer

NOBODY = UUID(int=0)
PATHS = {"position": "latitude", "session": "session_id", "moment": "moment_id"}
WHERE = (
    "Degrees, WGS 84; used for a coarse cell only, which is kept for a day at most, and not at all "
    "unless you have consented to the purpose `place`."
)


@input
class StartActivityInput:
    """What you begin to do."""

    type: ActivityType = said("What you do; a sport.")
    started_at: Moment | None = said(
        "When it began, within the last twelve hours; null: now.", default=None
    )
    device: str | None = said("What your phone or watch calls itself.", default=None)
    latitude: float | None = said(WHERE, default=None)
    longitude: float | None = said(WHERE, default=None)


@input
class EndActivityInput:
    """What you have done."""

    session_id: strawberry.ID = said("The id of the `ActivitySession`.")
    ended_at: Moment | None = said("When it ended; null: now.", default=None)
    latitude: float | None = said(WHERE, default=None)
    longitude: float | None = said(WHERE, default=None)


@input
class RefuseMomentInput:
    """What you do not want."""

    moment_id: strawberry.ID = said("The id of a `TreatOffer`.")


@input
class RedemptionCodeInput:
    """What you want to have."""

    moment_id: strawberry.ID = said("The id of a `TreatOffer`.")


@output
class StartActivitySuccess:
    """You are at it."""

    session: ActivitySession = said("The activity.")
    bonus: ActivityBonus | None = said("The chance to earn more by it; null: none.")


@output
class EndActivitySuccess:
    """It is over."""

    session: ActivitySession = said("The activity.")
    moment: TreatOffer | None = said("What you are offered; null: nothing.")


@output
class RefuseMomentSuccess:
    """You are offered nothing more today."""

    moment_id: strawberry.ID = said("The id of the `TreatOffer`.")


@output
class RedemptionCodeSuccess:
    """What to show at the till; any earlier code of the offer is good no more."""

    number: str = said("Twelve digits, for whoever types it.")
    text: str = said("What the QR code says.")
    svg: str = said("The QR code as an SVG picture.")
    expires_at: Moment = said("Until when it is good: two minutes at most.")


StartActivityResult: TypeAlias = Annotated[
    StartActivitySuccess | RequestRefused, result("StartActivityResult")
]
EndActivityResult: TypeAlias = Annotated[
    EndActivitySuccess | RequestRefused, result("EndActivityResult")
]
RefuseMomentResult: TypeAlias = Annotated[
    RefuseMomentSuccess | RequestRefused, result("RefuseMomentResult")
]
RedemptionCodeResult: TypeAlias = Annotated[
    RedemptionCodeSuccess | RequestRefused, result("RedemptionCodeResult")
]


async def _start(asked: StartActivityInput, act: Act) -> moments.Started:
    made = await moments.start_session(
        act.member,
        type=Type[asked.type.name],
        started_at=asked.started_at or act.at,
        device=asked.device,
        position=_position(asked),
        id=act.id,
        at=act.at,
        tx=act.tx,
    )
    return replace(made, session=_placeless(made.session))


async def _end(asked: EndActivityInput, act: Act) -> moments.Ended:
    made = await moments.end_session(
        globalids.uuid_of(asked.session_id, Kind.SESSION) or NOBODY,
        member=act.member,
        ended_at=asked.ended_at or act.at,
        position=_position(asked),
        answer=act.told,
        at=act.at,
        tx=act.tx,
    )
    return replace(made, session=_placeless(made.session))


async def _ask(asked: EndActivityInput, context: Context) -> Answer | None:
    """What those who estimate say of what is near, who are not waited for in a transaction."""
    member = await context.asker()
    if member is None:
        return None
    async with context.reading() as tx:
        question = await moments.ask(
            globalids.uuid_of(asked.session_id, Kind.SESSION) or NOBODY,
            member=member,
            ended_at=asked.ended_at or context.at,
            position=_position(asked),
            at=context.at,
            tx=tx,
        )
    await context.pause()
    if question is None:
        return None
    return await recommending.ask(question, timeout_s=decisions.ASK_S)


async def _refuse(asked: RefuseMomentInput, act: Act) -> moments.Moment:
    return await moments.refuse(_moment(asked.moment_id), member=act.member, at=act.at, tx=act.tx)


async def _code(asked: RedemptionCodeInput, act: Act) -> moments.Code:
    moment = _moment(asked.moment_id)
    return await moments.redemption_code(moment, member=act.member, at=act.at, tx=act.tx)


async def _started(made: moments.Started, context: Context) -> StartActivitySuccess:
    bonus = None if made.bonus is None else ActivityBonus.of(made.bonus)
    return StartActivitySuccess(session=ActivitySession.of(made.session), bonus=bonus)


async def _ended(made: moments.Ended, context: Context) -> EndActivitySuccess:
    offer = None if made.offer is None else TreatOffer.of(made.offer)
    return EndActivitySuccess(session=ActivitySession.of(made.session), moment=offer)


async def _refused(moment: moments.Moment, context: Context) -> RefuseMomentSuccess:
    return RefuseMomentSuccess(moment_id=treat_offer_id(moment.id))


async def _shown(code: moments.Code, context: Context) -> RedemptionCodeSuccess:
    return RedemptionCodeSuccess(
        number=code.number,
        text=code.text,
        svg=qr_code(code.text),
        expires_at=Moment(code.expires_at),
    )


START: Verb[moments.Started, StartActivityResult] = Verb(
    moments.Started, _start, _started, moves=True, paths=PATHS, on_watch=True
)
END: Verb[moments.Ended, EndActivityResult] = Verb(
    moments.Ended, _end, _ended, moves=True, paths=PATHS, on_watch=True, ask=_ask
)
REFUSE: Verb[moments.Moment, RefuseMomentResult] = Verb(
    moments.Moment, _refuse, _refused, moves=True, paths=PATHS
)
CODE: Verb[moments.Code, RedemptionCodeResult] = Verb(
    moments.Code, _code, _shown, paths=PATHS, on_watch=True
)


@output
class MomentMutations:
    """Mutations about what is under way, and what is offered at its end."""

    @mutation
    async def start_activity(
        self, info: Info, input: Annotated[StartActivityInput, argument("What you begin.")]
    ) -> StartActivityResult | None:
        """Begin an activity; you may get a chance to earn more by it. What it earns comes from
        its recording. Needs `@idempotent`. Refuses NOT_A_SPORT, BAD_SESSION_CLOCK, BAD_POSITION,
        ACTIVITY_UNDER_WAY."""
        return await START.perform(info, input)

    @mutation
    async def end_activity(
        self, info: Info, input: Annotated[EndActivityInput, argument("What you have done.")]
    ) -> EndActivityResult | None:
        """End an activity; you may be offered something small at an open shop near by. Needs
        `@idempotent`. Refuses BAD_POSITION, NO_SUCH_SESSION, SESSION_ENDED, BAD_SESSION_CLOCK."""
        return await END.perform(info, input)

    @mutation
    async def refuse_moment(
        self, info: Info, input: Annotated[RefuseMomentInput, argument("Which offer.")]
    ) -> RefuseMomentResult | None:
        """Say that you do not want what you are offered, nor anything else today. Needs
        `@idempotent`. Refuses NO_SUCH_MOMENT, MOMENT_OVER."""
        return await REFUSE.perform(info, input)

    @mutation
    async def redemption_code(
        self, info: Info, input: Annotated[RedemptionCodeInput, argument("Which offer.")]
    ) -> RedemptionCodeResult | None:
        """Get a code for the till; ask again when it has run out. Refuses NO_SUCH_MOMENT,
        MOMENT_OVER."""
        return await CODE.perform(info, input)


def _position(asked: StartActivityInput | EndActivityInput) -> Position | None:
    if asked.latitude is None or asked.longitude is None:
        return None
    return Position(asked.latitude, asked.longitude)


def _placeless(session: moments.Session) -> moments.Session:
    # Answers are kept for weeks, where somebody was for a day.
    return replace(session, cell=None)


def _moment(id: str) -> UUID:
    return globalids.uuid_of(id, Kind.MOMENT) or NOBODY
