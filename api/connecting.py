"""Mutations by which a member connects their Strava, and disconnects it."""

from typing import Annotated, TypeAlias

from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
from domain import activities


@input
class ConnectStravaInput:
    """What you came back with from Strava."""

    code: str = said("The `code` of Strava's authorization page, with the scope `activity:read`.")


@input
class DisconnectStravaInput:
    """Whether to disconnect."""

    confirm: bool = said("True: forget the connection. False: change nothing.", default=True)


@output
class ConnectStravaSuccess:
    """Strava is being asked; your next activity there arrives here."""

    viewer: Member = said("You, as you are now.")


@output
class DisconnectStravaSuccess:
    """Nothing more arrives from there; what has, stays."""

    viewer: Member = said("You, as you are now.")


ConnectStravaResult: TypeAlias = Annotated[
    ConnectStravaSuccess | RequestRefused, result("ConnectStravaResult")
]
DisconnectStravaResult: TypeAlias = Annotated[
    DisconnectStravaSuccess | RequestRefused, result("DisconnectStravaResult")
]


async def _connect(asked: ConnectStravaInput, act: Act) -> None:
    await activities.allow(act.member, code=asked.code, at=act.at, tx=act.tx)


async def _connected(_: None, context: Context) -> ConnectStravaSuccess:
    return ConnectStravaSuccess(viewer=await viewer_of(context))


async def _disconnect(asked: DisconnectStravaInput, act: Act) -> None:
    if asked.confirm:
        await activities.disconnect(act.member, tx=act.tx)


async def _disconnected(_: None, context: Context) -> DisconnectStravaSuccess:
    return DisconnectStravaSuccess(viewer=await viewer_of(context))


CONNECT: Verb[None, ConnectStravaResult] = Verb(None, _connect, _connected)
DISCONNECT: Verb[None, DisconnectStravaResult] = Verb(None, _disconnect, _disconnected)


@output
class StravaMutations:
    """Mutations about Strava."""

    @mutation
    async def connect_strava(
        self, info: Info, input: Annotated[ConnectStravaInput, argument("The code.")]
    ) -> ConnectStravaResult | None:
        """Let what you record with Strava arrive here, from now on. Refuses BAD_CODE."""
        return await CONNECT.perform(info, input)

    @mutation
    async def disconnect_strava(
        self, info: Info, input: Annotated[DisconnectStravaInput, argument("Whether.")]
    ) -> DisconnectStravaResult | None:
        """Let nothing more arrive from Strava. Not connected is fine."""
        return await DISCONNECT.perform(info, input)
