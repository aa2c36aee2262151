"""Contests, as those see them who play or are asked to."""

from collections.abc import Collection
from enum import Enum
from uuid import UUID

import strawberry

from api import cursors, globalids
from api.context import Info
from api.counting import MetricName
from api.fields import asked, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.people import PublicMember, other
from api.scalars import Day, Moment, Points, Quantity
from domain import contests, friends
from domain.contests import NoSuchContest, Player, Seat, Template
from domain.members import Member as Asker
from infra import clock
from infra.db import Tx

V = strawberry.enum_value


@strawberry.enum(description="What friends may compete in.")
class ContestTemplateName(Enum):
    """What friends may compete in."""

    STEPS = V("STEPS", description="Steps.")
    WALKING = V("WALKING", description="Metres walked and hiked.")
    RUNNING = V("RUNNING", description="Metres run.")
    RIDING = V("RIDING", description="Metres ridden by bicycle.")
    MINUTES = V("MINUTES", description="Seconds in motion, in whatever way.")
    CLIMBING = V("CLIMBING", description="Metres climbed, on foot or by bicycle.")
    ACTIVE_DAYS = V("ACTIVE_DAYS", description="Days on which one moved in whatever way.")
    ENERGY = V("ENERGY", description="Watt-hours saved.")


@strawberry.enum(
    description="Who gets the stakes. Those who are level share a place, and the prizes of as many"
    " places as they are; a prize that nobody takes goes to the others in proportion to theirs;"
    " what does not divide goes, a point each, to whom the largest part of a point is due."
)
class ContestPayout(Enum):
    """Who gets the stakes."""

    WINNER = V("WINNER", description="The first gets all.")
    TOP_THREE = V("TOP_THREE", description="50, 30 and 20 of a hundred for the first three.")
    COMPLETED = V("COMPLETED", description="All who reached the target, the same each.")


@strawberry.enum(description="Where a contest is. The last three are final.")
class ContestState(Enum):
    """Where a contest is."""

    OPEN = V("OPEN", description="Friends may still come in.")
    RUNNING = V("RUNNING", description="Activities count.")
    FINISHED = V("FINISHED", description="The stakes are the winners'.")
    DRAWN = V(
        "DRAWN",
        description="Nobody won: every stake went back, also of those who had forfeited theirs.",
    )
    CALLED_OFF = V(
        "CALLED_OFF",
        description="Fewer than two played on the first day, or the creator called it off before:"
        " every stake went back.",
    )


@strawberry.enum(description="Where somebody is in a contest.")
class ContestPart(Enum):
    """Where somebody is in a contest."""

    INVITED = V("INVITED", description="They have not answered.")
    PLAYING = V("PLAYING", description="They play.")
    DECLINED = V("DECLINED", description="They said no.")
    WITHDRAWN = V("WITHDRAWN", description="They went before it began, and have their stake.")
    FORFEITED = V(
        "FORFEITED",
        description="They went after it had begun: they cannot win, and their stake stays in it.",
    )


@output
class ContestTemplate:
    """Something that friends may compete in: to a target, or for the most."""

    template: ContestTemplateName = said("What it is called in a request.")
    name: str = said("What it is called, for members.")
    metric: MetricName = said("What is counted.")
    target_min: Quantity = said("The least target, in the unit of the metric.")
    target_max: Quantity = said("And the most; of days no more than the contest has.")

    @classmethod
    def of(cls, template: Template) -> "ContestTemplate":
        """A template, as the schema shows it."""
        rules = contests.RULES[template]
        return cls(
            template=ContestTemplateName[template.name],
            name=rules.name,
            metric=MetricName[rules.metric.name],
            target_min=Quantity(rules.least),
            target_max=Quantity(rules.most),
        )


@output
class ContestPlayer:
    """Somebody who plays, has played, or was asked to."""

    part: ContestPart = said("Where they are.")
    stake: Points = said("Points that are set aside for it, or were when it ended.")
    reached: Quantity | None = said("In the unit of the metric; null before it has begun.")
    place: int | None = said(
        "Among those who could win, counted from 1: to a target those who have reached it, the"
        " first by when the activity that did ended; for the most those who have done anything."
        " Those who are level share a place. Null for the others."
    )
    won: Points | None = said("What they got of the stakes; null before it is over.")
    key: strawberry.Private[UUID | None]

    @asked
    async def member(self, info: Info) -> PublicMember | None:
        """Who it is; null: somebody with whom there is a block."""
        return None if self.key is None else await other(self.key, info)

    @classmethod
    def of(cls, player: Player, *, apart: Collection[UUID]) -> "ContestPlayer":
        """A player, as a member sees them between whom and those of `apart` there is a block."""
        return cls(
            part=ContestPart[player.state.name],
            stake=Points(player.stake),
            reached=None if player.reached is None else Quantity(player.reached),
            place=player.place,
            won=None if player.won is None else Points(player.won),
            key=None if player.member in apart else player.member,
        )


