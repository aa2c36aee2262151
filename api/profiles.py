"""What a member says about themselves, as the schema shows it to them."""

from datetime import date
from enum import Enum
from typing import Any

import strawberry

from api import globalids
from api.context import Info
from api.fields import asked, output, said
from api.globalids import Kind
from api.people import PublicMember
from api.scalars import Day, Moment, Quantity
from domain import members

V = strawberry.enum_value


@strawberry.enum(description="What a profile field holds.")
class FieldKind(Enum):
    """What a profile field holds."""

    TEXT = V("TEXT", description="Plain text of 500 characters at most: `text`.")
    INTEGER = V("INTEGER", description="A whole number, 0 or more: `number`.")
    MONEY = V("MONEY", description="Whole units of the smallest coin, such as cents: `number`.")
    DATE = V("DATE", description="A day of the calendar: `day`.")
    CHOICE = V("CHOICE", description="One of `choices`: `text`.")
    MULTI_CHOICE = V("MULTI_CHOICE", description="Some of `choices`: `chosen`.")
    BOOLEAN = V("BOOLEAN", description="Yes or no: `yes`.")


@strawberry.enum(description="A way to reach a member.")
class ContactKind(Enum):
    """A way to reach a member."""

    EMAIL = V("EMAIL", description="An e-mail address.")
    PHONE = V("PHONE", description="A telephone number, as E.164.")


@strawberry.enum(description="What somebody is in a household.")
class HouseholdRole(Enum):
    """What somebody is in a household."""

    HEAD = V("HEAD", description="Founded it, and invites.")
    ADULT = V("ADULT", description="An adult.")
    CHILD = V("CHILD", description="A child.")


@output
class ProfileField:
    """One thing your programme would like to know, and what you said. Of `text`, `number`, `day`,
    `chosen` and `yes` at most one has a value: the one that `kind` names."""

    key: str = said("The field's short name; it never changes.")
    kind: FieldKind = said("What it holds.")
    label: str = said("What to call it.")
    choices: list[str] = said("What there is to choose from; empty for other kinds.")
    required: bool = said("True when it cannot be left empty again.")
    editable: bool = said("True when you may change it; else the programme does.")
    sensitive: bool = said("True when only few of the programme's people see it.")
    text: str | None = said("What was said: for TEXT and CHOICE.")
    number: Quantity | None = said("What was said: for INTEGER and MONEY.")
    day: Day | None = said("What was said: for DATE.")
    chosen: list[str] | None = said("What was said: for MULTI_CHOICE.")
    yes: bool | None = said("What was said: for BOOLEAN.")
    set_at: Moment | None = said("When it was said; null: nothing was.")

    @classmethod
    def of(cls, field: members.Field, value: members.Value | None) -> "ProfileField":
        """A field and its answer, as the schema shows them."""
        told = {} if value is None else plain(value)
        return cls(
            key=field.key,
            kind=FieldKind[field.kind.name],
            label=field.label,
            choices=list(field.choices),
            required=field.required,
            editable=field.member_edits,
            sensitive=field.sensitive,
            text=told.get("text"),
            number=told.get("number"),
            day=told.get("day"),
            chosen=told.get("chosen"),
            yes=told.get("yes"),
            set_at=None if value is None else Moment(value.set_at),
        )


@output
class ContactPoint:
    """A way to reach you."""

    kind: ContactKind = said("What it is.")
    value: str = said("The address or number.")
    verified_at: Moment | None = said("When it was proved to be yours; null: it was not.")

    @classmethod
    def of(cls, contact: members.Contact) -> "ContactPoint":
        """A contact, as the schema shows it."""
        proved = contact.verified_at
        return cls(
            kind=ContactKind[contact.kind.name],
            value=contact.value,
            verified_at=None if proved is None else Moment(proved),
        )


