"""Activities, as partners tell them by GraphQL and see what became of them.

The same as POST /partner/activities, for fewer at once.
"""

from typing import Annotated, Any, TypeAlias

import strawberry
from strawberry.utils.str_converters import to_camel_case

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.partner import taking, workouts
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.context import PartnerContext, PartnerInfo, scoped
from api.partner.taking import Answer
from api.partner.workouts import TYPE_PREFIX, TYPE_SUFFIX, Deleted
from api.refusals import RequestRefused, result
from api.scalars import Moment, Quantity
from api.states import (
    ActivityReason,
    ActivityRecorder,
    ActivityState,
    ActivityType,
    ReportFault,
    ReportStatus,
)
from domain import activities
from domain.partners import Scope
from infra.errors import Refused

ITEMS_MAX = 100
FIELDS = ("duration_seconds", "distance_metres", "steps", "asleep_seconds", "device", "indoor")


class TooManyItems(Refused):
    """More items than one mutation takes."""

    code = "TOO_MANY_ITEMS"

    def __init__(self, field: str) -> None:
        super().__init__(f"at most {ITEMS_MAX} at once")
        self.path = (field,)


@output
class ReportAnswer:
    """What one item is answered."""

    id: str = said("What you call it.")
    status: ReportStatus = said("What became of it.")
    activity_id: strawberry.ID | None = said("The activity; null where it was refused.")
    state: ActivityState | None = said("Where the activity stands; null where it was refused.")
    code: ReportFault | None = said("Why it was refused; null where it was not.")
    path: list[str] = said("The field of the item that is at fault; at most one, often none.")

    @classmethod
    def of(cls, answer: Answer) -> "ReportAnswer":
        """An answer, as the schema shows it."""
        return cls(
            id=answer.id or "",
            status=ReportStatus[answer.status],
            activity_id=None if answer.activity is None else strawberry.ID(answer.activity),
            state=None if answer.state is None else ActivityState[answer.state],
            code=None if answer.code is None else ReportFault[answer.code],
            path=list(answer.path[-1:]),
        )


@output
class ReportedActivity(Node):
    """One activity that you told, as it stands now."""

    external_id: str = said("What you call it.")
    type: ActivityType = said("What it was.")
    state: ActivityState = said("What became of it.")
    reasons: list[ActivityReason] = said("What speaks against it; at most 50, usually none.")
    started_at: Moment | None = said("When it began.")
    ended_at: Moment | None = said("When it ended.")
    duration_seconds: int = said("Seconds that count.")
    distance_metres: int = said("Metres that count.")
    quantity: Quantity = said("What else counts, in the unit of its type.")
    revision: int = said("How often it was judged.")

    @classmethod
    def of(cls, one: activities.Activity) -> "ReportedActivity":
        """An activity, as the partner that told it sees it."""
        return cls(
            id=globalids.of(Kind.ACTIVITY, one.id),
            external_id=one.external_id or "",
            type=ActivityType[one.type],
            state=ActivityState[one.state],
            reasons=[ActivityReason[reason] for reason in one.reasons],
            started_at=None if one.started_at is None else Moment(one.started_at),
            ended_at=None if one.ended_at is None else Moment(one.ended_at),
            duration_seconds=one.duration_s,
            distance_metres=one.distance_m,
            quantity=Quantity(one.quantity),
            revision=one.revision,
        )


