"""Activities, as GraphQL."""

from datetime import datetime
from uuid import UUID

import strawberry

from api import globalids
from api.awards import Award
from api.context import Context, Info
from api.fields import asked, output, said
from api.globalids import Kind
from api.nodes import Connection, Node, Page
from api.scalars import Day, Moment, Quantity
from api.states import ActivityProof, ActivityReason, ActivityState, ActivityType, FileFormat
from domain import activities
from domain.members import Member as Asker


@output
class Activity(Node):
    """One thing you did, uploaded or reported, and what became of it."""

    type: ActivityType = said("What you did; OTHER until the file has been read.")
    state: ActivityState = said("What became of it.")
    reasons: list[ActivityReason] = said(
        "What speaks against it, the weightiest first; at most 40, usually none."
    )
    score: int | None = said("How much it is believed, 0 to 100; null until it is read.")
    started_at: Moment | None = said("When it began; null when the file does not tell.")
    ended_at: Moment | None = said("When it ended; null when the file does not tell.")
    day: Day | None = said("The day it counts for, in your zone then.")
    duration_seconds: int = said("Seconds without pauses.")
    distance_metres: int = said("Metres, without what only a jump of the GPS covered.")
    elevation_metres: int = said("Metres climbed.")
    quantity: Quantity = said(
        "What else counts, by its type: steps, seconds of sleep or of volunteering, openings of"
        " a share, watt-hours saved, minor units of currency, or 1."
    )
    proof: ActivityProof = said("Who vouches for it.")
    source: str = said("Who told us: `file`, or such as `strava` or `partner:mill-bakery`.")
    revision: int = said("How often it was judged; the newest judgement counts.")
    format: FileFormat = said("The file's format; NONE where there was no file.")
    file_name: str = said("What the file was called; empty where there was none.")
    device: str | None = said("What recorded it, as the file or the source says.")
    uploaded_at: Moment = said("When it was sent or reported.")
    key: strawberry.Private[UUID]
    first: strawberry.Private[UUID | None]

    @asked
    async def awards(self, info: Info) -> list[Award]:
        """What it earned: at most one for each rule of the programme, usually one."""
        found = await info.context.loading.awards.load(self.key)
        return [Award.of(award) for award in found]

    @asked
    async def duplicate_of(self, info: Info) -> "Activity | None":
        """Your activity that has it already, where the reason is DUPLICATE."""
        if self.first is None:
            return None
        found = await info.context.loading.activities.load(self.first)
        return None if found is None else Activity.of(found)

    @classmethod
    def of(cls, activity: activities.Activity) -> "Activity":
        """An activity, as the schema shows it."""
        return cls(
            id=globalids.of(Kind.ACTIVITY, activity.id),
            type=ActivityType[activity.type],
            state=ActivityState[activity.state],
            reasons=[ActivityReason[reason] for reason in activity.reasons],
            score=activity.score,
            started_at=_moment(activity.started_at),
            ended_at=_moment(activity.ended_at),
            day=None if activity.day is None else Day(activity.day),
            duration_seconds=activity.duration_s,
            distance_metres=activity.distance_m,
            elevation_metres=activity.elevation_m,
            quantity=Quantity(activity.quantity),
            proof=ActivityProof[activity.proof],
            source=activity.source,
            revision=activity.revision,
            format=FileFormat[activity.format or FileFormat.NONE.name],
            file_name=activity.name or "",
            device=activity.device,
            uploaded_at=Moment(activity.created_at),
            key=activity.id,
            first=activity.duplicate_of,
        )


async def activities_page(
    asker: Asker, context: Context, *, first: int, after: str | None
) -> Connection[Activity]:
    """One page of the asker's activities, newest upload first."""
    page = Page[activities.Activity]("activities", asker, context, first=first, after=after)
    before = None if page.position is None else UUID(bytes=page.position)
    async with context.reading() as tx:
        found = await activities.listed(asker, before=before, limit=page.limit, tx=tx)
    return page.shaped(found, node=Activity.of, place=lambda one: one.id.bytes)


def _moment(at: datetime | None) -> Moment | None:
    return None if at is None else Moment(at)