@output
class Consent:
    """What was said last about one purpose."""

    purpose: str = said("What it is about, such as news.")
    version: str = said("Which version of the text was shown.")
    given: bool = said("True: agreed to; false: withdrawn or refused.")
    channel: str = said("By which way it was said.")
    at: Moment = said("When.")

    @classmethod
    def of(cls, consent: members.Consent) -> "Consent":
        """A consent, as the schema shows it."""
        return cls(
            purpose=consent.purpose,
            version=consent.version,
            given=consent.given,
            channel=consent.channel,
            at=Moment(consent.at),
        )


@output
class Inhabitant:
    """One who lives with you, or is invited to."""

    household_id: strawberry.ID = said("The household, as `leaveHousehold` takes it.")
    member: PublicMember = said("Who.")
    role: HouseholdRole = said("What they are in the household.")
    joined: bool = said("False while they have not answered.")
    since: Moment = said("When they joined, or were invited.")

    @classmethod
    def of(cls, one: members.Inhabitant) -> "Inhabitant":
        """An inhabitant, as the schema shows them."""
        return cls(
            household_id=globalids.of(Kind.HOUSEHOLD, one.household),
            member=PublicMember.of(one.member),
            role=HouseholdRole[one.role.name],
            joined=one.joined,
            since=Moment(one.since),
        )


@output
class HouseholdInvitation:
    """A household that asks you to say that you live there."""

    household_id: strawberry.ID = said("What to answer with `answerHousehold`.")
    role: HouseholdRole = said("What you would be.")
    at: Moment = said("When you were asked.")

    @classmethod
    def of(cls, invitation: members.HouseholdInvitation) -> "HouseholdInvitation":
        """An invitation, as the schema shows it."""
        return cls(
            household_id=globalids.of(Kind.HOUSEHOLD, invitation.household),
            role=HouseholdRole[invitation.role.name],
            at=Moment(invitation.at),
        )


@strawberry.type
class ProfiledMember:
    """What a member reads of their own profile; part of `Member`."""

    record: strawberry.Private[members.Member]

    @asked
    async def loyalty_number(self) -> str:
        """The number on your card; partners know you by it."""
        return self.record.external_ref

    @asked
    async def profile(self, info: Info) -> list[ProfileField]:
        """What your programme would like to know and lets you see, and what you said."""
        async with info.context.reading() as tx:
            asked = await members.fields(programme=self.record.programme, tx=tx)
            told = await members.profile(self.record, tx=tx)
        return [ProfileField.of(one, told.get(one.key)) for one in asked if one.member_sees]

    @asked
    async def contacts(self, info: Info) -> list[ContactPoint]:
        """How you are reached: ten at most."""
        async with info.context.reading() as tx:
            found = await members.contacts(self.record, tx=tx)
        return [ContactPoint.of(one) for one in found]

    @asked
    async def consents(self, info: Info) -> list[Consent]:
        """What holds of what you agreed to, by purpose: fifty at most."""
        async with info.context.reading() as tx:
            found = await members.consents(self.record, tx=tx)
        return [Consent.of(one) for one in found]

    @asked
    async def household(self, info: Info) -> list[Inhabitant]:
        """Who lives with you, you too: twelve at most; empty when you are in no household."""
        async with info.context.reading() as tx:
            found = await members.household(self.record, tx=tx)
        return [Inhabitant.of(one) for one in found]

    @asked
    async def household_invitations(self, info: Info) -> list[HouseholdInvitation]:
        """Households that wait for your answer, the oldest first: twelve at most."""
        async with info.context.reading() as tx:
            found = await members.household_invitations(self.record, tx=tx)
        return [HouseholdInvitation.of(one) for one in found]


def plain(value: members.Value) -> dict[str, Any]:
    """A value under the name that the schema has for it."""
    kind = members.FieldKind
    if value.kind is kind.DATE:
        return {"day": Day(date.fromisoformat(value.plain))}
    names = {kind.MULTI_CHOICE: "chosen", kind.BOOLEAN: "yes"}
    numbers = {kind.INTEGER: "number", kind.MONEY: "number"}
    return {(names | numbers).get(value.kind, "text"): value.plain}
