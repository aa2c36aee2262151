"""Rewards, as partners and operators see them alike."""

from enum import Enum
from typing import Any

import strawberry

from api import globalids
from api.fields import asked, output, said
from api.globalids import Kind
from api.nodes import Node
from api.outlets import outlet_id
from api.reward_states import RewardKind
from api.rewards import reward_id
from api.scalars import Moment, Points
from domain import rewards
from domain.rewards import Image, Terms

V = strawberry.enum_value
PRICES_SHOWN = 100
PATHS = {
    "reward": "reward_id",
    "outlet": "outlet_id",
    "outlets": "outlet_ids",
    "cause": "cause_id",
}


@strawberry.enum(description="Where a reward is.")
class RewardState(Enum):
    """Where a reward is."""

    DRAFT = V("DRAFT", description="Whose it is still changes it.")
    SUBMITTED = V("SUBMITTED", description="An operator must look at it.")
    REJECTED = V("REJECTED", description="Sent back; it may be changed and submitted again.")
    LIVE = V("LIVE", description="Members may have it, within its times.")
    PAUSED = V("PAUSED", description="Nobody gets one; what is reserved is honoured.")
    ENDED = V("ENDED", description="Likewise, for good.")


@strawberry.enum(description="Whose reward it is.")
class RewardOwner(Enum):
    """Whose reward it is."""

    PARTNER = V("PARTNER", description="The partner's in whose outlets it is.")
    PROGRAMME = V("PROGRAMME", description="The programme's.")


@output
class RewardText:
    """What a member reads in one language."""

    locale: str = said("The language, as a BCP 47 tag.")
    title: str = said("What it is.")
    body: str = said("More about it; may be empty, and of several lines.")


@output
class RewardImageAlt:
    """What a picture shows, in one language."""

    locale: str = said("The language, as a BCP 47 tag.")
    words: str = said("What it shows.")


@output
class RewardImage:
    """A picture of a reward."""

    url: str = said("Where it is; begins with https://.")
    alts: list[RewardImageAlt] = said("What it shows, by language; 1 to 40.")


@output
class RewardStock:
    """The units of a reward at one outlet; they count there and in all."""

    outlet_id: strawberry.ID = said("Where.")
    stock: int | None = said("All that were ever there; null: as many as in all.")
    reserved: int = said("Set aside for members.")
    redeemed: int = said("Handed over.")
    left: int | None = said("What may still be had; null: as many as in all.")

    @classmethod
    def of(cls, one: rewards.Stock) -> "RewardStock":
        """A stock, as the schema shows it."""
        return cls(
            outlet_id=outlet_id(one.outlet),
            stock=one.stock,
            reserved=one.reserved,
            redeemed=one.redeemed,
            left=one.left,
        )


@output
class RewardPrice:
    """What a reward cost from a time on, until the next one."""

    version: int = said("Counts the prices; what is reserved keeps the one it was made at.")
    price: Points = said("Points that one costs.")
    cash_minor: int = said("What is paid at the till beside them, in minor units.")
    currency: str | None = said("The ISO 4217 code; null: nothing is paid beside.")
    at: Moment = said("From when on.")


