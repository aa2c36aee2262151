"""Bonus campaigns, as operators see and run them."""

from typing import Annotated, Any, TypeAlias

import strawberry

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.operators import NOBODY, place_of
from api.refusals import RequestRefused, result
from api.scalars import Moment, Points
from api.states import ActivityType
from domain import moments
from domain.activities import Type
from domain.moments import Chance
from domain.operators import Permission

READ, WRITE = Permission.TREATS_READ, Permission.TREATS_WRITE
PATHS = {"hundredths": "percent", "campaign": "campaign_id"}


@output
class BonusCampaign(Node):
    """What members may earn more by an activity that is told while they are at it."""

    name: str = said("What operators call it.")
    fits: list[ActivityType] = said("By which activities.")
    percent: int = said("What the activity then earns, of what it earns by itself: 200 is twice.")
    most: Points = said("How many points more at most, for one activity.")
    seconds_min: int = said("How long the activity must last.")
    metres_min: int = said("How far it must go.")
    share: int = said("Percent of the activities begun that get the chance.")
    member_max: int = said("How often at most a member gets it within `memberDays`.")
    member_days: int = said("Days of 24 hours.")
    valid_from: Moment = said("From when on.")
    valid_until: Moment = said("Until when.")
    budget: Points = said("Points at most in all.")
    reserved: Points = said("Of them promised to activities that are under way or on their way.")
    paid: Points = said("Of them paid, less what came back.")
    left: Points = said("What may still be promised: the rest.")
    open: bool = said("False once it was ended; what was promised is kept.")
    created_at: Moment = said("When it was made.")

    @classmethod
    def of(cls, one: moments.Campaign) -> "BonusCampaign":
        """A campaign, as the schema shows it."""
        chance = one.chance
        return cls(
            id=campaign_id(one),
            name=chance.name,
            fits=[ActivityType[type.name] for type in sorted(chance.fits)],
            percent=chance.hundredths,
            most=Points(chance.most),
            seconds_min=chance.seconds_min,
            metres_min=chance.metres_min,
            share=chance.share,
            member_max=chance.member_max,
            member_days=chance.member_days,
            valid_from=Moment(chance.valid_from),
            valid_until=Moment(chance.valid_until),
            budget=Points(chance.budget),
            reserved=Points(one.reserved),
            paid=Points(one.paid),
            left=Points(one.left),
            open=one.open,
            created_at=Moment(one.created_at),
        )


@output
class BonusQueries:
    """What operators see of bonus campaigns."""

    @permitted(READ)
    async def bonus_campaigns(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[BonusCampaign] | None:
        """The bonus campaigns, newest first, also those that were ended."""
        context = info.context
        asker = await context.allowed(READ)
        page = Page[moments.Campaign]("bonuses", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await moments.campaigns(
                programme=asker.programme, before=place_of(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=BonusCampaign.of, place=lambda one: one.id.bytes)


@input
class OpenBonusCampaignInput:
    """What members may earn more, and by what."""

    name: str = said("What operators call it, 1 to 80 characters.")
    fits: list[ActivityType] = said("By which activities; sports only.")
    percent: int = said("What the activity then earns, of what it earns by itself: 101 to 1,000.")
    most: Points = said("How many points more at most, for one activity.")
    seconds_min: int = said("How long the activity must last.", default=0)
    metres_min: int = said("How far it must go.", default=0)
    share: int = said("Percent of the activities begun that get the chance.", default=100)
    member_max: int = said("How often a member gets it within `memberDays`, 1 to 100.", default=1)
    member_days: int = said("Days of 24 hours, 1 to 366.", default=1)
    valid_from: Moment = said("From when on.")
    valid_until: Moment = said("Until when; within two years.")
    budget: Points = said("Points at most in all; they are new ones of the programme.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class EndBonusCampaignInput:
    """Which campaign to end."""

    campaign_id: strawberry.ID = said("The id of a `BonusCampaign`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class BonusCampaignChanged:
    """The campaign, as it is now."""

    campaign: BonusCampaign = said("The campaign, as it is now.")


@output
class OpenBonusCampaignSuccess(BonusCampaignChanged):
    """Members get the chance, within its times."""


@output
class EndBonusCampaignSuccess(BonusCampaignChanged):
    """Nobody gets the chance any more; what was promised is kept."""


OpenBonusCampaignResult: TypeAlias = Annotated[
    OpenBonusCampaignSuccess | RequestRefused, result("OpenBonusCampaignResult")
]
EndBonusCampaignResult: TypeAlias = Annotated[
    EndBonusCampaignSuccess | RequestRefused, result("EndBonusCampaignResult")
]


async def _open(asked: OpenBonusCampaignInput, act: OpsAct) -> moments.Campaign:
    chance = Chance(
        name=asked.name,
        fits=frozenset(Type[type.name] for type in asked.fits),
        hundredths=asked.percent,
        most=asked.most,
        budget=asked.budget,
        valid_from=asked.valid_from,
        valid_until=asked.valid_until,
        seconds_min=asked.seconds_min,
        metres_min=asked.metres_min,
        share=asked.share,
        member_max=asked.member_max,
        member_days=asked.member_days,
    )
    words: dict[str, Any] = {"programme": act.programme.id, "id": act.id, "at": act.at}
    return await moments.create_campaign(chance, tx=act.tx, **words)


async def _end(asked: EndBonusCampaignInput, act: OpsAct) -> moments.Campaign:
    id = globalids.uuid_of(asked.campaign_id, Kind.BONUS_CAMPAIGN) or NOBODY
    return await moments.end_campaign(id, programme=act.programme.id, tx=act.tx)


def _shaped(kind: type[BonusCampaignChanged]) -> Any:
    async def shape(one: moments.Campaign, context: OpsContext) -> BonusCampaignChanged:
        return kind(campaign=BonusCampaign.of(one))

    return shape


def campaign_id(one: moments.Campaign) -> strawberry.ID:
    """The global id of a campaign."""
    return globalids.of(Kind.BONUS_CAMPAIGN, one.id)


OPEN: OpsVerb[moments.Campaign, OpenBonusCampaignResult] = OpsVerb(
    moments.Campaign,
    _open,
    _shaped(OpenBonusCampaignSuccess),
    permission=WRITE,
    moves=True,
    paths=PATHS,
    made=campaign_id,
)
END: OpsVerb[moments.Campaign, EndBonusCampaignResult] = OpsVerb(
    moments.Campaign, _end, _shaped(EndBonusCampaignSuccess), permission=WRITE, paths=PATHS
)


@output
class BonusMutations:
    """Mutations about bonus campaigns."""

    @mutation
    async def open_bonus_campaign(
        self, info: OpsInfo, input: Annotated[OpenBonusCampaignInput, argument("What of it.")]
    ) -> OpenBonusCampaignResult | None:
        """Let members earn more by what they are at. Needs TREATS_WRITE and `@idempotent`.
        Refuses BAD_BONUS."""
        return await OPEN.perform(info, input)

    @mutation
    async def end_bonus_campaign(
        self, info: OpsInfo, input: Annotated[EndBonusCampaignInput, argument("Which one.")]
    ) -> EndBonusCampaignResult | None:
        """End a bonus campaign. Needs TREATS_WRITE. Refuses NO_SUCH_BONUS_CAMPAIGN."""
        return await END.perform(info, input)
