"""Mutations about the member: join, and change what one says about oneself."""

from typing import Annotated, TypeAlias

from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
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


async def _join(asked: JoinProgrammeInput, act: Act) -> members.Member:
    who = act.identity
    programme = await programmes.by_slug(who.programme, tx=act.tx)
    return await members.join(
        programme,
        handle=asked.handle,
        name=asked.name,
        locale=asked.locale or programme.locale,
        zone=asked.zone or programme.zone,
        issuer=who.issuer,
        subject=who.subject,
        at=act.at,
        tx=act.tx,
    )


async def _update(asked: UpdateProfileInput, act: Act) -> members.Member:
    return await members.edit(
        act.member,
        name=asked.name,
        locale=asked.locale,
        zone=asked.zone,
        auto_accept=asked.auto_accept,
        at=act.at,
        tx=act.tx,
    )


async def _joined(member: members.Member, context: Context) -> JoinProgrammeSuccess:
    return JoinProgrammeSuccess(viewer=await viewer_of(context))


async def _updated(member: members.Member, context: Context) -> UpdateProfileSuccess:
    return UpdateProfileSuccess(viewer=await viewer_of(context))


JOIN: Verb[members.Member, JoinProgrammeResult] = Verb(
    members.Member, _join, _joined, newcomers=True
)
UPDATE: Verb[members.Member, UpdateProfileResult] = Verb(members.Member, _update, _updated)


@output
class ProfileMutations:
    """Mutations about the member."""

    @mutation
    async def join_programme(
        self, info: Info, input: Annotated[JoinProgrammeInput, argument("Who you are.")]
    ) -> JoinProgrammeResult | None:
        """Become a member of the programme that your token is for. Refuses BAD_HANDLE,
        BAD_NAME, BAD_LOCALE, BAD_ZONE, BAD_IDENTITY, ALREADY_MEMBER, HANDLE_TAKEN,
        NO_SUCH_PROGRAMME."""
        return await JOIN.perform(info, input)

    @mutation
    async def update_profile(
        self, info: Info, input: Annotated[UpdateProfileInput, argument("What to change.")]
    ) -> UpdateProfileResult | None:
        """Change what you say about yourself. Refuses BAD_NAME, BAD_LOCALE, BAD_ZONE."""
        return await UPDATE.perform(info, input)
