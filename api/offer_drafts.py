"""What is said about an offer by whoever makes one: a partner or an operator."""

from uuid import UUID

import strawberry

from api import globalids, offer_rules
from api.fields import input, said
from api.globalids import Kind
from api.offer_rules import OfferRuleInput
from api.offers import NOBODY
from api.scalars import Moment, Points
from api.states import ActivityType, OfferKind, OfferPlacement
from domain import offers
from domain.activities import Type
from domain.offers import Creative, Gain, Placement, Terms


@input
class OfferCreativeInput:
    """What a member reads in one language."""

    locale: str = said("The language, as a BCP 47 tag; once each.")
    title: str = said("What it is, 1 to 80 characters.")
    body: str = said("More about it, 300 characters at most.", default="")
    image_url: str | None = said("A picture, https; null: none.", default=None)
    image_alt: str = said("What is on the picture; it must be said with one.", default="")
    action_url: str | None = said(
        "Where its button leads, https; null: it accepts the offer.", default=None
    )


@input
class OfferGainInput:
    """What accepting an offer gives; say what its kind needs, the rest is passed over."""

    points: Points = said(
        "BONUS: for each activity; DISCOUNT: off the price; 1 to 1,000,000.", default=Points(0)
    )
    percent: int = said("MULTIPLIER: 101 to 1,000; 200 is twice the points.", default=100)
    most: Points = said("MULTIPLIER: points more at most, in all.", default=Points(0))
    times: int = said("MULTIPLIER and BONUS: so many activities at most, 1 to 100.", default=1)
    types: list[ActivityType] | None = said(
        "MULTIPLIER and BONUS: of one of these types.", default=None
    )
    within_hours: int = said(
        "MULTIPLIER, BONUS and DISCOUNT: for how long after it was accepted, 1 to 600.", default=0
    )
    reward_id: strawberry.ID | None = said("DISCOUNT: the id of a `Reward`.", default=None)
    challenge_id: strawberry.ID | None = said("CHALLENGE: the id of a `Challenge`.", default=None)

    def read(self) -> Gain:
        """What it says."""
        return Gain(
            points=self.points,
            hundredths=self.percent,
            most=self.most,
            times=self.times,
            types=frozenset(Type[type.name] for type in self.types or ()),
            within_hours=self.within_hours,
            reward=_named(self.reward_id, Kind.REWARD),
            challenge=_named(self.challenge_id, Kind.CHALLENGE),
        )


@input
class OfferDraftInput:
    """All that is said about an offer."""

    kind: OfferKind = said("What accepting it gives.")
    name: str = said("What it is called, 1 to 80 characters.")
    creatives: list[OfferCreativeInput] | None = said(
        "What members read, by language; null: the name.", default=None
    )
    rule: OfferRuleInput | None = said("For whom it is; null: everybody.", default=None)
    placements: list[OfferPlacement] = said("Where members see it; one at least.")
    about: list[str] | None = said(
        "What it is about, such as product:coffee or activity:RUN; 20 at most.", default=None
    )
    margin: Points = said(
        "What an acceptance is worth to who pays, after what it gives.", default=Points(0)
    )
    cost: Points = said("What showing it once costs them.", default=Points(0))
    gain: OfferGainInput | None = said("In numbers; null: CONTENT gives nothing.", default=None)
    accept_max: int | None = said(
        "How often a member accepts it within `memberDays`, 1 to 100; null: any.", default=1
    )
    shown_max: int | None = said(
        "How often a member sees it within `memberDays`, 1 to 1,000; null: any.", default=None
    )
    member_days: int = said("Days of 24 hours, 1 to 366.", default=30)
    total_max: int | None = said(
        "How often all members together accept it; null: any.", default=None
    )
    holdout_percent: int = said("Of members who never see it, 0 to 50.", default=0)
    valid_from: Moment = said("From when on members see it.")
    valid_until: Moment = said("Until when; within two years.")

    def read(self) -> Terms:
        """What it says. Refuses BadRule."""
        creatives = {
            one.locale: Creative(one.title, one.body, one.image_url, one.image_alt, one.action_url)
            for one in self.creatives or ()
        }
        return Terms(
            kind=offers.OfferKind[self.kind.name],
            name=self.name,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            gain=Gain() if self.gain is None else self.gain.read(),
            creatives=creatives,
            rule=offer_rules.read(self.rule),
            placements=frozenset(Placement[place.name] for place in self.placements),
            about=tuple(self.about or ()),
            margin=self.margin,
            cost=self.cost,
            accept_max=self.accept_max,
            shown_max=self.shown_max,
            member_days=self.member_days,
            total_max=self.total_max,
            holdout_percent=self.holdout_percent,
        )


def _named(id: str | None, kind: Kind) -> UUID | None:
    return None if id is None else globalids.uuid_of(id, kind) or NOBODY
