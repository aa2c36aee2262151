"""Members, as operators see them."""

from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from api import globalids
from api.cursors import bad_cursor
from api.fields import argument, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.context import OpsInfo, permitted
from api.ops.operators import place_of
from api.profiles import Consent, ContactPoint, FieldKind, ProfileField
from api.scalars import Moment
from api.topics import MessageTopic
from domain import inbox, members
from domain.operators import Permission

V = strawberry.enum_value
NOBODY = UUID(int=0)


@strawberry.enum(description="Whether a member takes part.")
class MemberState(Enum):
    """Whether a member takes part."""

    ACTIVE = V("ACTIVE", description="Takes part.")
    LEFT = V("LEFT", description="Went, and may come back.")
    MERGED = V("MERGED", description="Is part of another member: `mergedIntoId`.")
    ERASED = V("ERASED", description="Was forgotten: nobody, with sums that stay.")


@output
class FieldDefinition:
    """One thing that the programme wants to know of its members."""

    key: str = said("Its short name; it never changes.")
    kind: FieldKind = said("What it holds; it never changes.")
    label: str = said("What members read.")
    choices: list[str] = said("What there is to choose from.")
    required: bool = said("True when it cannot be left empty again.")
    member_sees: bool = said("False: only operators see it.")
    member_edits: bool = said("False: only operators change it.")
    sensitive: bool = said("True: only operators with MEMBERS_EXPORT see and change it.")
    active: bool = said("False: it is asked no more, and shown to nobody.")

    @classmethod
    def of(cls, field: members.Field) -> "FieldDefinition":
        """A field, as operators see it."""
        return cls(
            key=field.key,
            kind=FieldKind[field.kind.name],
            label=field.label,
            choices=list(field.choices),
            required=field.required,
            member_sees=field.member_sees,
            member_edits=field.member_edits,
            sensitive=field.sensitive,
            active=field.active,
        )


@output
class MessageInterest:
    """What a member made of what they were told about one topic, as their devices report it."""

    topic: MessageTopic = said("What it was about.")
    delivered: int = said("How many messages arrived at a device.")
    opened: int = said("How many they opened.")
    dismissed: int = said("How many they put away unread.")
    delivered_at: Moment | None = said("When the last one arrived.")
    opened_at: Moment | None = said("When they last opened one.")
    dismissed_at: Moment | None = said("When they last put one away.")

    @classmethod
    def of(cls, one: inbox.Interest) -> "MessageInterest":
        """An interest, as operators see it."""
        times = (one.delivered_at, one.opened_at, one.dismissed_at)
        delivered, opened, dismissed = (None if at is None else Moment(at) for at in times)
        return cls(
            topic=MessageTopic[one.topic],
            delivered=one.delivered,
            opened=one.opened,
            dismissed=one.dismissed,
            delivered_at=delivered,
            opened_at=opened,
            dismissed_at=dismissed,
        )


