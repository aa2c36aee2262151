"""Broadcasts, as operators see them."""

from dataclasses import asdict
from enum import Enum
from uuid import UUID

import strawberry

from api import globalids
from api.fields import output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.context import OpsInfo, permitted
from api.ops.operators import place_of
from api.scalars import Moment
from domain import broadcasts
from domain.operators import Permission

V = strawberry.enum_value


@strawberry.enum(description="Whom a broadcast is for.")
class BroadcastAudienceKind(Enum):
    """Whom a broadcast is for."""

    ALL = V("ALL", description="All active members.")
    SEGMENT = V("SEGMENT", description="Those in a segment when they are told.")
    TIER = V("TIER", description="Those in a tier when they are told.")


@strawberry.enum(description="Where a broadcast is. What is DONE or CANCELLED stays.")
class BroadcastState(Enum):
    """Where a broadcast is."""

    DRAFT = V("DRAFT", description="Made, and told to nobody.")
    SCHEDULED = V("SCHEDULED", description="It starts by itself.")
    RUNNING = V("RUNNING", description="It tells its members at its pace.")
    PAUSED = V("PAUSED", description="It tells nobody until it is resumed.")
    DONE = V("DONE", description="Everybody has been told.")
    CANCELLED = V("CANCELLED", description="Nobody else is told.")


@output
class BroadcastAudience:
    """Whom a broadcast is for."""

    kind: BroadcastAudienceKind = said("All, a segment or a tier.")
    name: str | None = said("Which segment or tier; null: all.")


@output
class BroadcastText:
    """What is said in one language."""

    locale: str = said("The language, as a BCP 47 tag.")
    title: str = said("The title.")
    body: str = said("The body: whole in the inbox, and cut where a push has no room.")


@output
class BroadcastPreview:
    """What a broadcast would do if it started now."""

    members: int = said("How many members it is for.")
    minutes: int = said("How many minutes it would take, rounded up.")


@output
class BroadcastReport:
    """What has come of a broadcast so far."""

    told: int = said("Members who have it in their inbox.")
    pushed: int = said("Of them those whom it went to by push as well.")
    ordered: int = said("Devices that it was to be pushed to.")
    sent: int = said("Devices for which Firebase took it.")
    gone: int = said("Devices that are no more.")
    expired: int = said("Devices that it could not be sent to in time.")
    dead: int = said("Devices for which it was laid aside.")
    delivered: int = said("Members whose app said that it was shown.")
    opened: int = said("Members whose app said that it was opened.")


@output
class Broadcast(Node):
    """News for many members, told at a pace."""

    name: str = said("What operators call it.")
    audience: BroadcastAudience = said("Whom it is for.")
    texts: list[BroadcastText] = said("What it says, by language.")
    pace_per_minute: int = said("Members told in a minute.")
    state: BroadcastState = said("Where it is.")
    created_at: Moment = said("When it was made.")
    starts_at: Moment | None = said("When it is to start by itself; null: it is not.")
    started_at: Moment | None = said("When it started; null: it has not.")
    ended_at: Moment | None = said("When it was done or cancelled; null: neither.")
    record: strawberry.Private[broadcasts.Broadcast]

    @permitted(Permission.BROADCASTS_READ)
    async def preview(self, info: OpsInfo) -> BroadcastPreview | None:
        """What it would do if it started now."""
        one, context = self.record, info.context
        async with context.reading() as tx:
            found = await broadcasts.preview(one.id, programme=one.programme, at=context.at, tx=tx)
        return BroadcastPreview(**asdict(found))

    @permitted(Permission.BROADCASTS_READ)
    async def report(self, info: OpsInfo) -> BroadcastReport | None:
        """What has come of it so far."""
        one = self.record
        async with info.context.reading() as tx:
            found = await broadcasts.report(one.id, programme=one.programme, tx=tx)
        return BroadcastReport(**asdict(found))

    @classmethod
    def of(cls, one: broadcasts.Broadcast) -> "Broadcast":
        """A broadcast, as operators see it."""
        return cls(
            id=broadcast_id(one.id),
            name=one.name,
            audience=BroadcastAudience(
                kind=BroadcastAudienceKind[one.audience.kind], name=one.audience.name
            ),
            texts=[
                BroadcastText(locale=locale, title=text.title, body=text.body)
                for locale, text in sorted(one.texts.items())
            ],
            pace_per_minute=one.pace_per_minute,
            state=BroadcastState[one.state],
            created_at=Moment(one.created_at),
            starts_at=None if one.starts_at is None else Moment(one.starts_at),
            started_at=None if one.started_at is None else Moment(one.started_at),
            ended_at=None if one.ended_at is None else Moment(one.ended_at),
            record=one,
        )


@output
class BroadcastQueries:
    """What operators see of broadcasts."""

    @permitted(Permission.BROADCASTS_READ)
    async def broadcasts(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Broadcast] | None:
        """The programme's broadcasts, newest first."""
        context = info.context
        asker = await context.allowed(Permission.BROADCASTS_READ)
        page = Page[broadcasts.Broadcast]("broadcasts", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await broadcasts.listed(
                programme=asker.programme, before=place_of(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=Broadcast.of, place=lambda one: one.id.bytes)


def broadcast_id(id: UUID) -> strawberry.ID:
    """The global id of a broadcast."""
    return globalids.of(Kind.BROADCAST, id)
