"""Mutations about households and consents."""

from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.profiles import HouseholdRole
from api.refusals import RequestRefused, result
from domain import members

NOBODY = UUID(int=0)
APP = "APP"


@input
class InviteToHouseholdInput:
    """Whom to ask."""

    handle: str = said("The handle of a member of your programme.")
    role: HouseholdRole = said("What they would be: ADULT or CHILD.")


@input
class AnswerHouseholdInput:
    """What to say to which household."""

    household_id: strawberry.ID = said("The id of an invitation's household.")
    accept: bool = said("True: you live there. False: you do not.")


@input
class SetConsentInput:
    """What you agree to, or no longer do."""

    purpose: str = said("What it is about, such as news: 2 to 40 of a-z, 0-9, _ and -.")
    version: str = said("Which version of the text you were shown, 1 to 40 characters.")
    given: bool = said("True: you agree; false: you do not, or no longer.")


@input
class LeaveHouseholdInput:
    """Which household to leave."""

    household_id: strawberry.ID = said("The `householdId` of your household.")


@output
class InviteToHouseholdSuccess:
    """They were asked."""

    viewer: Member = said("You, with your household.")


@output
class AnswerHouseholdSuccess:
    """The household has your answer."""

    viewer: Member = said("You, with your household.")


@output
class LeaveHouseholdSuccess:
    """You are in no household."""

    viewer: Member = said("You.")


@output
class SetConsentSuccess:
    """It holds from now on."""

    viewer: Member = said("You, with what holds.")


InviteToHouseholdResult: TypeAlias = Annotated[
    InviteToHouseholdSuccess | RequestRefused, result("InviteToHouseholdResult")
]
AnswerHouseholdResult: TypeAlias = Annotated[
    AnswerHouseholdSuccess | RequestRefused, result("AnswerHouseholdResult")
]
LeaveHouseholdResult: TypeAlias = Annotated[
    LeaveHouseholdSuccess | RequestRefused, result("LeaveHouseholdResult")
]
SetConsentResult: TypeAlias = Annotated[
    SetConsentSuccess | RequestRefused, result("SetConsentResult")
]


async def _invite(asked: InviteToHouseholdInput, act: Act) -> None:
    role = members.Role[asked.role.name]
    programme = act.member.programme
    other = await members.by_handle(asked.handle, programme=programme, tx=act.tx)
    await members.invite_home(act.member, other=other.id, role=role, at=act.at, tx=act.tx)


async def _answer(asked: AnswerHouseholdInput, act: Act) -> None:
    house = globalids.uuid_of(asked.household_id, Kind.HOUSEHOLD) or NOBODY
    if asked.accept:
        await members.join_home(act.member, house=house, at=act.at, tx=act.tx)
    else:
        await members.decline_home(act.member, house=house, tx=act.tx)


async def _leave(asked: LeaveHouseholdInput, act: Act) -> None:
    house = globalids.uuid_of(asked.household_id, Kind.HOUSEHOLD) or NOBODY
    await members.leave_home(act.member, house=house, tx=act.tx)


async def _consent(asked: SetConsentInput, act: Act) -> None:
    words = {"purpose": asked.purpose, "version": asked.version}
    await members.set_consent(
        act.member, **words, given=asked.given, channel=APP, at=act.at, tx=act.tx
    )


async def _invited(nothing: None, context: Context) -> InviteToHouseholdSuccess:
    return InviteToHouseholdSuccess(viewer=await viewer_of(context))


async def _answered(nothing: None, context: Context) -> AnswerHouseholdSuccess:
    return AnswerHouseholdSuccess(viewer=await viewer_of(context))


async def _left(nothing: None, context: Context) -> LeaveHouseholdSuccess:
    return LeaveHouseholdSuccess(viewer=await viewer_of(context))


async def _consented(nothing: None, context: Context) -> SetConsentSuccess:
    return SetConsentSuccess(viewer=await viewer_of(context))


INVITE: Verb[None, InviteToHouseholdResult] = Verb(None, _invite, _invited)
ANSWER: Verb[None, AnswerHouseholdResult] = Verb(
    None, _answer, _answered, paths={"house": "household_id"}
)
LEAVE: Verb[None, LeaveHouseholdResult] = Verb(None, _leave, _left)
CONSENT: Verb[None, SetConsentResult] = Verb(None, _consent, _consented)


@output
class HomeMutations:
    """Mutations about households and consents."""

    @mutation
    async def invite_to_household(
        self, info: Info, input: Annotated[InviteToHouseholdInput, argument("Whom, as what.")]
    ) -> InviteToHouseholdResult | None:
        """Ask a member to say that they live with you; founds your household if need be. Refuses
        NO_SUCH_MEMBER, BAD_HOUSEHOLD_ROLE, NOT_THE_HEAD, TOO_MANY."""
        return await INVITE.perform(info, input)

    @mutation
    async def answer_household(
        self, info: Info, input: Annotated[AnswerHouseholdInput, argument("What you say.")]
    ) -> AnswerHouseholdResult | None:
        """Accept or decline what a household asked you. Refuses ALREADY_HOUSED,
        NO_SUCH_INVITATION."""
        return await ANSWER.perform(info, input)

    @mutation
    async def leave_household(
        self, info: Info, input: Annotated[LeaveHouseholdInput, argument("Which one.")]
    ) -> LeaveHouseholdResult | None:
        """Live there no longer; without its head a household is none. Refuses
        NOT_IN_HOUSEHOLD."""
        return await LEAVE.perform(info, input)

    @mutation
    async def set_consent(
        self, info: Info, input: Annotated[SetConsentInput, argument("What you agree to.")]
    ) -> SetConsentResult | None:
        """Agree to a purpose, or withdraw. Refuses BAD_CONSENT, TOO_MANY."""
        return await CONSENT.perform(info, input)