@output
class Contest(Node):
    """A challenge among friends that you are in, or may come into."""

    template: ContestTemplate = said("What they compete in.")
    target: Quantity | None = said(
        "What is to be reached, in the unit of the metric; null: whoever does the most wins."
    )
    payout: ContestPayout = said("Who gets the stakes.")
    stake: Points = said("Points that each sets aside, until it is over; 0: none.")
    state: ContestState = said("Where it is.")
    part: ContestPart = said("Where you are in it.")
    first_day: Day = said("The first day that counts, in each player's own zone.")
    last_day: Day = said("The last day that counts, in each player's own zone.")
    starts_at: Moment = said("Until when one may come in: its first day begins for the creator.")
    pays_at: Moment = said(
        "From when on the stakes are paid: twelve hours after the last day has ended everywhere."
        " Activities that arrive or are corrected later change nothing."
    )
    ended_at: Moment | None = said("When it was over; null before.")
    seat: strawberry.Private[Seat]

    @asked
    async def creator(self, info: Info) -> PublicMember | None:
        """Who created it; null: somebody with whom there is a block."""
        creator = self.seat.contest.creator
        return None if creator in await _apart([creator], info) else await other(creator, info)

    @asked
    async def players(self, info: Info) -> list[ContestPlayer]:
        """Everybody in it or asked, 50 at most: by their places, then as they came in. While it
        runs, as it would end now."""
        async with info.context.reading() as tx:
            found = await contests.players(self.seat.contest, tx=tx)
        apart = await _apart([player.member for player in found], info)
        return [ContestPlayer.of(player, apart=apart) for player in found]

    @classmethod
    def of(cls, seat: Seat) -> "Contest":
        """A contest, as one of those whom it concerns sees it."""
        contest = seat.contest
        return cls(
            id=globalids.of(Kind.CONTEST, contest.id),
            template=ContestTemplate.of(contest.template),
            target=None if contest.target is None else Quantity(contest.target),
            payout=ContestPayout[contest.payout.name],
            stake=Points(contest.stake),
            state=ContestState[contest.state.name],
            part=ContestPart[seat.player.state.name],
            first_day=Day(contest.first_day),
            last_day=Day(contest.last_day),
            starts_at=Moment(contest.starts_at),
            pays_at=Moment(contest.pays_at),
            ended_at=None if contest.ended_at is None else Moment(contest.ended_at),
            seat=seat,
        )


@output
class ContestLimits:
    """What the programme allows."""

    people_max: int = said("Most people in one contest, its creator among them.")
    open_max: int = said("Most contests that one member is in and that are not over.")
    stake_max: Points = said("Most points that each may stake on one contest; 0: no stakes.")
    stake_day_max: Points = said("Most points that you may stake in one local day.")


@output
class ContestQueries:
    """What members see of contests."""

    @asked
    async def contest_templates(self, info: Info) -> list[ContestTemplate] | None:
        """What friends may compete in."""
        return [ContestTemplate.of(template) for template in Template]

    @asked
    async def contest_limits(self, info: Info) -> ContestLimits | None:
        """What the programme allows; null when you are no member."""
        asker = await info.context.asker()
        if asker is None:
            return None
        async with info.context.reading() as tx:
            limits = await contests.limits(asker.programme, tx=tx)
        return ContestLimits(
            people_max=limits.people_max,
            open_max=limits.open_max,
            stake_max=Points(limits.stake_max),
            stake_day_max=Points(limits.day_max),
        )

    @asked
    async def contests(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Contest] | None:
        """The contests that you are or were in, newest first; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[Seat]("contests", asker, context, first=first, after=after)
        place = None if page.position is None else cursors.to_moment(page.position)
        async with context.reading() as tx:
            found = await contests.listed(asker, after=place, limit=page.limit, tx=tx)
        return page.shaped(
            found, node=Contest.of, place=lambda one: cursors.from_moment(*one.cursor)
        )

    @asked
    async def contest_invitations(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Contest] | None:
        """The contests that you may come into, newest first; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[Seat]("contestInvitations", asker, context, first=first, after=after)
        place = None if page.position is None else cursors.to_moment(page.position)
        async with context.reading() as tx:
            found = await contests.invitations(
                asker, at=context.at, after=place, limit=page.limit, tx=tx
            )
        return page.shaped(
            found, node=Contest.of, place=lambda one: cursors.from_moment(*one.cursor)
        )


async def find(name: globalids.Name, asker: Asker, tx: Tx) -> Contest | None:
    """The asker's contest, or one that they may come into; None when they have none."""
    if name.uuid is None:
        return None
    try:
        return Contest.of(await contests.get(name.uuid, member=asker, at=clock.now(), tx=tx))
    except NoSuchContest:
        return None


async def _apart(ids: Collection[UUID], info: Info) -> frozenset[UUID]:
    """Those of these members between whom and the asker there is a block."""
    asker = await info.context.asker()
    assert asker is not None, "only members see contests"
    async with info.context.reading() as tx:
        return await friends.apart(asker, ids, tx=tx)