@output
class Member(Node):
    """A member of the programme."""

    handle: str = said("How friends find them.")
    name: str = said("What they want to be called; empty when they were erased.")
    loyalty_number: str = said("The number on their card.")
    locale: str = said("Their language, as a BCP 47 tag.")
    zone: str = said("Their IANA time zone.")
    state: MemberState = said("Whether they take part.")
    joined_at: Moment = said("When they joined.")
    merged_into_id: strawberry.ID | None = said("The member who has everything now.")
    record: strawberry.Private[members.Member]

    @permitted(Permission.MEMBERS_READ)
    async def contacts(self, info: OpsInfo) -> list[ContactPoint] | None:
        """How they are reached: ten at most."""
        async with info.context.reading() as tx:
            found = await members.contacts(self.record, tx=tx)
        return [ContactPoint.of(one) for one in found]

    @permitted(Permission.MEMBERS_READ)
    async def profile(self, info: OpsInfo) -> list[ProfileField] | None:
        """What the programme asks, and what was said; what is sensitive only to operators with
        MEMBERS_EXPORT."""
        operator = await info.context.allowed(Permission.MEMBERS_READ)
        all = Permission.MEMBERS_EXPORT in operator.permissions
        async with info.context.reading() as tx:
            asked = await members.fields(programme=self.record.programme, tx=tx)
            told = await members.profile(self.record, tx=tx)
        return [
            ProfileField.of(one, told.get(one.key)) for one in asked if all or not one.sensitive
        ]

    @permitted(Permission.MEMBERS_READ)
    async def consents(self, info: OpsInfo) -> list[Consent] | None:
        """What holds of what they agreed to, by purpose: fifty at most."""
        async with info.context.reading() as tx:
            found = await members.consents(self.record, tx=tx)
        return [Consent.of(one) for one in found]

    @permitted(Permission.MEMBERS_READ)
    async def interests(self, info: OpsInfo) -> list[MessageInterest] | None:
        """What they made of what they were told, by topic; topics of which nothing was reported
        are left out."""
        who = self.record
        async with info.context.reading() as tx:
            found = await inbox.interests([who.id], programme=who.programme, tx=tx)
        return [MessageInterest.of(one) for one in found[who.id]]

    @permitted(Permission.MEMBERS_READ)
    async def consent_history(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Consent] | None:
        """All that they ever agreed to and withdrew, newest first."""
        context = info.context
        asker = await context.allowed(Permission.MEMBERS_READ)
        of = f"consents {self.record.id}"
        page = Page[members.Consent](of, asker, context, first=first, after=after)
        position = page.position
        if position is not None and len(position) != 8:
            raise bad_cursor()
        before = None if position is None else int.from_bytes(position, "big")
        async with context.reading() as tx:
            found = await members.consent_history(
                self.record, before=before, limit=page.limit, tx=tx
            )
        return page.shaped(found, node=Consent.of, place=lambda one: one.number.to_bytes(8, "big"))

    @classmethod
    def of(cls, member: members.Member) -> "Member":
        """A member, as operators see them."""
        into = member.merged_into
        return cls(
            id=member_id(member.id),
            handle=member.handle,
            name=member.name,
            loyalty_number=member.external_ref,
            locale=member.locale,
            zone=member.zone,
            state=MemberState[member.state.name],
            joined_at=Moment(member.joined_at),
            merged_into_id=None if into is None else member_id(into),
            record=member,
        )


@output
class MemberQueries:
    """What operators see of members."""

    @permitted(Permission.MEMBERS_READ)
    async def members(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Member] | None:
        """The members of the programme, in the order they joined, whatever their state."""
        context = info.context
        asker = await context.allowed(Permission.MEMBERS_READ)
        page = Page[members.Member]("members", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await members.listed(
                programme=asker.programme, after=place_of(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=Member.of, place=lambda one: one.id.bytes)

    @permitted(Permission.MEMBERS_READ)
    async def member(
        self,
        info: OpsInfo,
        id: Annotated[strawberry.ID | None, argument("The id of a `Member`.")] = None,
        handle: Annotated[str | None, argument("Or a handle.")] = None,
        loyalty_number: Annotated[str | None, argument("Or a loyalty number.")] = None,
    ) -> Member | None:
        """One member, by the first of these that is given; null when there is none. By handle
        and number only active ones are found, by those of a merged one the survivor."""
        asker = await info.context.allowed(Permission.MEMBERS_READ)
        programme = asker.programme
        async with info.context.reading() as tx:
            try:
                if id is not None:
                    return Member.of(await members.get(member_of(id), programme=programme, tx=tx))
                if handle is not None:
                    return Member.of(await members.by_handle(handle, programme=programme, tx=tx))
            except members.NoSuchMember:
                return None
            ref = loyalty_number or ""
            found = await members.referred([ref], source="card", programme=programme, tx=tx)
        return Member.of(found[ref]) if ref in found else None

    @permitted(Permission.MEMBERS_READ)
    async def profile_fields(self, info: OpsInfo) -> list[FieldDefinition] | None:
        """What the programme wants to know, retired fields too: a hundred at most."""
        asker = await info.context.allowed(Permission.MEMBERS_READ)
        async with info.context.reading() as tx:
            found = await members.fields(programme=asker.programme, retired=True, tx=tx)
        return [FieldDefinition.of(one) for one in found]

    @permitted(Permission.MEMBERS_READ)
    async def standard_fields(self, info: OpsInfo) -> list[FieldDefinition] | None:
        """What most programmes ask for, ready to be given to `defineProfileField`."""
        return [FieldDefinition.of(one) for one in members.STANDARD]


def member_id(id: UUID) -> strawberry.ID:
    """The global id of a member."""
    return globalids.of(Kind.MEMBER, id)


def member_of(id: str) -> UUID:
    """The member of a global id; of another text, nobody's."""
    return globalids.uuid_of(id, Kind.MEMBER) or NOBODY
