"""Clubs, as their members see them."""

from enum import Enum
from uuid import UUID

import strawberry

from api import cursors, globalids
from api.context import Info
from api.fields import asked, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.people import PublicMember, other
from api.scalars import Moment, Points
from domain import clubs
from domain.clubs import Invitation, Membership
from domain.ledger import Entry
from domain.members import Member as Asker
from infra.db import Tx

V = strawberry.enum_value


@strawberry.enum(description="What a member may do in a club.")
class ClubRole(Enum):
    """What a member may do in a club."""

    OWNER = V("OWNER", description="Decides everything; a club has exactly one.")
    TREASURER = V("TREASURER", description="Invites, pays out, and removes plain members.")
    MEMBER = V("MEMBER", description="Gives, and sees everything.")


@strawberry.enum(description="What happened to a club's pool.")
class ClubEntryKind(Enum):
    """What happened to a club's pool."""

    GIVEN = V("GIVEN", description="A member gave points.")
    PAID_OUT = V("PAID_OUT", description="An officer paid points to a member.")
    EXPIRED = V("EXPIRED", description="Points were kept for too long, and went.")
    OTHER = V("OTHER", description="Anything else, such as a correction.")


KINDS = {"gift": ClubEntryKind.GIVEN, "payout": ClubEntryKind.PAID_OUT}


@output
class ClubEntry:
    """One thing that happened to a club's pool."""

    number: int = said("Entries are numbered 1, 2, 3 and so on, without gaps.")
    kind: ClubEntryKind = said("What it was.")
    amount: Points = said("Points gained or, negative, lost.")
    balance_after: Points = said("The pool after it.")
    at: Moment = said("When it happened.")
    member_key: strawberry.Private[UUID | None]

    @asked
    async def member(self, info: Info) -> PublicMember | None:
        """Who gave the points or got them; null for what nobody did."""
        return None if self.member_key is None else await other(self.member_key, info)

    @classmethod
    def of(cls, entry: Entry) -> "ClubEntry":
        """A ledger entry of the pool, as the schema shows it."""
        meta = entry.meta if entry.meta.get("why") == "club" else {}
        gone = entry.kind.name == "EXPIRE" or meta.get("act") == "expiry"
        kind = ClubEntryKind.EXPIRED if gone else KINDS.get(meta.get("act", ""))
        member = meta.get("member")
        return cls(
            number=entry.seq,
            kind=kind or ClubEntryKind.OTHER,
            amount=Points(entry.amount),
            balance_after=Points(entry.balance_after),
            at=Moment(entry.at),
            member_key=UUID(member) if isinstance(member, str) else None,
        )


@output
class ClubMember:
    """Somebody who is in the club."""

    member_id: strawberry.ID = said("For mutations about this member of the club.")
    role: ClubRole = said("What they may do.")
    joined_at: Moment = said("When they came into the club.")
    key: strawberry.Private[UUID]

    @asked
    async def member(self, info: Info) -> PublicMember:
        """Who it is."""
        return await other(self.key, info)

    @classmethod
    def of(cls, membership: Membership) -> "ClubMember":
        """A membership, as the others in the club see it."""
        return cls(
            member_id=globalids.of(Kind.CLUB_MEMBER, membership.member),
            role=ClubRole[membership.role.name],
            joined_at=Moment(membership.joined_at),
            key=membership.member,
        )


