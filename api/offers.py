"""Offers, as partners and operators who make them see them alike."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from api import globalids, offer_rules
from api.fields import output, said
from api.globalids import Kind
from api.nodes import Node
from api.scalars import Json, Moment, Points
from api.states import ActivityType, OfferKind, OfferPlacement
from domain import offers
from domain.offers import Creative, Gain

V = strawberry.enum_value
NOBODY = UUID(int=0)
PATHS = {
    "offer": "offer_id",
    "outlet": "rule",
    "hundredths": "percent",
    "reward": "reward_id",
    "challenge": "challenge_id",
}


@strawberry.enum(description="Where an offer is.")
class OfferState(Enum):
    """Where an offer is."""

    DRAFT = V("DRAFT", description="Whoever pays for it still changes it.")
    SUBMITTED = V("SUBMITTED", description="An operator must look at it.")
    REJECTED = V("REJECTED", description="Sent back; it may be changed and submitted again.")
    LIVE = V("LIVE", description="Members see it, within its times.")
    PAUSED = V("PAUSED", description="Nobody sees it; what was accepted is kept.")
    ENDED = V("ENDED", description="It is over, and what was left has gone back.")


@output
class OfferCreative:
    """What a member reads in one language."""

    locale: str = said("The language, as a BCP 47 tag.")
    title: str = said("What it is.")
    body: str = said("More about it; may be empty.")
    image_url: str | None = said("A picture; null: none.")
    image_alt: str = said("What is on the picture; may be empty.")
    action_url: str | None = said("Where its button leads; null: it accepts the offer.")


@output
class OfferGain:
    """What accepting an offer gives."""

    points: Points = said("BONUS: for each activity; DISCOUNT: off the price; else 0.")
    percent: int = said("MULTIPLIER: 200 is twice the points of an activity; else 100.")
    most: Points = said("MULTIPLIER: points more at most, in all; else 0.")
    times: int = said("MULTIPLIER and BONUS: so many activities at most.")
    types: list[ActivityType] = said("MULTIPLIER and BONUS: of these types.")
    within_hours: int = said("For how long after it was accepted; 0: at once.")
    reward_id: strawberry.ID | None = said("DISCOUNT: on which reward.")
    challenge_id: strawberry.ID | None = said("CHALLENGE: which one to join.")

    @classmethod
    def of(cls, one: Gain) -> "OfferGain":
        """A gain, as the schema shows it."""
        return cls(
            points=Points(one.points),
            percent=one.hundredths,
            most=Points(one.most),
            times=one.times,
            types=[ActivityType[type.name] for type in sorted(one.types)],
            within_hours=one.within_hours,
            reward_id=_id(Kind.REWARD, one.reward),
            challenge_id=_id(Kind.CHALLENGE, one.challenge),
        )


@output
class Offer(Node):
    """Something that the programme or a partner wants members to see."""

    partner_id: strawberry.ID | None = said("Who pays for it; null: the programme.")
    state: OfferState = said("Where it is.")
    version: int = said("Of what is said about it, from 1 on.")
    kind: OfferKind = said("What accepting it gives.")
    name: str = said("What it is called, also for members whose language has no text.")
    creatives: list[OfferCreative] = said("What members read, by language; at most 40.")
    rule: Json = said("For whom it is, in the words of `OfferRuleInput`.")
    placements: list[OfferPlacement] = said("Where members see it.")
    about: list[str] = said("What it is about, such as product:coffee; at most 20.")
    margin: Points = said("What an acceptance is worth to who pays, after what it gives.")
    cost: Points = said("What showing it once costs them.")
    gain: OfferGain = said("What accepting it gives, in numbers.")
    accept_max: int | None = said("How often a member accepts it within `memberDays`; null: any.")
    shown_max: int | None = said("How often a member sees it within `memberDays`; null: any.")
    member_days: int = said("Days of 24 hours.")
    total_max: int | None = said("How often all members together accept it; null: any.")
    holdout_percent: int = said("Of members who never see it, so that one can tell what it does.")
    valid_from: Moment = said("From when on members see it.")
    valid_until: Moment = said("Until when.")
    promise: Points = said("Points that are set aside for one acceptance.")
    funded: Points = said("Points that came into its account.")
    held: Points = said("Of them set aside for acceptances.")
    captured: Points = said("Of them paid.")
    returned: Points = said("Of them gone back to who paid.")
    left: Points = said("What may still be promised: the rest.")
    accepted: int = said("How often it was accepted.")
    halted: bool = said("Whether an operator has paused it: only an operator resumes it.")
    reason: str | None = said("Why it was rejected; null: it was not.")
    created_at: Moment = said("When it was made.")
    ended_at: Moment | None = said("When it ended; null: it has not.")

    @classmethod
    def of(cls, one: offers.Offer, rule: Any = None) -> "Offer":
        """An offer, as the schema shows it; `rule`: its own as JSON, where it was kept apart."""
        terms = one.terms
        return cls(
            id=offer_id(one.id),
            partner_id=_id(Kind.PARTNER, one.partner),
            state=OfferState[one.state.name],
            version=one.version,
            kind=OfferKind[terms.kind.name],
            name=terms.name,
            creatives=[_creative(*each) for each in sorted(terms.creatives.items())],
            rule=offer_rules.shown(offers.write_rule(terms.rule) if rule is None else rule),
            placements=[OfferPlacement[place.name] for place in sorted(terms.placements)],
            about=list(terms.about),
            margin=Points(terms.margin),
            cost=Points(terms.cost),
            gain=OfferGain.of(terms.gain),
            accept_max=terms.accept_max,
            shown_max=terms.shown_max,
            member_days=terms.member_days,
            total_max=terms.total_max,
            holdout_percent=terms.holdout_percent,
            valid_from=Moment(terms.valid_from),
            valid_until=Moment(terms.valid_until),
            promise=Points(terms.promise),
            funded=Points(one.funded),
            held=Points(one.held),
            captured=Points(one.captured),
            returned=Points(one.returned),
            left=Points(one.left),
            accepted=one.accepted,
            halted=one.halted,
            reason=one.reason,
            created_at=Moment(one.created_at),
            ended_at=None if one.ended_at is None else Moment(one.ended_at),
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """An offer as an answer that is kept has it: two rules with the same words are told apart by
    their JSON only."""

    offer: offers.Offer
    rule: Any

    @classmethod
    def of(cls, one: offers.Offer) -> "Kept":
        """An offer with its rule apart."""
        bare = replace(one, terms=replace(one.terms, rule=offers.EVERYBODY))
        return cls(bare, offers.write_rule(one.terms.rule))


def offer_id(id: UUID) -> strawberry.ID:
    """The global id of an offer."""
    return globalids.of(Kind.OFFER, id)


def offer_of(id: str) -> UUID:
    """The id of the offer that a global id names; nobody's for other texts."""
    return globalids.uuid_of(id, Kind.OFFER) or NOBODY


def _id(kind: Kind, id: UUID | None) -> strawberry.ID | None:
    return None if id is None else globalids.of(kind, id)


def _creative(locale: str, one: Creative) -> OfferCreative:
    return OfferCreative(
        locale=locale,
        title=one.title,
        body=one.body,
        image_url=one.image,
        image_alt=one.alt,
        action_url=one.action,
    )
