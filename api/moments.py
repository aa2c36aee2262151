"""Moments, as members see theirs: what is under way, and what they are offered at its end."""

from enum import Enum
from uuid import UUID

import strawberry

from api import globalids
from api.context import Info
from api.fields import asked, output, said
from api.globalids import Kind
from api.nodes import Node
from api.scalars import Moment, Points
from api.states import ActivityType
from domain import moments
from domain.members import Member
from infra.db import Tx

V = strawberry.enum_value


@strawberry.enum(description="What became of a chance to earn more.")
class BonusState(Enum):
    """What became of a chance to earn more."""

    OPEN = V("OPEN", description="The activity may still earn it.")
    CLAIMED = V("CLAIMED", description="Earned; it arrives with the points of the activity.")
    PAID = V("PAID", description="The points are there.")
    LAPSED = V("LAPSED", description="No activity came, or it was not long enough.")


@strawberry.enum(description="What became of an offer.")
class TreatOfferState(Enum):
    """What became of an offer."""

    OFFERED = V("OFFERED", description="You may have it, until it expires.")
    REDEEMED = V("REDEEMED", description="You were given it.")
    REFUSED = V("REFUSED", description="You did not want it.")
    EXPIRED = V("EXPIRED", description="You did not come in time.")


@output
class ActivityBonus:
    """The chance to earn more by one activity, if it is long enough."""

    percent: int = said("What the activity then earns, of what it earns by itself: 200 is twice.")
    most: Points = said("How many points more at most.")
    seconds_min: int = said("How long it must last.")
    metres_min: int = said("How far it must go.")
    state: BonusState = said("What became of it.")
    points: Points = said("Points that it brings; 0 until that is known.")
    lapses_at: Moment = said("Until when the recording of the activity must have come.")

    @classmethod
    def of(cls, bonus: moments.Bonus) -> "ActivityBonus":
        """A bonus, as the schema shows it."""
        return cls(
            percent=bonus.hundredths,
            most=Points(bonus.most),
            seconds_min=bonus.seconds_min,
            metres_min=bonus.metres_min,
            state=BonusState[bonus.state.name],
            points=Points(bonus.points),
            lapses_at=Moment(bonus.lapses_at),
        )


@output
class ActivitySession:
    """An activity while you are at it. It ends by itself a day after it began."""

    id: strawberry.ID = said("Its id, for `endActivity`. Opaque: never take it apart.")
    type: ActivityType = said("What you do.")
    started_at: Moment = said("When it began.")
    ended_at: Moment | None = said("When it ended; null: you are at it.")
    record: strawberry.Private[moments.Session]

    @asked
    async def bonus(self, info: Info) -> ActivityBonus | None:
        """The chance to earn more by it; null: none."""
        async with info.context.reading() as tx:
            found = await moments.bonus_of(self.record.id, programme=self.record.programme, tx=tx)
        return None if found is None else ActivityBonus.of(found)

    @classmethod
    def of(cls, session: moments.Session) -> "ActivitySession":
        """A session, as the schema shows it."""
        return cls(
            id=globalids.of(Kind.SESSION, session.id),
            type=ActivityType[session.type.name],
            started_at=Moment(session.started_at),
            ended_at=None if session.ended_at is None else Moment(session.ended_at),
            record=session,
        )


@output
class TreatOffer(Node):
    """Something small that you may have at a shop near by, at the end of an activity."""

    kind: str = said("What it is, for pictures: DRINK, PROTEIN_DRINK, SNACK, or another word.")
    title: str = said("What it is, in your language.")
    body: str = said("More about it; may be empty.")
    state: TreatOfferState = said("What became of it.")
    outlet_name: str = said("What the shop is called.")
    latitude: float = said("Where the shop is, in degrees, WGS 84.")
    longitude: float = said("Where the shop is, in degrees, WGS 84.")
    offered_at: Moment = said("When you were offered it.")
    expires_at: Moment = said("Until when you may have it.")

    @classmethod
    def of(cls, offer: moments.Offer) -> "TreatOffer":
        """An offer, as the schema shows it."""
        return cls(
            id=treat_offer_id(offer.moment.id),
            kind=offer.kind,
            title=offer.title,
            body=offer.body,
            state=TreatOfferState[offer.moment.state.name],
            outlet_name=offer.outlet.name,
            latitude=offer.outlet.position.latitude,
            longitude=offer.outlet.position.longitude,
            offered_at=Moment(offer.moment.offered_at),
            expires_at=Moment(offer.moment.expires_at),
        )


@output
class ActiveMember:
    """What a member is at, and is offered."""

    record: strawberry.Private[Member]

    @asked
    async def activity_under_way(self, info: Info) -> ActivitySession | None:
        """What you are at, by the word of a device of yours; null: nothing."""
        who, at = self.record, info.context.at
        async with info.context.reading() as tx:
            found = await moments.under_way(who.id, programme=who.programme, at=at, tx=tx)
        return None if found is None else ActivitySession.of(found)

    @asked
    async def moment(self, info: Info) -> TreatOffer | None:
        """What you are offered now; null: nothing."""
        who, at = self.record, info.context.at
        async with info.context.reading() as tx:
            found = await moments.current(who.id, programme=who.programme, at=at, tx=tx)
        return None if found is None else TreatOffer.of(found)


async def find(name: globalids.Name, asker: Member, tx: Tx) -> TreatOffer | None:
    """The asker's own offer with that id, whatever became of it; None when there is none."""
    if name.uuid is None:
        return None
    try:
        found = await moments.get_moment(name.uuid, member=asker, tx=tx)
    except moments.NoSuchMoment:
        return None
    return TreatOffer.of(await moments.told(found, member=asker, tx=tx))


def treat_offer_id(id: UUID) -> strawberry.ID:
    """The global id of an offer."""
    return globalids.of(Kind.MOMENT, id)
