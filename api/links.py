"""How members find each other, as GraphQL: links, contacts, and friends of other programmes."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from api import cursors, globalids
from api.context import Info
from api.fields import argument, asked, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.scalars import Moment
from api.states import Direction
from domain import friends
from domain.friends import Across, AcrossRequest, Finding, Link
from domain.members import Member as Asker
from infra.db import Tx

Way = Annotated[
    Direction, argument("RECEIVED: they opened your link; SENT: you opened somebody's.")
]

Listed: TypeAlias = Callable[..., Awaitable[Sequence[Across]]]
# A link's place is its time and its code; a time's place has an id behind it.
ZERO = UUID(int=0)


@output
class FriendLink:
    """A link of yours: whoever opens it in the app becomes your friend, or asks to."""

    code: str = said("What the link carries: 20 letters and digits. Give it to whom you mean.")
    note: str | None = said("What you call it; nobody else sees it.")
    at_once: bool = said("True: whoever opens it is your friend at once; false: asks you.")
    across: bool = said("True: members of other programmes may open it, too.")
    uses_max: int = said("How often it may be used.")
    uses: int = said("How often it was used.")
    made_at: Moment = said("When you made it.")
    expires_at: Moment = said("Until when it holds.")
    revoked_at: Moment | None = said("When you ended it; null when you did not.")

    @classmethod
    def of(cls, link: Link) -> "FriendLink":
        """A link, as its owner sees it."""
        return cls(
            code=link.code,
            note=link.note,
            at_once=link.at_once,
            across=link.across,
            uses_max=link.uses_max,
            uses=link.uses,
            made_at=Moment(link.made_at),
            expires_at=Moment(link.expires_at),
            revoked_at=None if link.revoked_at is None else Moment(link.revoked_at),
        )


@output
class Findability:
    """How you may be found by those who are not your friends."""

    by_handle: bool = said("True: by your handle. False: who uses it finds nobody.")
    by_contact: bool = said("True: by whoever has a verified contact of yours.")
    contact_salt: str = said("For the hashes of `findByContacts`.")

    @classmethod
    def of(cls, finding: Finding, salt: str) -> "Findability":
        """How the asker may be found, as the schema shows it."""
        return cls(by_handle=finding.by_handle, by_contact=finding.by_contact, contact_salt=salt)


@output
class AcrossFriend(Node):
    """A friend in another programme. You see each other's name and programme, and no more."""

    name: str = said("What they want to be called.")
    programme_name: str = said("What their programme calls itself.")
    since: Moment = said("When you became friends; of a blocked one, when you blocked them.")

    @classmethod
    def of(cls, friend: Across) -> "AcrossFriend":
        """A friend in another programme, as the schema shows it."""
        return cls(
            id=globalids.of(Kind.ACROSS_FRIEND, friend.id),
            name=friend.name,
            programme_name=friend.programme_name,
            since=Moment(friend.since),
        )


@output
class AcrossFriendRequest(Node):
    """An open wish to be friends between programmes. Neither side sees anything of the other
    before both have agreed."""

    direction: Direction = said("RECEIVED waits for your answer; SENT for theirs.")
    note: str | None = said("Of a received one: what you called the link that they opened.")
    requested_at: Moment = said("When the link was opened.")

    @classmethod
    def of(cls, request: AcrossRequest) -> "AcrossFriendRequest":
        """An open wish, as one of its two sides sees it."""
        return cls(
            id=globalids.of(Kind.ACROSS_REQUEST, request.id),
            direction=Direction.RECEIVED if request.received else Direction.SENT,
            note=request.note,
            requested_at=Moment(request.at),
        )


@output
class FriendQueries:
    """What members see of links and of friends in other programmes."""

    @asked
    async def friend_links(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[FriendLink] | None:
        """Your links, newest first, those that are over too; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[Link]("friendLinks", asker, context, first=first, after=after)
        place = None if page.position is None else _link_place_of(page.position)
        async with context.reading() as tx:
            found = await friends.links(asker, after=place, limit=page.limit, tx=tx)
        return page.shaped(found, node=FriendLink.of, place=_link_place)

    @asked
    async def findability(self, info: Info) -> Findability | None:
        """How you may be found; null when you are no member."""
        asker = await info.context.asker()
        if asker is None:
            return None
        async with info.context.reading() as tx:
            finding = await friends.finding(asker, tx=tx)
            return Findability.of(finding, await friends.contact_salt(asker, tx=tx))

    @asked
    async def across_friends(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[AcrossFriend] | None:
        """Your friends in other programmes, newest first; null when you are no member."""
        return await _across_page(info, "acrossFriends", friends.across, first, after)

    @asked
    async def blocked_across(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[AcrossFriend] | None:
        """Whom of other programmes you have blocked, newest first; null when you are no member."""
        return await _across_page(info, "blockedAcross", friends.blocked_across, first, after)

    @asked
    async def across_friend_requests(
        self, info: Info, direction: Way, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[AcrossFriendRequest] | None:
        """Open wishes between programmes, newest first; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        name = f"acrossFriendRequests {direction.name}"
        page = Page[AcrossRequest](name, asker, context, first=first, after=after)
        place = None if page.position is None else cursors.to_moment(page.position)
        received = direction is Direction.RECEIVED
        async with context.reading() as tx:
            found = await friends.across_requests(
                asker, received=received, after=place, limit=page.limit, tx=tx
            )
        return page.shaped(
            found,
            node=AcrossFriendRequest.of,
            place=lambda one: cursors.from_moment(*one.cursor),
        )


async def find(
    name: globalids.Name, asker: Asker, tx: Tx
) -> AcrossFriend | AcrossFriendRequest | None:
    """The asker's friend or wish between programmes with that id; None when they have none."""
    if name.uuid is None:
        return None
    if name.kind is Kind.ACROSS_REQUEST:
        wish = await friends.across_request(name.uuid, member=asker, tx=tx)
        return None if wish is None else AcrossFriendRequest.of(wish)
    try:
        return AcrossFriend.of(await friends.across_one(name.uuid, member=asker, tx=tx))
    except friends.NoSuchAcross:
        return None


async def _across_page(
    info: Info, name: str, listed: Listed, first: int, after: str | None
) -> Connection[AcrossFriend] | None:
    context = info.context
    asker = await context.asker()
    if asker is None:
        return None
    page = Page[Across](name, asker, context, first=first, after=after)
    place = None if page.position is None else cursors.to_moment(page.position)
    async with context.reading() as tx:
        found = await listed(asker, after=place, limit=page.limit, tx=tx)
    return page.shaped(
        found, node=AcrossFriend.of, place=lambda one: cursors.from_moment(*one.cursor)
    )


def _link_place(link: Link) -> bytes:
    return cursors.from_moment(link.made_at, ZERO)[:8] + link.code.encode()


def _link_place_of(position: bytes) -> tuple[datetime, str]:
    at, _ = cursors.to_moment(position[:8] + ZERO.bytes)
    return at, position[8:].decode()
