"""The viewer and the programme, as GraphQL."""

import strawberry

from api import globalids
from api.activities import Activity, activities_page
from api.branding import Branding
from api.chosen_offers import OfferedMember
from api.context import Context, Info
from api.devices import ReachedMember
from api.fields import asked, output, said
from api.friends import Friend, FriendRequest, blocked_page, friends_page, requests_page
from api.friends import Whose as WhoseRequest
from api.giving import GivingMember
from api.globalids import Kind
from api.inbox import ToldMember
from api.moments import ActiveMember
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node
from api.people import PublicMember
from api.pointrequests import RequestingMember
from api.preferences import PreferringMember
from api.profiles import ProfiledMember
from api.raffles import RafflingMember
from api.redemptions import RedeemingMember
from api.rewards import RewardedMember
from api.scalars import Day, Moment, Points
from api.statement import StatementEntry, statement_page
from api.transfers import States, Transfer, Whose, transfers_page
from domain import members, points, programmes


@output
class Programme(Node):
    """An organisation with a point unit of its own, and its rules for members."""

    name: str = said("What it calls itself.")
    unit: str = said("What it calls its points.")
    zone: str = said("Its own IANA time zone.")
    locale: str = said("Its own language, as a BCP 47 tag.")
    transfer_max: Points = said("Most points of one transfer.")
    transfer_day_max: Points = said("Most points you may send in one day of your zone.")
    transfer_accept_days: int = said("How many days an offered transfer waits for an answer.")
    locales: list[str] = said("The languages it offers, its own first, as BCP 47 tags.")
    branding: Branding = said("How it shows itself.")

    @classmethod
    def of(cls, programme: programmes.Programme) -> "Programme":
        """A programme, as the schema shows it."""
        return cls(
            id=programme_id(programme.id),
            name=programme.name,
            unit=programme.unit,
            zone=programme.zone,
            locale=programme.locale,
            transfer_max=Points(programme.transfer_max),
            transfer_day_max=Points(programme.transfer_day_max),
            transfer_accept_days=programme.transfer_accept_days,
            locales=list(programme.locales),
            branding=Branding.of(programme),
        )


@output
class ExpiringPoints:
    """Points that go unless they are spent."""

    last_day: Day = said("The last day (UTC) on which they can be spent.")
    points: Points = said("How many.")


@output
class PointsSummary:
    """What you have."""

    available: Points = said("Points you can spend now.")
    pending: Points = said("Points promised to you that arrive later.")
    held: Points = said("Points set aside, as for transfers that wait for an answer.")
    expiring: list[ExpiringPoints] = said(
        "What goes this month and the next, soonest first: at most three entries."
    )

    @classmethod
    def of(cls, summary: points.Points) -> "PointsSummary":
        """What a member has, as the schema shows it."""
        return cls(
            available=Points(summary.available),
            pending=Points(summary.pending),
            held=Points(summary.held),
            expiring=[
                ExpiringPoints(last_day=Day(day), points=Points(amount))
                for day, amount in summary.expiring
            ],
        )


@output
class Member(
    ActiveMember,
    OfferedMember,
    RafflingMember,
    ReachedMember,
    ProfiledMember,
    RedeemingMember,
    RequestingMember,
    GivingMember,
    ToldMember,
    PreferringMember,
    RewardedMember,
    Node,
):
    """You, as a member of one programme. Of others there is only `PublicMember`."""

    handle: str = said("How friends find you; it never changes.")
    name: str = said("What you want to be called.")
    locale: str = said("Your language, as a BCP 47 tag.")
    zone: str = said("Your IANA time zone; your days begin and end by it.")
    auto_accept: bool = said("True when points from friends arrive without asking you.")
    joined_at: Moment = said("When you joined the programme.")
    record: strawberry.Private[members.Member]

    @asked
    async def programme(self, info: Info) -> Programme:
        """The programme you are a member of."""
        async with info.context.reading() as tx:
            return Programme.of(await programmes.by_id(self.record.programme, tx=tx))

    @asked
    async def points(self, info: Info) -> PointsSummary:
        """What you have."""
        async with info.context.reading() as tx:
            summary = await points.summary(self.record, at=info.context.at, tx=tx)
        return PointsSummary.of(summary)

    @asked
    async def statement(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[StatementEntry]:
        """Everything that happened to your points, newest first."""
        return await statement_page(self.record, info.context, first=first, after=after)

    @asked
    async def activities(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Activity]:
        """What you have uploaded, newest upload first."""
        return await activities_page(self.record, info.context, first=first, after=after)

    @asked
    async def friends(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Friend]:
        """Your friends, newest first."""
        return await friends_page(self.record, info.context, first=first, after=after)

    @asked
    async def friend_requests(
        self,
        info: Info,
        direction: WhoseRequest,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[FriendRequest]:
        """Open requests to be friends, newest first."""
        return await requests_page(
            self.record, info.context, direction=direction, first=first, after=after
        )

    @asked
    async def blocked_members(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[PublicMember]:
        """Whom you have blocked, newest first. They are not told."""
        return await blocked_page(self.record, info.context, first=first, after=after)

    @asked
    async def transfers(
        self,
        info: Info,
        states: States = None,
        direction: Whose = None,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[Transfer]:
        """Points you sent and were sent, newest first."""
        return await transfers_page(
            self.record,
            info.context,
            states=states,
            direction=direction,
            first=first,
            after=after,
        )

    @classmethod
    def of(cls, member: members.Member) -> "Member":
        """The asker, as the schema shows them to themselves."""
        return cls(
            id=globalids.of(Kind.MEMBER, member.id),
            handle=member.handle,
            name=member.name,
            locale=member.locale,
            zone=member.zone,
            auto_accept=member.auto_accept,
            joined_at=Moment(member.joined_at),
            record=member,
        )


def programme_id(number: int) -> strawberry.ID:
    """The global id of a programme."""
    return globalids.of(Kind.PROGRAMME, number.to_bytes(4, "big"))


async def viewer(info: Info) -> Member | None:
    """The asker; None for somebody who has not joined."""
    asker = await info.context.asker()
    return None if asker is None else Member.of(asker)


async def viewer_of(context: Context) -> Member:
    """The asker after a mutation that only a member may make."""
    asker = await context.asker()
    assert asker is not None, "a mutation was carried out by a member"
    return Member.of(asker)
