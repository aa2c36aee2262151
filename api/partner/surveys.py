"""Surveys, as the partners see them whose pages ask the questions."""

from typing import Annotated, TypeAlias

import strawberry

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.context import PartnerContext, PartnerInfo
from api.refusals import RequestRefused, result
from api.scalars import Moment
from api.surveys import Given, Survey, survey_of
from domain import surveys
from domain.partners import Scope


@input
class RegisterSurveyInput:
    """Questions on a page of yours."""

    title: str = said("What it is about, 1 to 120 characters.")
    url: str = said("Where the questions are: https. `ref` is added to its query.")
    closes_at: Moment = said("Until when it takes answers, within two years.")


@input
class ConfirmSurveyInput:
    """Who has answered."""

    survey_id: strawberry.ID = said("The id of a survey of yours.")
    ref: str = said("The `ref` that your page was opened with.")


@output
class RegisterSurveySuccess:
    """Members see the survey."""

    survey: Survey = said("The survey.")
    token_survey: str = said("What return tokens call the survey.")
    secret: str | None = said(
        "Base64 of what your page signs return tokens with, told in the first answer only: the"
        " token is base64url, without padding, of HMAC-SHA256 over `<tokenSurvey>.<ref>`."
    )


@output
class ConfirmSurveySuccess:
    """The answers count, once."""

    survey_id: strawberry.ID = said("The id of the survey.")
    ref: str = said("The ref.")


RegisterSurveyResult: TypeAlias = Annotated[
    RegisterSurveySuccess | RequestRefused, result("RegisterSurveyResult")
]
ConfirmSurveyResult: TypeAlias = Annotated[
    ConfirmSurveySuccess | RequestRefused, result("ConfirmSurveyResult")
]


async def _register(asked: RegisterSurveyInput, act: PartnerAct) -> Given:
    made = await surveys.register(
        title=asked.title,
        url=asked.url,
        closes_at=asked.closes_at,
        partner=act.partner.id,
        programme=act.programme.id,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )
    return Given.of(made)


async def _registered(made: Given, context: PartnerContext) -> RegisterSurveySuccess:
    return RegisterSurveySuccess(
        survey=Survey.of(made.survey), token_survey=str(made.survey.id), secret=made.secret
    )


async def _confirm(asked: ConfirmSurveyInput, act: PartnerAct) -> surveys.Answer:
    return await surveys.confirm(
        survey=survey_of(asked.survey_id),
        ref=asked.ref,
        partner=act.partner.id,
        programme=act.programme.id,
        at=act.at,
        tx=act.tx,
    )


async def _confirmed(answer: surveys.Answer, context: PartnerContext) -> ConfirmSurveySuccess:
    return ConfirmSurveySuccess(survey_id=globalids.of(Kind.SURVEY, answer.survey), ref=answer.ref)


SCOPE = Scope.SURVEYS_WRITE
REGISTER: PartnerVerb[Given, RegisterSurveyResult] = PartnerVerb(
    Given, _register, _registered, scope=SCOPE
)
CONFIRM: PartnerVerb[surveys.Answer, ConfirmSurveyResult] = PartnerVerb(
    surveys.Answer, _confirm, _confirmed, scope=SCOPE, moves=True
)


@output
class SurveyMutations:
    """Mutations about surveys."""

    @mutation
    async def register_survey(
        self, info: PartnerInfo, input: Annotated[RegisterSurveyInput, argument("Which.")]
    ) -> RegisterSurveyResult | None:
        """Ask members something on a page of yours. Needs SURVEYS_WRITE. Refuses SCOPE_MISSING,
        KEY_CLOSED, BAD_SURVEY."""
        return await REGISTER.perform(info, input)

    @mutation
    async def confirm_survey(
        self, info: PartnerInfo, input: Annotated[ConfirmSurveyInput, argument("Who.")]
    ) -> ConfirmSurveyResult | None:
        """Let a member's answers count; again changes nothing. Needs SURVEYS_WRITE and
        `@idempotent`. Refuses SCOPE_MISSING, KEY_CLOSED, NO_SUCH_SURVEY, NO_SUCH_ANSWER,
        SURVEY_CLOSED, NO_SUCH_MEMBER."""
        return await CONFIRM.perform(info, input)