@output
class Reward(Node):
    """Something that members may have for points."""

    owner: RewardOwner = said("Whose it is.")
    partner_id: strawberry.ID | None = said(
        "In whose outlets it is; null: of nobody in particular."
    )
    state: RewardState = said("Where it is.")
    kind: RewardKind = said("What members get.")
    name: str = said("What it is called, also for members whose language has no text.")
    code: str | None = said("How else it is called by, as by a challenge that gives it; null: not.")
    texts: list[RewardText] = said("What members read, by language; at most 40.")
    images: list[RewardImage] = said("Pictures; at most ten.")
    price: Points = said("Points that one costs now.")
    cash_minor: int = said("What is paid at the till beside them, in minor units; 0: nothing.")
    value_minor: int = said("What one is worth to who hands it out, in minor units.")
    currency: str | None = said("The ISO 4217 code of both; null: neither is said.")
    version: int = said("Counts the prices.")
    tiers: list[str] = said("For members of one of these; empty: of any tier or none.")
    segments: list[str] = said("For members in one of these; empty: in any or none.")
    age_min: int = said("For members known to be so old; 0: for all.")
    member_max: int | None = said("How many a member may have within `memberDays`; null: any.")
    member_days: int = said("Days of the member's own.")
    total_max: int | None = said("How many all may have within `totalDays`; null: any.")
    total_days: int = said("Days of the programme's own.")
    valid_from: Moment = said("From when on it may be had.")
    valid_until: Moment | None = said("Until when; null: until it is ended.")
    outlet_ids: list[strawberry.ID] = said("Where it is handed over, 500 at most; empty: in any.")
    cause_id: strawberry.ID | None = said("The `Cause` of a DONATION; null for other kinds.")
    reserve_seconds: int = said("How long it waits for who has it reserved.")
    refund_days: int = said("How long after it was handed over it may be given back.")
    stock: int | None = said("All that were ever there; null: there is no end of them.")
    reserved: int = said("Set aside for members.")
    redeemed: int = said("Gone.")
    left: int | None = said("What may still be had; null: there is no end of them.")
    halted: bool = said("Whether an operator has paused it: only an operator resumes it.")
    reason: str | None = said("Why it was rejected; null: it was not.")
    created_at: Moment = said("When it was made.")
    ended_at: Moment | None = said("When it ended; null: it has not.")
    record: strawberry.Private[rewards.Reward]

    @asked
    async def stocks(self, info: strawberry.Info[Any, None]) -> list[RewardStock]:
        """What there is of it at each outlet where it is counted; at 2,000 of them at most."""
        async with info.context.reading() as tx:
            found = await rewards.stocks([self.record.id], programme=self.record.programme, tx=tx)
        return [RewardStock.of(one) for one in found]

    @asked
    async def prices(self, info: strawberry.Info[Any, None]) -> list[RewardPrice]:
        """What it has cost, the newest price first; the last 100."""
        one = self.record
        async with info.context.reading() as tx:
            found = await rewards.versions(
                one.id, programme=one.programme, before=None, limit=PRICES_SHOWN, tx=tx
            )
        return [
            RewardPrice(
                version=each.version,
                price=Points(each.price),
                cash_minor=each.cash_minor,
                currency=each.currency,
                at=Moment(each.at),
            )
            for each in found
        ]

    @classmethod
    def of(cls, one: rewards.Reward) -> "Reward":
        """A reward, as the schema shows it."""
        partner, until, ended_at = one.partner, one.terms.valid_until, one.ended_at
        return cls(
            id=reward_id(one.id),
            owner=RewardOwner[one.owner.name],
            partner_id=None if partner is None else globalids.of(Kind.PARTNER, partner),
            state=RewardState[one.state.name],
            version=one.version,
            valid_until=None if until is None else Moment(until),
            stock=one.stock,
            reserved=one.reserved,
            redeemed=one.redeemed,
            left=one.left,
            halted=one.halted,
            reason=one.reason,
            created_at=Moment(one.created_at),
            ended_at=None if ended_at is None else Moment(ended_at),
            record=one,
            **_said(one.terms),
        )


def _said(terms: Terms) -> dict[str, Any]:
    return {
        "kind": RewardKind[terms.kind.name],
        "name": terms.name,
        "code": terms.code,
        "texts": [
            RewardText(locale=locale, title=text.title, body=text.body)
            for locale, text in sorted(terms.texts.items())
        ],
        "images": [_image(one) for one in terms.images],
        "price": Points(terms.price),
        "cash_minor": terms.cash_minor,
        "value_minor": terms.value_minor,
        "currency": terms.currency,
        "tiers": sorted(terms.tiers),
        "segments": sorted(terms.segments),
        "age_min": terms.age_min,
        "member_max": terms.member_max,
        "member_days": terms.member_days,
        "total_max": terms.total_max,
        "total_days": terms.total_days,
        "valid_from": Moment(terms.valid_from),
        "outlet_ids": [outlet_id(one) for one in sorted(terms.outlets)],
        "cause_id": None if terms.cause is None else globalids.of(Kind.CAUSE, terms.cause),
        "reserve_seconds": terms.reserve_seconds,
        "refund_days": terms.refund_days,
    }


def _image(one: Image) -> RewardImage:
    alts = [RewardImageAlt(locale=tag, words=words) for tag, words in sorted(one.alts.items())]
    return RewardImage(url=one.url, alts=alts)