@output
class Club(Node):
    """A club that you are in: members who pool points."""

    name: str = said("What it is called.")
    role: ClubRole = said("What you may do in it.")
    keep_months: int = said(
        "How many whole months a gift stays after the month it was given in; what is unspent then"
        " goes. Points keep the dates they expire on besides."
    )
    founded_at: Moment = said("When it was founded.")
    joined_at: Moment = said("When you came into it.")
    record: strawberry.Private[clubs.Club]

    @asked
    async def pooled(self, info: Info) -> Points:
        """The points in the pool that can be paid out now."""
        async with info.context.reading() as tx:
            return Points(await clubs.pooled(self.record, at=info.context.at, tx=tx))

    @asked
    async def members(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[ClubMember]:
        """Who is in it, the last who came first."""
        context, asker = info.context, await _asker(info)
        name = f"club members {self.record.id}"
        page = Page[Membership](name, asker, context, first=first, after=after)
        place = None if page.position is None else cursors.to_moment(page.position)
        async with context.reading() as tx:
            found = await clubs.roster(self.record, after=place, limit=page.limit, tx=tx)
        return page.shaped(
            found,
            node=ClubMember.of,
            place=lambda one: cursors.from_moment(one.joined_at, one.member),
        )

    @asked
    async def statement(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[ClubEntry]:
        """Everything that happened to the pool, newest first."""
        context, asker = info.context, await _asker(info)
        name = f"club statement {self.record.id}"
        page = Page[Entry](name, asker, context, first=first, after=after)
        before = None if page.position is None else cursors.to_number(page.position)
        async with context.reading() as tx:
            found = await clubs.statement(self.record, before=before, limit=page.limit, tx=tx)
        return page.shaped(
            found, node=ClubEntry.of, place=lambda entry: cursors.from_number(entry.seq)
        )

    @classmethod
    def of(cls, membership: Membership) -> "Club":
        """A club, as one of its members sees it."""
        club = membership.club
        return cls(
            id=globalids.of(Kind.CLUB, club.id),
            name=club.name,
            role=ClubRole[membership.role.name],
            keep_months=club.keep_months,
            founded_at=Moment(club.founded_at),
            joined_at=Moment(membership.joined_at),
            record=club,
        )


@output
class ClubInvitation(Node):
    """Somebody would like you to come into a club."""

    club_name: str = said("What the club is called.")
    keep_months: int = said("How many whole months the club keeps gifts.")
    invited_at: Moment = said("When you were asked.")
    inviter_key: strawberry.Private[UUID]

    @asked
    async def inviter(self, info: Info) -> PublicMember:
        """Who asked you."""
        return await other(self.inviter_key, info)

    @classmethod
    def of(cls, invitation: Invitation) -> "ClubInvitation":
        """An invitation, as the invited member sees it."""
        return cls(
            id=globalids.of(Kind.CLUB_INVITATION, invitation.club.id),
            club_name=invitation.club.name,
            keep_months=invitation.club.keep_months,
            invited_at=Moment(invitation.at),
            inviter_key=invitation.inviter,
        )


@output
class ClubQueries:
    """What members see of clubs."""

    @asked
    async def clubs(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Club] | None:
        """The clubs you are in, the last one first; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[Membership]("clubs", asker, context, first=first, after=after)
        place = None if page.position is None else cursors.to_moment(page.position)
        async with context.reading() as tx:
            found = await clubs.listed(asker, after=place, limit=page.limit, tx=tx)
        return page.shaped(found, node=Club.of, place=lambda one: cursors.from_moment(*one.cursor))

    @asked
    async def club_invitations(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[ClubInvitation] | None:
        """The clubs you were asked into, newest first; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[Invitation]("clubInvitations", asker, context, first=first, after=after)
        place = None if page.position is None else cursors.to_moment(page.position)
        async with context.reading() as tx:
            found = await clubs.invitations(asker, after=place, limit=page.limit, tx=tx)
        return page.shaped(
            found, node=ClubInvitation.of, place=lambda one: cursors.from_moment(*one.cursor)
        )


async def find(name: globalids.Name, asker: Asker, tx: Tx) -> Club | ClubInvitation | None:
    """The asker's club or invitation with that id; None when they have none."""
    if name.uuid is None:
        return None
    if name.kind is Kind.CLUB_INVITATION:
        invited = await clubs.invitation(name.uuid, member=asker, tx=tx)
        return None if invited is None else ClubInvitation.of(invited)
    try:
        return Club.of(await clubs.get(name.uuid, member=asker, tx=tx))
    except clubs.NoSuchClub:
        return None


async def _asker(info: Info) -> Asker:
    asker = await info.context.asker()
    assert asker is not None, "only a member sees a club"
    return asker
