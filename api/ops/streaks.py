"""Streaks, as operators see them."""

from uuid import UUID

import strawberry

from api import globalids
from api.fields import output, said
from api.globalids import Kind
from api.nodes import Node
from api.ops.context import OpsInfo, permitted
from api.scalars import Day, Moment
from api.streaks import StreakCadence, StreakTerms
from domain import streaks
from domain.operators import Permission


@output
class StreakVersion:
    """The rules of a streak from some day on."""

    since: Day = said("The first day of the first period that they hold for.")
    terms: StreakTerms = said("The rules.")


@output
class Streak(Node):
    """Days or weeks in a row that the programme rewards."""

    name: str = said("What it is called.")
    description: str = said("What it is about; may be empty.")
    cadence: StreakCadence = said("How long a period is.")
    grace_hours: int = said("What starts so many hours after a period may still count for it.")
    first_day: Day = said("The first local day that counts.")
    last_day: Day | None = said("The last one; null: it is not retired.")
    versions: list[StreakVersion] = said("Its rules, the oldest first; 50 at most.")
    created_at: Moment = said("When it was defined.")

    @classmethod
    def of(cls, streak: streaks.Streak) -> "Streak":
        """A streak, as operators see it."""
        return cls(
            id=streak_id(streak.id),
            name=streak.name,
            description=streak.description,
            cadence=StreakCadence[streak.cadence],
            grace_hours=streak.grace_hours,
            first_day=Day(streak.first_day),
            last_day=None if streak.last_day is None else Day(streak.last_day),
            versions=[
                StreakVersion(since=Day(one.since), terms=StreakTerms.of(one.terms))
                for one in streak.versions
            ],
            created_at=Moment(streak.created_at),
        )


@output
class StreakQueries:
    """What operators see of streaks."""

    @permitted(Permission.STREAKS_READ)
    async def streaks(self, info: OpsInfo) -> list[Streak] | None:
        """The programme's streaks, the oldest first, retired ones too: some hundreds at most."""
        asker = await info.context.allowed(Permission.STREAKS_READ)
        async with info.context.reading() as tx:
            return [Streak.of(one) for one in await streaks.every(asker.programme, tx=tx)]


def streak_id(id: UUID) -> strawberry.ID:
    """The global id of a streak."""
    return globalids.of(Kind.STREAK, id)
