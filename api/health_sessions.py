"""The mutation that takes what a member's app read from a health platform."""

from collections.abc import Sequence
from enum import Enum
from typing import Annotated, TypeAlias

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
from api.scalars import Json
from api.states import ActivityReason, ActivityState, ReportFault, ReportStatus
from domain import activities
from domain.activities import Outcome, Platform
from infra.errors import Refused

V = strawberry.enum_value
SESSIONS_MAX = 100


class TooManyItems(Refused):
    """More sessions than one mutation takes."""

    code = "TOO_MANY_ITEMS"
    path = ("sessions",)


@strawberry.enum(description="A health platform whose sessions are read.")
class HealthPlatform(Enum):
    """A health platform."""

    HEALTHKIT = V("HEALTHKIT", description="Apple: HKWorkout, step and sleep samples.")
    HEALTH_CONNECT = V(
        "HEALTH_CONNECT", description="Android: ExerciseSession, Steps and SleepSession records."
    )
    OPEN_MHEALTH = V(
        "OPEN_MHEALTH", description="physical-activity, step-count and sleep-duration data points."
    )


@input
class ReportHealthSessionsInput:
    """What your app read, in the platform's own words."""

    platform: HealthPlatform = said("Where it was read.")
    sessions: list[Json] = said(
        f"The sessions, {SESSIONS_MAX} at most, each a JSON object as the documentation shows."
    )


@output
class SessionAnswer:
    """What one session is answered."""

    status: ReportStatus = said("What became of it.")
    activity_id: strawberry.ID | None = said("The activity; null where it was refused.")
    state: ActivityState | None = said("Where the activity stands; null where it was refused.")
    reasons: list[ActivityReason] = said("What speaks against it; at most 50, usually none.")
    code: ReportFault | None = said("Why it was refused; null where it was not.")
    path: list[str] = said("Where in the session the fault is; empty when it is nowhere.")

    @classmethod
    def of(cls, outcome: Outcome) -> "SessionAnswer":
        """An outcome, as the schema shows it."""
        id = outcome.activity
        return cls(
            status=ReportStatus[outcome.status],
            activity_id=None if id is None else globalids.of(Kind.ACTIVITY, id),
            state=None if outcome.state is None else ActivityState[outcome.state],
            reasons=[ActivityReason[reason] for reason in outcome.reasons],
            code=None if outcome.code is None else ReportFault[outcome.code],
            path=list(outcome.path),
        )


@output
class ReportHealthSessionsSuccess:
    """Each was looked at by itself."""

    answers: list[SessionAnswer] = said(f"One for each session; at most {SESSIONS_MAX}.")
    viewer: Member = said("You, as you are now.")


ReportHealthSessionsResult: TypeAlias = Annotated[
    ReportHealthSessionsSuccess | RequestRefused, result("ReportHealthSessionsResult")
]


async def _report(asked: ReportHealthSessionsInput, act: Act) -> Sequence[Outcome]:
    if len(asked.sessions) > SESSIONS_MAX:
        raise TooManyItems(f"at most {SESSIONS_MAX} at once")
    return await activities.report_sessions(
        asked.sessions,
        platform=Platform[asked.platform.name],
        member=act.member,
        at=act.at,
        tx=act.tx,
    )


async def _reported(outcomes: Sequence[Outcome], context: Context) -> ReportHealthSessionsSuccess:
    answers = [SessionAnswer.of(outcome) for outcome in outcomes]
    return ReportHealthSessionsSuccess(answers=answers, viewer=await viewer_of(context))


REPORT: Verb[Sequence[Outcome], ReportHealthSessionsResult] = Verb(
    list[Outcome], _report, _reported
)


@output
class HealthMutations:
    """Mutations about health platforms."""

    @mutation
    async def report_health_sessions(
        self, info: Info, input: Annotated[ReportHealthSessionsInput, argument("What.")]
    ) -> ReportHealthSessionsResult | None:
        """Tell what your phone's health platform has. A session that was told before changes
        nothing, and where several devices recorded one time the best one counts. Refuses
        TOO_MANY_ITEMS; single sessions have their own answers."""
        return await REPORT.perform(info, input)
