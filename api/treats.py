"""Treats, as partners and operators see them alike."""

from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from api import globalids
from api.fields import asked, input, output, said
from api.globalids import Kind
from api.nodes import Node
from api.outlets import outlet_id
from api.scalars import Moment, Points
from api.states import ActivityType
from domain import moments
from domain.activities import Type
from domain.moments import Terms, Text

V = strawberry.enum_value
NOBODY = UUID(int=0)
PATHS = {"treat": "treat_id", "outlet": "outlet_id"}


@strawberry.enum(description="Where a treat is.")
class TreatState(Enum):
    """Where a treat is."""

    DRAFT = V("DRAFT", description="Whoever pays for it still changes it.")
    SUBMITTED = V("SUBMITTED", description="An operator must look at it.")
    REJECTED = V("REJECTED", description="Sent back; it may be changed and submitted again.")
    LIVE = V("LIVE", description="It is offered, within its times.")
    PAUSED = V("PAUSED", description="It is not offered; what was offered is honoured.")
    ENDED = V("ENDED", description="It is over, and what was left has gone back.")


@strawberry.enum(description="Who pays for a treat.")
class TreatPayer(Enum):
    """Who pays for a treat."""

    PARTNER = V("PARTNER", description="The partner, out of its prepaid account.")
    PROGRAMME = V("PROGRAMME", description="The programme, with new points.")


@output
class TreatText:
    """What a member reads in one language."""

    locale: str = said("The language, as a BCP 47 tag.")
    title: str = said("What it is.")
    body: str = said("More about it; may be empty.")


@output
class TreatStock:
    """The units of a treat at one outlet."""

    outlet_id: strawberry.ID = said("Where.")
    stock: int = said("All that were ever there.")
    reserved: int = said("Set aside for open offers.")
    redeemed: int = said("Handed over.")
    left: int = said("What may still be offered.")

    @classmethod
    def of(cls, one: moments.Stock) -> "TreatStock":
        """A stock, as the schema shows it."""
        return cls(
            outlet_id=outlet_id(one.outlet),
            stock=one.stock,
            reserved=one.reserved,
            redeemed=one.redeemed,
            left=one.left,
        )


@output
class Treat(Node):
    """Something small that a partner hands over at the end of an activity."""

    partner_id: strawberry.ID = said("In whose outlets it is.")
    payer: TreatPayer = said("Who pays for it.")
    state: TreatState = said("Where it is.")
    kind: str = said("DRINK, PROTEIN_DRINK, SNACK, or another word.")
    name: str = said("What it is called, also for members whose language has no text.")
    texts: list[TreatText] = said("What members read, by language; at most 40.")
    fits: list[ActivityType] = said("At the end of which activities it is offered.")
    seconds_min: int = said("The shortest activity it is for.")
    cost: Points = said("Points that a redemption costs who pays for it.")
    worth: Points = said("What a redemption is worth to them, in points.")
    member_max: int = said("How often at most a member gets it within `memberDays`.")
    member_days: int = said("Days of the member's own.")
    valid_from: Moment = said("From when on it may be offered.")
    valid_until: Moment = said("Until when.")
    funded: Points = said("Points that came into its account.")
    held: Points = said("Of them set aside for open offers.")
    captured: Points = said("Of them paid for redemptions.")
    returned: Points = said("Of them gone back to who paid.")
    left: Points = said("What may still be offered: the rest.")
    halted: bool = said("Whether an operator has paused it: only an operator resumes it.")
    reason: str | None = said("Why it was rejected; null: it was not.")
    created_at: Moment = said("When it was made.")
    ended_at: Moment | None = said("When it ended; null: it has not.")
    record: strawberry.Private[moments.Treat]

    @asked
    async def stocks(self, info: strawberry.Info[Any, None]) -> list[TreatStock]:
        """What there is of it at each outlet; at 2,000 of them at most."""
        async with info.context.reading() as tx:
            found = await moments.stocks([self.record.id], programme=self.record.programme, tx=tx)
        return [TreatStock.of(one) for one in found]

    @classmethod
    def of(cls, one: moments.Treat) -> "Treat":
        """A treat, as the schema shows it."""
        terms = one.terms
        return cls(
            id=treat_id(one.id),
            partner_id=globalids.of(Kind.PARTNER, one.partner),
            payer=TreatPayer[one.owner.name],
            state=TreatState[one.state.name],
            kind=terms.kind,
            name=terms.name,
            texts=[
                TreatText(locale=locale, title=text.title, body=text.body)
                for locale, text in sorted(terms.texts.items())
            ],
            fits=[ActivityType[type.name] for type in sorted(terms.fits)],
            seconds_min=terms.seconds_min,
            cost=Points(terms.cost),
            worth=Points(terms.worth),
            member_max=terms.member_max,
            member_days=terms.member_days,
            valid_from=Moment(terms.valid_from),
            valid_until=Moment(terms.valid_until),
            funded=Points(one.funded),
            held=Points(one.held),
            captured=Points(one.captured),
            returned=Points(one.returned),
            left=Points(one.left),
            halted=one.halted,
            reason=one.reason,
            created_at=Moment(one.created_at),
            ended_at=None if one.ended_at is None else Moment(one.ended_at),
            record=one,
        )


@input
class TreatTextInput:
    """What a member reads in one language."""

    locale: str = said("The language, as a BCP 47 tag; once each.")
    title: str = said("What it is, 1 to 80 characters.")
    body: str = said("More about it, 160 characters at most.", default="")


@input
class TreatDraftInput:
    """All that is said about a treat."""

    kind: str = said("DRINK, PROTEIN_DRINK, SNACK, or another word of 2 to 30 A-Z, 0-9 and _.")
    name: str = said("What it is called, 1 to 80 characters.")
    texts: list[TreatTextInput] | None = said(
        "What members read, by language; null: the name.", default=None
    )
    fits: list[ActivityType] = said("At the end of which activities it is offered; sports only.")
    seconds_min: int = said("The shortest activity it is for, up to a day.", default=0)
    cost: Points = said("Points that a redemption costs who pays for it, 1 to 1,000,000.")
    worth: Points = said("What a redemption is worth to them, in points.", default=Points(0))
    member_max: int = said("How often a member gets it within `memberDays`, 1 to 100.", default=1)
    member_days: int = said("Days of the member's own, 1 to 366.", default=1)
    valid_from: Moment = said("From when on it may be offered.")
    valid_until: Moment = said("Until when; within two years.")

    def read(self) -> Terms:
        """What it says."""
        texts = {one.locale: Text(one.title, one.body) for one in self.texts or ()}
        return Terms(
            kind=self.kind,
            name=self.name,
            fits=frozenset(Type[type.name] for type in self.fits),
            cost=self.cost,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            texts=texts,
            seconds_min=self.seconds_min,
            worth=self.worth,
            member_max=self.member_max,
            member_days=self.member_days,
        )


def treat_id(id: UUID) -> strawberry.ID:
    """The global id of a treat."""
    return globalids.of(Kind.TREAT, id)


def treat_of(id: str) -> UUID:
    """The id of the treat that a global id names; nobody's for other texts."""
    return globalids.uuid_of(id, Kind.TREAT) or NOBODY
