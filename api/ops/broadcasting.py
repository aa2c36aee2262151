"""Mutations about broadcasts: create, schedule, start, pause, resume, cancel."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.ops.acting import OpsAct, OpsVerb
from api.ops.broadcasts import Broadcast, BroadcastAudienceKind, broadcast_id
from api.ops.context import OpsContext, OpsInfo
from api.ops.operators import NOBODY
from api.refusals import RequestRefused, result
from api.scalars import Moment
from domain import broadcasts
from domain.operators import Permission

REASON = "Why, for the audit log: 1 to 300 characters, no names."


@input
class BroadcastTextInput:
    """What is said in one language."""

    locale: str = said("The language, as a BCP 47 tag.")
    title: str = said("The title, 1 to 60 characters.")
    body: str = said("The body, 1 to 600 characters; a push shows as much as fits.")


@input
class BroadcastAudienceInput:
    """Whom a broadcast is for."""

    kind: BroadcastAudienceKind = said("All, a segment or a tier.")
    name: str | None = said("Which segment or tier; null: all.", default=None)


@input
class CreateBroadcastInput:
    """What it says, to whom, and how fast."""

    name: str = said("What operators call it, 1 to 80 characters.")
    audience: BroadcastAudienceInput = said("Whom it is for.")
    texts: list[BroadcastTextInput] = said("By language: the programme's own is among them.")
    pace_per_minute: int = said("Members told in a minute, 1 to 600,000.")
    reason: str = said(REASON)


@input
class ScheduleBroadcastInput:
    """Which broadcast, and when."""

    broadcast_id: strawberry.ID = said("The id of a `Broadcast`.")
    starts_at: Moment = said("When it is to start: ahead, by a year at most.")
    reason: str = said(REASON)


@input
class StartBroadcastInput:
    """Which broadcast, and why."""

    broadcast_id: strawberry.ID = said("The id of a `Broadcast`.")
    reason: str = said(REASON)


@input
class PauseBroadcastInput(StartBroadcastInput):
    """Which broadcast, and why."""


@input
class ResumeBroadcastInput(StartBroadcastInput):
    """Which broadcast, and why."""


@input
class CancelBroadcastInput(StartBroadcastInput):
    """Which broadcast, and why."""


@output
class BroadcastChanged:
    """The broadcast, as it is now."""

    broadcast: Broadcast = said("The broadcast, as it is now.")


@output
class CreateBroadcastSuccess(BroadcastChanged):
    """It tells nobody before it is started."""


@output
class ScheduleBroadcastSuccess(BroadcastChanged):
    """It starts by itself at that time."""


@output
class StartBroadcastSuccess(BroadcastChanged):
    """It tells its members from now on."""


@output
class PauseBroadcastSuccess(BroadcastChanged):
    """Nobody else is told until it is resumed."""


@output
class ResumeBroadcastSuccess(BroadcastChanged):
    """It goes on where it was."""


@output
class CancelBroadcastSuccess(BroadcastChanged):
    """Nobody else is told, for good."""


CreateBroadcastResult: TypeAlias = Annotated[
    CreateBroadcastSuccess | RequestRefused, result("CreateBroadcastResult")
]
ScheduleBroadcastResult: TypeAlias = Annotated[
    ScheduleBroadcastSuccess | RequestRefused, result("ScheduleBroadcastResult")
]
StartBroadcastResult: TypeAlias = Annotated[
    StartBroadcastSuccess | RequestRefused, result("StartBroadcastResult")
]
PauseBroadcastResult: TypeAlias = Annotated[
    PauseBroadcastSuccess | RequestRefused, result("PauseBroadcastResult")
]
ResumeBroadcastResult: TypeAlias = Annotated[
    ResumeBroadcastSuccess | RequestRefused, result("ResumeBroadcastResult")
]
CancelBroadcastResult: TypeAlias = Annotated[
    CancelBroadcastSuccess | RequestRefused, result("CancelBroadcastResult")
]


async def _create(asked: CreateBroadcastInput, act: OpsAct) -> broadcasts.Broadcast:
    texts = {text.locale: broadcasts.Text(text.title, text.body) for text in asked.texts}
    draft = broadcasts.Draft(
        name=asked.name,
        audience=broadcasts.Audience(
            broadcasts.AudienceKind[asked.audience.kind.name], asked.audience.name
        ),
        texts=texts,
        pace_per_minute=asked.pace_per_minute,
    )
    return await broadcasts.create(
        draft, programme=act.programme.id, id=act.id, at=act.at, tx=act.tx
    )


async def _schedule(asked: ScheduleBroadcastInput, act: OpsAct) -> broadcasts.Broadcast:
    return await broadcasts.start_at(
        _broadcast_of(asked.broadcast_id),
        starts_at=asked.starts_at,
        programme=act.programme.id,
        at=act.at,
        tx=act.tx,
    )


def _steering(verb: Callable[..., Awaitable[broadcasts.Broadcast]]) -> Any:
    async def steer(asked: StartBroadcastInput, act: OpsAct) -> broadcasts.Broadcast:
        id = _broadcast_of(asked.broadcast_id)
        return await verb(id, programme=act.programme.id, at=act.at, tx=act.tx)

    return steer


def _shaped(kind: type[BroadcastChanged]) -> Any:
    async def shape(one: broadcasts.Broadcast, context: OpsContext) -> BroadcastChanged:
        return kind(broadcast=Broadcast.of(one))

    return shape


WRITE = Permission.BROADCASTS_WRITE
CREATE: OpsVerb[broadcasts.Broadcast, CreateBroadcastResult] = OpsVerb(
    broadcasts.Broadcast,
    _create,
    _shaped(CreateBroadcastSuccess),
    permission=WRITE,
    made=lambda one: broadcast_id(one.id),
)
SCHEDULE: OpsVerb[broadcasts.Broadcast, ScheduleBroadcastResult] = OpsVerb(
    broadcasts.Broadcast, _schedule, _shaped(ScheduleBroadcastSuccess), permission=WRITE
)
START: OpsVerb[broadcasts.Broadcast, StartBroadcastResult] = OpsVerb(
    broadcasts.Broadcast,
    _steering(broadcasts.start),
    _shaped(StartBroadcastSuccess),
    permission=WRITE,
)
PAUSE: OpsVerb[broadcasts.Broadcast, PauseBroadcastResult] = OpsVerb(
    broadcasts.Broadcast,
    _steering(broadcasts.pause),
    _shaped(PauseBroadcastSuccess),
    permission=WRITE,
)
RESUME: OpsVerb[broadcasts.Broadcast, ResumeBroadcastResult] = OpsVerb(
    broadcasts.Broadcast,
    _steering(broadcasts.resume),
    _shaped(ResumeBroadcastSuccess),
    permission=WRITE,
)
CANCEL: OpsVerb[broadcasts.Broadcast, CancelBroadcastResult] = OpsVerb(
    broadcasts.Broadcast,
    _steering(broadcasts.cancel),
    _shaped(CancelBroadcastSuccess),
    permission=WRITE,
)


@output
class BroadcastMutations:
    """Mutations about broadcasts."""

    @mutation
    async def create_broadcast(
        self, info: OpsInfo, input: Annotated[CreateBroadcastInput, argument("What and to whom.")]
    ) -> CreateBroadcastResult | None:
        """Draft a broadcast. Needs BROADCASTS_WRITE. Refuses BAD_BROADCAST, BAD_AUDIENCE,
        BAD_LOCALE, BAD_TEXT, BAD_PACE."""
        return await CREATE.perform(info, input)

    @mutation
    async def schedule_broadcast(
        self, info: OpsInfo, input: Annotated[ScheduleBroadcastInput, argument("Which and when.")]
    ) -> ScheduleBroadcastResult | None:
        """Have a broadcast start by itself. Needs BROADCASTS_WRITE. Refuses BAD_START,
        NO_SUCH_BROADCAST, BROADCAST_STATE."""
        return await SCHEDULE.perform(info, input)

    @mutation
    async def start_broadcast(
        self, info: OpsInfo, input: Annotated[StartBroadcastInput, argument("Which one.")]
    ) -> StartBroadcastResult | None:
        """Start a broadcast now. Needs BROADCASTS_WRITE. Refuses NO_SUCH_BROADCAST,
        BROADCAST_STATE."""
        return await START.perform(info, input)

    @mutation
    async def pause_broadcast(
        self, info: OpsInfo, input: Annotated[PauseBroadcastInput, argument("Which one.")]
    ) -> PauseBroadcastResult | None:
        """Tell and push to nobody else until it is resumed. Needs BROADCASTS_WRITE. Refuses
        NO_SUCH_BROADCAST, BROADCAST_STATE."""
        return await PAUSE.perform(info, input)

    @mutation
    async def resume_broadcast(
        self, info: OpsInfo, input: Annotated[ResumeBroadcastInput, argument("Which one.")]
    ) -> ResumeBroadcastResult | None:
        """Go on where it was paused. Needs BROADCASTS_WRITE. Refuses NO_SUCH_BROADCAST,
        BROADCAST_STATE."""
        return await RESUME.perform(info, input)

    @mutation
    async def cancel_broadcast(
        self, info: OpsInfo, input: Annotated[CancelBroadcastInput, argument("Which one.")]
    ) -> CancelBroadcastResult | None:
        """Tell nobody else, for good; who has it keeps it. Needs BROADCASTS_WRITE. Refuses
        NO_SUCH_BROADCAST, BROADCAST_STATE."""
        return await CANCEL.perform(info, input)


def _broadcast_of(id: str) -> UUID:
    return globalids.uuid_of(id, Kind.BROADCAST) or NOBODY
