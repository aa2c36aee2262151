"""Broadcasts, and what waits to be pushed."""

from domain import broadcasts
from domain.broadcasts import Audience, AudienceKind, Draft, Text
from domain.operators import Permission
from infra import clock, ids
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import WITH_PARENT, each
from tests.support.client import Door

BROADCAST = "id name audience texts pacePerMinute state createdAt startsAt startedAt endedAt"
REPORT = "told pushed ordered sent gone expired dead delivered opened"
OPS = {
    "Query.broadcasts": Permission.BROADCASTS_READ,
    "Query.stoppedPushes": Permission.PUSH_READ,
    "Query.pushBacklog": Permission.PUSH_READ,
    **each("Broadcast", BROADCAST, WITH_PARENT),
    "Broadcast.preview": Permission.BROADCASTS_READ,
    "Broadcast.report": Permission.BROADCASTS_READ,
    **each("BroadcastAudience", "kind name", WITH_PARENT),
    **each("BroadcastText", "locale title body", WITH_PARENT),
    **each("BroadcastPreview", "members minutes", WITH_PARENT),
    **each("BroadcastReport", REPORT, WITH_PARENT),
    **each("StoppedPush", "template error at", WITH_PARENT),
    **each("PushBacklog", "template waiting parked oldest", WITH_PARENT),
    "Mutation.createBroadcast": Permission.BROADCASTS_WRITE,
    "Mutation.scheduleBroadcast": Permission.BROADCASTS_WRITE,
    "Mutation.startBroadcast": Permission.BROADCASTS_WRITE,
    "Mutation.pauseBroadcast": Permission.BROADCASTS_WRITE,
    "Mutation.resumeBroadcast": Permission.BROADCASTS_WRITE,
    "Mutation.cancelBroadcast": Permission.BROADCASTS_WRITE,
    "Mutation.resumePushes": Permission.PUSH_WRITE,
}


async def scene(door: Door, cast: Cast) -> None:
    """A broadcast that has told nobody yet."""
    programme, at = cast.ada.me.programme, clock.now()

    async def build(tx: Tx) -> None:
        draft = Draft(
            name="Shoes",
            audience=Audience(AudienceKind.ALL),
            texts={"en": Text("Shoes", "All for half.")},
            pace_per_minute=600,
        )
        await broadcasts.create(draft, programme=programme, id=ids.new(at), at=at, tx=tx)

    await door.given(build)
