"""Surveys, as operators see them."""

from typing import Annotated, TypeAlias

import strawberry

from api.fields import argument, input, mutation, output, said
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.operators import place_of
from api.refusals import RequestRefused, result
from api.scalars import Moment
from api.surveys import Given, Survey, survey_of
from domain import surveys
from domain.operators import Permission


@output
class SurveyQueries:
    """What operators see of surveys."""

    @permitted(Permission.RULES_READ)
    async def surveys(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Survey] | None:
        """The surveys, oldest first, also those that were closed."""
        context = info.context
        asker = await context.allowed(Permission.RULES_READ)
        page = Page[surveys.Survey]("surveys", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await surveys.surveys(
                programme=asker.programme,
                after=place_of(page),
                limit=page.limit,
                open_at=None,
                tx=tx,
            )
        return page.shaped(found, node=Survey.of, place=lambda one: one.id.bytes)


@input
class RegisterSurveyInput:
    """Questions on a page."""

    title: str = said("What it is about, 1 to 120 characters.")
    url: str = said("Where the questions are: https. `ref` is added to its query.")
    closes_at: Moment = said("Until when it takes answers, within two years.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class CloseSurveyInput:
    """Which survey to close."""

    survey_id: strawberry.ID = said("The id of a `Survey`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class RegisterSurveySuccess:
    """Members see the survey; its page confirms answers by return tokens."""

    survey: Survey = said("The survey.")
    token_survey: str = said("What return tokens call the survey.")
    secret: str | None = said(
        "Base64 of what the page signs return tokens with, told in the first answer only: the"
        " token is base64url, without padding, of HMAC-SHA256 over `<tokenSurvey>.<ref>`."
    )


@output
class CloseSurveySuccess:
    """The survey takes no more answers."""

    survey: Survey = said("The survey.")


RegisterSurveyResult: TypeAlias = Annotated[
    RegisterSurveySuccess | RequestRefused, result("RegisterSurveyResult")
]
CloseSurveyResult: TypeAlias = Annotated[
    CloseSurveySuccess | RequestRefused, result("CloseSurveyResult")
]


async def _register(asked: RegisterSurveyInput, act: OpsAct) -> Given:
    made = await surveys.register(
        title=asked.title,
        url=asked.url,
        closes_at=asked.closes_at,
        partner=None,
        programme=act.programme.id,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )
    return Given.of(made)


async def _close(asked: CloseSurveyInput, act: OpsAct) -> surveys.Survey:
    id = survey_of(asked.survey_id)
    return await surveys.close(id, programme=act.programme.id, tx=act.tx)


async def _registered(made: Given, context: OpsContext) -> RegisterSurveySuccess:
    return RegisterSurveySuccess(
        survey=Survey.of(made.survey), token_survey=str(made.survey.id), secret=made.secret
    )


async def _closed(survey: surveys.Survey, context: OpsContext) -> CloseSurveySuccess:
    return CloseSurveySuccess(survey=Survey.of(survey))


WRITE = Permission.RULES_WRITE
REGISTER: OpsVerb[Given, RegisterSurveyResult] = OpsVerb(
    Given,
    _register,
    _registered,
    permission=WRITE,
    made=lambda made: Survey.of(made.survey).id,
)
CLOSE: OpsVerb[surveys.Survey, CloseSurveyResult] = OpsVerb(
    surveys.Survey, _close, _closed, permission=WRITE
)


@output
class SurveyMutations:
    """Mutations about surveys."""

    @mutation
    async def register_survey(
        self, info: OpsInfo, input: Annotated[RegisterSurveyInput, argument("Which.")]
    ) -> RegisterSurveyResult | None:
        """Ask members something on a page. Needs RULES_WRITE. Refuses BAD_SURVEY."""
        return await REGISTER.perform(info, input)

    @mutation
    async def close_survey(
        self, info: OpsInfo, input: Annotated[CloseSurveyInput, argument("Which.")]
    ) -> CloseSurveyResult | None:
        """Take no more answers. Needs RULES_WRITE. Refuses NO_SUCH_SURVEY."""
        return await CLOSE.perform(info, input)