@output
class ActivityQueries:
    """What a partner sees of what it told."""

    @scoped(Scope.ACTIVITIES_READ)
    async def reported_activities(
        self, info: PartnerInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[ReportedActivity] | None:
        """The activities that you told, in the order of what you call them."""
        context = info.context
        partner = context.partner
        page = Page[activities.Activity]("reported", partner, context, first=first, after=after)
        behind = (page.position or b"").decode()
        async with context.reading() as tx:
            found = await activities.reported(
                taking.source_of(partner),
                programme=partner.programme,
                after=behind,
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(
            found, node=ReportedActivity.of, place=lambda one: (one.external_id or "").encode()
        )

    @scoped(Scope.ACTIVITIES_READ)
    async def reported_as(
        self,
        info: PartnerInfo,
        ids: Annotated[list[str], argument(f"What you call them, {ITEMS_MAX} at most.")],
    ) -> list[ReportedActivity] | None:
        """Those of your activities that you call so: at most one for each name."""
        partner = info.context.partner
        names = [name for name in ids[:ITEMS_MAX] if workouts.is_text(name)]
        async with info.context.reading() as tx:
            found = await activities.reported_as(
                names, source=taking.source_of(partner), programme=partner.programme, tx=tx
            )
        return [ReportedActivity.of(one) for one in found]


@input
class ReportedActivityInput:
    """One activity: a sport, STEPS or SLEEP."""

    id: str = said("What you call it, 1 to 255 characters: unique among yours for ever.")
    subject: str = said("Whose it is: as you call the member, or the loyalty number.")
    type: ActivityType = said("What it was.")
    started_at: Moment = said("When it began.")
    ended_at: Moment = said("When it ended.")
    duration_seconds: int | None = said("Of a sport: seconds without pauses.", default=None)
    distance_metres: int | None = said("Of a sport: metres.", default=None)
    steps: int | None = said("Of STEPS, which need it: how many.", default=None)
    asleep_seconds: int | None = said("Of SLEEP, which needs it: seconds.", default=None)
    device: str | None = said("What recorded it, in words.", default=None)
    recorder: ActivityRecorder | None = said(
        "What kind of thing that is; PLATFORM when not said.", default=None
    )
    indoor: bool = said("Of a sport: true where a machine measured it.", default=False)


@input
class ReportActivitiesInput:
    """What to report."""

    activities: list[ReportedActivityInput] = said(f"The activities, {ITEMS_MAX} at most.")


@input
class DeleteActivitiesInput:
    """What you deleted."""

    ids: list[str] = said(f"What you call them, {ITEMS_MAX} at most.")


@output
class ReportActivitiesSuccess:
    """Each was looked at by itself; the answers are in the order of the items."""

    answers: list[ReportAnswer] = said(f"One for each item; at most {ITEMS_MAX}.")


@output
class DeleteActivitiesSuccess:
    """They count for nothing any more, whether you had told them before or not."""

    answers: list[ReportAnswer] = said(f"One for each name; at most {ITEMS_MAX}.")


ReportActivitiesResult: TypeAlias = Annotated[
    ReportActivitiesSuccess | RequestRefused, result("ReportActivitiesResult")
]
DeleteActivitiesResult: TypeAlias = Annotated[
    DeleteActivitiesSuccess | RequestRefused, result("DeleteActivitiesResult")
]


def _event(asked: ReportedActivityInput, source: str) -> dict[str, Any]:
    """The item as the event it would be, so that both ways in take the same."""
    data = {
        to_camel_case(name): value
        for name in FIELDS
        if (value := getattr(asked, name)) is not None and value is not False
    }
    recorder = {} if asked.recorder is None else {"recorder": asked.recorder.name}
    times = {"startedAt": asked.started_at.isoformat(), "endedAt": asked.ended_at.isoformat()}
    return {
        "specversion": "1.0",
        "id": asked.id,
        "source": source,
        "type": f"{TYPE_PREFIX}{asked.type.name.lower()}{TYPE_SUFFIX}",
        "subject": asked.subject,
        "data": {**times, **data, **recorder},
    }


async def _report(asked: ReportActivitiesInput, act: PartnerAct) -> list[Answer]:
    _check(len(asked.activities), "activities")
    source = act.partner.slug
    items = [workouts.read(_event(one, source), source=source) for one in asked.activities]
    return list(await taking.take(items, act.partner, at=act.at, tx=act.tx))


async def _delete(asked: DeleteActivitiesInput, act: PartnerAct) -> list[Answer]:
    _check(len(asked.ids), "ids")
    items = [
        Deleted(name, name)
        if workouts.is_text(name)
        else workouts.Refused("NOT_AN_EVENT", ("ids",), "a name is printable text", id=name)
        for name in asked.ids
    ]
    return list(await taking.take(items, act.partner, at=act.at, tx=act.tx))


def _check(count: int, field: str) -> None:
    if count > ITEMS_MAX:
        raise TooManyItems(field)


async def _reported(answers: list[Answer], context: PartnerContext) -> ReportActivitiesSuccess:
    return ReportActivitiesSuccess(answers=[ReportAnswer.of(answer) for answer in answers])


async def _deleted(answers: list[Answer], context: PartnerContext) -> DeleteActivitiesSuccess:
    return DeleteActivitiesSuccess(answers=[ReportAnswer.of(answer) for answer in answers])


REPORT: PartnerVerb[list[Answer], ReportActivitiesResult] = PartnerVerb(
    list[Answer], _report, _reported, scope=Scope.ACTIVITIES_WRITE
)
DELETE: PartnerVerb[list[Answer], DeleteActivitiesResult] = PartnerVerb(
    list[Answer], _delete, _deleted, scope=Scope.ACTIVITIES_WRITE
)


@output
class ActivityMutations:
    """Mutations about activities."""

    @mutation
    async def report_activities(
        self, info: PartnerInfo, input: Annotated[ReportActivitiesInput, argument("What.")]
    ) -> ReportActivitiesResult | None:
        """Tell what members did, as POST /partner/activities does. What was told before by that
        id changes nothing. Needs ACTIVITIES_WRITE. Refuses SCOPE_MISSING, KEY_CLOSED,
        TOO_MANY_ITEMS; single items have their own answers."""
        return await REPORT.perform(info, input)

    @mutation
    async def delete_activities(
        self, info: PartnerInfo, input: Annotated[DeleteActivitiesInput, argument("Which.")]
    ) -> DeleteActivitiesResult | None:
        """Say that you deleted activities, also before you told them; what they earned is taken
        back. Needs ACTIVITIES_WRITE. Refuses SCOPE_MISSING, KEY_CLOSED, TOO_MANY_ITEMS."""
        return await DELETE.perform(info, input)
