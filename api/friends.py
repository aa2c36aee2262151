"""Friends, as GraphQL."""

from typing import Annotated
from uuid import UUID

import strawberry

from api import cursors, globalids
from api.context import Context, Info
from api.fields import argument, asked, output, said
from api.globalids import Kind
from api.nodes import Connection, Node, Page
from api.people import PublicMember
from api.scalars import Moment
from api.states import Direction
from domain import friends
from domain.friends import Tie
from domain.members import Member as Asker
from infra.db import Tx


@output
class Friend(Node):
    """A friend of yours."""

    member: PublicMember = said("Who it is.")
    since: Moment = said("When you became friends.")
    friend_key: strawberry.Private[UUID]

    @asked
    async def auto_accept(self, info: Info) -> bool | None:
        """What you said about this friend's points: true, they arrive without asking you; false,
        they never do; null, your general `autoAccept` holds."""
        consent = await info.context.loading.consents.load(self.friend_key)
        return None if consent is None or consent.at < self.since else consent.auto_accept

    @classmethod
    def of(cls, tie: Tie) -> "Friend":
        """A friendship, as the schema shows it."""
        return cls(
            id=globalids.of(Kind.FRIEND, tie.friend.id),
            member=PublicMember.of(tie.friend),
            since=Moment(tie.since),
            friend_key=tie.friend.id,
        )


@output
class FriendRequest(Node):
    """An open request to be friends."""

    direction: Direction = said("RECEIVED waits for your answer; SENT for theirs.")
    member: PublicMember = said("The other one.")
    requested_at: Moment = said("When it was made.")

    @classmethod
    def of(cls, tie: Tie, direction: Direction) -> "FriendRequest":
        """An open request, as the schema shows it."""
        # Whoever asks has shown who they are; whoever is asked has not.
        shown = PublicMember.unknown if direction is Direction.SENT else PublicMember.of
        return cls(
            id=globalids.of(REQUESTS[direction], tie.friend.id),
            direction=direction,
            member=shown(tie.friend),
            requested_at=Moment(tie.since),
        )


REQUESTS = {Direction.SENT: Kind.REQUEST_SENT, Direction.RECEIVED: Kind.REQUEST_RECEIVED}
Whose = Annotated[Direction, argument("RECEIVED: to be answered by you; SENT: made by you.")]


async def friends_page(
    asker: Asker, context: Context, *, first: int, after: str | None
) -> Connection[Friend]:
    """One page of the asker's friends."""
    page = Page[Tie]("friends", asker, context, first=first, after=after)
    place = None if page.position is None else cursors.to_moment(page.position)
    async with context.reading() as tx:
        found = await friends.listed(asker, after=place, limit=page.limit, tx=tx)
    return page.shaped(found, node=Friend.of, place=_place)


async def requests_page(
    asker: Asker, context: Context, *, direction: Direction, first: int, after: str | None
) -> Connection[FriendRequest]:
    """One page of the asker's open requests."""
    name = f"friendRequests {direction.name}"
    page = Page[Tie](name, asker, context, first=first, after=after)
    place = None if page.position is None else cursors.to_moment(page.position)
    received = direction is Direction.RECEIVED
    async with context.reading() as tx:
        found = await friends.requests(
            asker, received=received, after=place, limit=page.limit, tx=tx
        )
    return page.shaped(found, node=lambda tie: FriendRequest.of(tie, direction), place=_place)


async def blocked_page(
    asker: Asker, context: Context, *, first: int, after: str | None
) -> Connection[PublicMember]:
    """One page of the members whom the asker has blocked."""
    page = Page[Tie]("blocked", asker, context, first=first, after=after)
    place = None if page.position is None else cursors.to_moment(page.position)
    async with context.reading() as tx:
        found = await friends.blocked(asker, after=place, limit=page.limit, tx=tx)
    return page.shaped(found, node=lambda tie: PublicMember.unknown(tie.friend), place=_place)


async def find(name: globalids.Name, asker: Asker, tx: Tx) -> Friend | FriendRequest | None:
    """The friend or the open request with that id; None when the asker has none."""
    if name.uuid is None:
        return None
    if name.kind is Kind.FRIEND:
        tie = await friends.friendship(asker, friend=name.uuid, tx=tx)
        return None if tie is None else Friend.of(tie)
    received = name.kind is Kind.REQUEST_RECEIVED
    tie = await friends.open_request(asker, friend=name.uuid, received=received, tx=tx)
    direction = Direction.RECEIVED if received else Direction.SENT
    return None if tie is None else FriendRequest.of(tie, direction)


def _place(tie: Tie) -> bytes:
    return cursors.from_moment(*tie.cursor)


def friend_of(id: strawberry.ID) -> UUID | None:
    """The member whom a friend's id names; None for any other text."""
    return globalids.uuid_of(id, Kind.FRIEND)
