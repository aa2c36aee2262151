"""Surveys, as members see them."""

from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry
from pydantic import Field

from api import globalids
from api.context import Context, Info
from api.fields import argument, asked, input, mutation, output, said
from api.globalids import Kind
from api.mutating import Act, Verb
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.refusals import RequestRefused, result
from api.scalars import Moment
from api.volunteering import uuid_place
from domain import surveys
from domain.members import Member
from infra.db import Tx

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Given:
    """A new survey as the answer of a mutation; the secret is left out of what is kept of it."""

    survey: surveys.Survey
    secret: Annotated[str | None, Field(exclude=True)] = None

    @classmethod
    def of(cls, made: surveys.Registered) -> "Given":
        """What was registered, as an answer."""
        return cls(made.survey, made.secret)


@output
class Survey(Node):
    """Questions on somebody's page."""

    title: str = said("What it is about.")
    closes_at: Moment = said("Until when it takes answers.")

    @classmethod
    def of(cls, survey: surveys.Survey) -> "Survey":
        """A survey, as the schema shows it."""
        id = globalids.of(Kind.SURVEY, survey.id)
        return cls(id=id, title=survey.title, closes_at=Moment(survey.closes_at))


@output
class SurveyAnswer:
    """Your part in a survey."""

    survey_id: strawberry.ID = said("The id of the `Survey`.")
    url: str = said("Where to answer; it tells the page a ref, and not who you are.")
    answered_at: Moment | None = said("When it counted; null before.")

    @classmethod
    def of(cls, answer: surveys.Answer) -> "SurveyAnswer":
        """An answer, as the schema shows it."""
        return cls(
            survey_id=globalids.of(Kind.SURVEY, answer.survey),
            url=answer.url,
            answered_at=None if answer.answered_at is None else Moment(answer.answered_at),
        )


@output
class SurveyQueries:
    """What members see of surveys."""

    @asked
    async def surveys(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Survey] | None:
        """The surveys that take answers; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[surveys.Survey]("surveys", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await surveys.surveys(
                programme=asker.programme,
                after=uuid_place(page),
                limit=page.limit,
                open_at=context.at,
                tx=tx,
            )
        return page.shaped(found, node=Survey.of, place=lambda one: one.id.bytes)


@input
class StartSurveyInput:
    """Which survey to answer."""

    survey_id: strawberry.ID = said("The id of a `Survey`.")


@input
class FinishSurveyInput:
    """What the survey's page gave you at its end."""

    survey_id: strawberry.ID = said("The id of a `Survey`.")
    token: str = said("The token from the address that the page sent you back to.")


@output
class SurveyAnswered:
    """Your part in the survey."""

    answer: SurveyAnswer = said("Your part in it.")


@output
class StartSurveySuccess(SurveyAnswered):
    """Answer at its address; starting again changes nothing."""


@output
class FinishSurveySuccess(SurveyAnswered):
    """Your answers count, once."""


StartSurveyResult: TypeAlias = Annotated[
    StartSurveySuccess | RequestRefused, result("StartSurveyResult")
]
FinishSurveyResult: TypeAlias = Annotated[
    FinishSurveySuccess | RequestRefused, result("FinishSurveyResult")
]


async def _start(asked: StartSurveyInput, act: Act) -> surveys.Answer:
    id = survey_of(asked.survey_id)
    return await surveys.start(act.member, survey=id, at=act.at, tx=act.tx)


async def _finish(asked: FinishSurveyInput, act: Act) -> surveys.Answer:
    id = survey_of(asked.survey_id)
    return await surveys.finish(act.member, survey=id, token=asked.token, at=act.at, tx=act.tx)


def survey_of(id: str) -> UUID:
    """The survey that a global id names; one that is none for any other text."""
    return globalids.uuid_of(id, Kind.SURVEY) or NOBODY


def _shaped(kind: type[SurveyAnswered]) -> Any:
    async def shape(answer: surveys.Answer, context: Context) -> SurveyAnswered:
        return kind(answer=SurveyAnswer.of(answer))

    return shape


PATHS = {"ref": "survey_id"}
START: Verb[surveys.Answer, StartSurveyResult] = Verb(
    surveys.Answer, _start, _shaped(StartSurveySuccess), paths=PATHS
)
FINISH: Verb[surveys.Answer, FinishSurveyResult] = Verb(
    surveys.Answer, _finish, _shaped(FinishSurveySuccess), moves=True, paths=PATHS
)


@output
class SurveyMutations:
    """Mutations about surveys."""

    @mutation
    async def start_survey(
        self, info: Info, input: Annotated[StartSurveyInput, argument("Which survey.")]
    ) -> StartSurveyResult | None:
        """Get the address where you answer. Refuses NO_SUCH_SURVEY, SURVEY_CLOSED."""
        return await START.perform(info, input)

    @mutation
    async def finish_survey(
        self, info: Info, input: Annotated[FinishSurveyInput, argument("The token.")]
    ) -> FinishSurveyResult | None:
        """Let your answers count, by the page's token. Needs `@idempotent`. Refuses
        NO_SUCH_SURVEY, NO_SUCH_ANSWER, BAD_RETURN_TOKEN, SURVEY_CLOSED."""
        return await FINISH.perform(info, input)


async def find(name: globalids.Name, asker: Member, tx: Tx) -> Survey | None:
    """The survey with that id in the asker's programme, also when it is over."""
    try:
        found = await surveys.by_id(name.uuid or NOBODY, programme=asker.programme, tx=tx)
    except surveys.NoSuchSurvey:
        return None
    return Survey.of(found)
