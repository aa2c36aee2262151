"""Finding: any thing by its global id, for whoever may see it.

What does not exist, what belongs to others and what is of another programme are all null:
each look-up is the domain's own, made as the asker, and finds only what is theirs.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

import strawberry

from api import (
    badges,
    challenges,
    chosen_offers,
    clubs,
    contests,
    energy,
    friends,
    giving,
    globalids,
    inbox,
    leaderboards,
    links,
    moments,
    pointrequests,
    raffles,
    redemptions,
    referrals,
    rewards,
    sharing,
    statement,
    streaks,
    surveys,
    visits,
    volunteering,
)
from api.activities import Activity
from api.context import Context, Info
from api.fields import argument, asked, output
from api.globalids import Kind, Name
from api.members import Member, Programme, programme_id, viewer
from api.nodes import Node
from api.transfers import Transfer
from domain import programmes
from domain.members import Member as Asker
from infra.db import Tx

# Those that need no more than a connection to look.
FINDERS: Mapping[Kind, Callable[[Name, Asker, Tx], Awaitable[Node | None]]] = {
    Kind.BADGE: badges.find,
    Kind.CLUB: clubs.find,
    Kind.CLUB_INVITATION: clubs.find,
    Kind.CONTEST: contests.find,
    Kind.ACROSS_FRIEND: links.find,
    Kind.ACROSS_REQUEST: links.find,
    Kind.REDEMPTION: redemptions.find,
    Kind.RAFFLE: raffles.find,
    Kind.REFERRAL: referrals.find,
    Kind.ENERGY_FILE: energy.find,
    Kind.INBOX_ITEM: inbox.find,
    Kind.MOMENT: moments.find,
    Kind.DECISION: chosen_offers.find,
    Kind.REWARD: rewards.find,
    Kind.SHARE_TARGET: sharing.find,
    Kind.BOARD: leaderboards.find,
    Kind.SURVEY: surveys.find,
    Kind.PLACE: visits.find,
    Kind.SHIFT: volunteering.find,
    Kind.HOURS: volunteering.find,
}
# Those that show how things are at the time of the operation.
FINDERS_AT: Mapping[Kind, Callable[[Name, Asker, Context, Tx], Awaitable[Node | None]]] = {
    Kind.CAUSE: giving.find,
    Kind.DONATION: giving.find,
    Kind.POINT_REQUEST: pointrequests.find,
    Kind.STREAK: streaks.find,
}


@output
class Query:
    """Everything a member can read. All of it is about the viewer.

    Errors outside of mutations are in `errors`, each with `extensions.code`, one of BAD_REQUEST,
    PARSE_FAILED, VALIDATION_FAILED, BAD_VARIABLES, BAD_ARGUMENT, BAD_CURSOR, LIMIT_EXCEEDED,
    UNAUTHENTICATED, NOT_PERMITTED, GONE, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, PAYLOAD_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE, UNAVAILABLE, TIMEOUT, INTERNAL, and `extensions.requestId` to quote
    when you ask for help. UNAVAILABLE and TIMEOUT have `extensions.retryable`: the same request,
    with the same idempotency key, may be sent again.
    """

    @asked
    async def viewer(self, info: Info) -> Member | None:
        """You; null when your token is good but you have not joined the programme yet."""
        return await viewer(info)

    @asked
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, argument("A global id.")]
    ) -> Node | None:
        """The thing with that id; null when there is none that you may see."""
        asker, name = await info.context.asker(), globalids.read(id)
        if asker is None or name is None:
            return None
        return await _found(name, asker, info.context)


async def _found(name: Name, asker: Asker, context: Context) -> Node | None:
    match name.kind:
        case Kind.MEMBER:
            return Member.of(asker) if name.uuid == asker.id else None
        case Kind.PROGRAMME:
            return await _programme(name, asker, context)
        case Kind.TRANSFER if name.uuid is not None:
            transfer = await context.loading.transfers.load(name.uuid)
            return None if transfer is None else Transfer.of(transfer, asker.id)
        case Kind.ACTIVITY if name.uuid is not None:
            activity = await context.loading.activities.load(name.uuid)
            return None if activity is None else Activity.of(activity)
        case Kind.ENTRY:
            async with context.reading() as tx:
                return await statement.find(name, asker, tx)
        case Kind.FRIEND | Kind.REQUEST_RECEIVED | Kind.REQUEST_SENT:
            async with context.reading() as tx:
                return await friends.find(name, asker, tx)
        case kind if kind in FINDERS_AT:
            async with context.reading() as tx:
                return await FINDERS_AT[kind](name, asker, context, tx)
        case Kind.CHALLENGE:
            async with context.reading() as tx:
                return await challenges.find(name, asker, context, tx)
        case kind if kind in FINDERS:
            async with context.reading() as tx:
                return await FINDERS[kind](name, asker, tx)
        case _:
            return None


async def _programme(name: Name, asker: Asker, context: Context) -> Programme | None:
    if globalids.of(name.kind, name.key) != programme_id(asker.programme):
        return None
    async with context.reading() as tx:
        return Programme.of(await programmes.by_id(asker.programme, tx=tx))
