"""Mutations about the member: join, and change what one says about oneself."""

from typing import Annotated, Any, TypeAlias
from uuid import UUID

from pydantic import BeforeValidator

from api import joining
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
from api.scalars import Day, Quantity
from domain import members, programmes


@input
class JoinProgrammeInput:
    """Who you want to be. The programme is the one your token is for."""

    handle: str = said("How friends find you: 3 to 30 of a-z, 0-9, dot, underscore, hyphen.")
    name: str = said("What you want to be called, 1 to 80 characters.")
    locale: str | None = said(
        "Your language as a BCP 47 tag, such as de-AT; the programme's when not said.",
        default=None,
    )
    zone: str | None = said(
        "Your IANA time zone, such as Europe/Vienna; the programme's when not said.",
        default=None,
    )
    invite_code: str | None = said(
        "The code of a member's `FriendLink`: you are their friend then, or have asked to be.",
        default=None,
    )
    referral_code: str | None = said(
        "The code of the member who brought you: you are both paid for your first activity that"
        " counts.",
        default=None,
    )
    device_id: str | None = said(
        "What the app calls this device, always the same. Only a hash is kept.", default=None
    )


@input
class UpdateProfileInput:
    """What to change; what is not said, or null, stays as it is."""

    name: str | None = said("What you want to be called, 1 to 80 characters.", default=None)
    locale: str | None = said("Your language as a BCP 47 tag, such as de-AT.", default=None)
    zone: str | None = said(
        "Your IANA time zone, such as Europe/Vienna; it holds from now on.", default=None
    )
    auto_accept: bool | None = said(
        "True: points from friends arrive without asking you.", default=None
    )
    answers: list["ProfileAnswerInput"] | None = said(
        "What you say to profile fields: a hundred at most, the others stay.", default=None
    )


@input
class ProfileAnswerInput:
    """What you say to one profile field: by the one of these that its kind names; none of them
    takes the answer back."""

    key: str = said("The key of a `ProfileField`.")
    text: str | None = said("For TEXT and CHOICE.", default=None)
    number: Quantity | None = said("For INTEGER and MONEY.", default=None)
    day: Day | None = said("For DATE.", default=None)
    chosen: list[str] | None = said("For MULTI_CHOICE.", default=None)
    yes: bool | None = said("For BOOLEAN.", default=None)

    def answer(self) -> Any:
        """The answer as the domain has it; several at once fit no field."""
        day = None if self.day is None else self.day.isoformat()
        given = (self.text, self.number, day, self.chosen, self.yes)
        told = [one for one in given if one is not None]
        return told[0] if len(told) == 1 else (tuple(told) or None)


@output
class JoinProgrammeSuccess:
    """You are a member."""

    viewer: Member = said("You.")


@output
class UpdateProfileSuccess:
    """Your profile is changed."""

    viewer: Member = said("You, as you are now.")


JoinProgrammeResult: TypeAlias = Annotated[
    JoinProgrammeSuccess | RequestRefused, result("JoinProgrammeResult")
]
UpdateProfileResult: TypeAlias = Annotated[
    UpdateProfileSuccess | RequestRefused, result("UpdateProfileResult")
]


# An answer names nobody: only the id is kept of a member. Answers of before had all of it.
Kept = Annotated[UUID, BeforeValidator(lambda kept: kept["id"] if isinstance(kept, dict) else kept)]


async def _join(asked: JoinProgrammeInput, act: Act) -> UUID:
    who = act.identity
    programme = await programmes.by_slug(who.programme, tx=act.tx)
    email = who.email if who.email_verified else None
    member = await members.join(
        programme,
        handle=asked.handle,
        name=asked.name,
        locale=asked.locale or programme.locale,
        zone=asked.zone or programme.zone,
        issuer=who.issuer,
        subject=who.subject,
        email=members.likely_contact(members.ContactKind.EMAIL, email),
        phone=members.likely_contact(members.ContactKind.PHONE, who.phone),
        at=act.at,
        tx=act.tx,
    )
    await joining.brought(asked, member, act)
    return member.id


async def _update(asked: UpdateProfileInput, act: Act) -> UUID:
    if asked.answers:
        told = {one.key: one.answer() for one in asked.answers}
        await members.fill(act.member, told, at=act.at, tx=act.tx)
    edited = await members.edit(
        act.member,
        name=asked.name,
        locale=asked.locale,
        zone=asked.zone,
        auto_accept=asked.auto_accept,
        at=act.at,
        tx=act.tx,
    )
    return edited.id


async def _joined(member: UUID, context: Context) -> JoinProgrammeSuccess:
    return JoinProgrammeSuccess(viewer=await viewer_of(context))


async def _updated(member: UUID, context: Context) -> UpdateProfileSuccess:
    return UpdateProfileSuccess(viewer=await viewer_of(context))


JOIN: Verb[UUID, JoinProgrammeResult] = Verb(
    Kept, _join, _joined, newcomers=True, paths=joining.PATHS
)
UPDATE: Verb[UUID, UpdateProfileResult] = Verb(Kept, _update, _updated)


@output
class ProfileMutations:
    """Mutations about the member."""

    @mutation
    async def join_programme(
        self, info: Info, input: Annotated[JoinProgrammeInput, argument("Who you are.")]
    ) -> JoinProgrammeResult | None:
        """Become a member of the programme that your token is for. Refuses BAD_HANDLE,
        BAD_NAME, BAD_LOCALE, BAD_ZONE, BAD_IDENTITY, ALREADY_MEMBER, HANDLE_TAKEN,
        NO_SUCH_PROGRAMME, BAD_DEVICE, NO_SUCH_REFERRAL_CODE, NO_SUCH_LINK."""
        return await JOIN.perform(info, input)

    @mutation
    async def update_profile(
        self, info: Info, input: Annotated[UpdateProfileInput, argument("What to change.")]
    ) -> UpdateProfileResult | None:
        """Change what you say about yourself. Refuses NO_SUCH_FIELD, BAD_VALUE, VALUE_REQUIRED,
        BAD_NAME, BAD_LOCALE, BAD_ZONE."""
        return await UPDATE.perform(info, input)
