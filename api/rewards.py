"""Rewards, as members see them: what they may have for points, and what stands in the way."""

from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, asked, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.outlets import OutletException, OutletSpan, exceptions_of, outlet_id, spans_of
from api.reward_states import RewardGate, RewardKind
from api.scalars import Moment, Points
from domain import outlets, points, rewards
from domain.members import Member as Asker
from infra.db import Tx
from infra.hours import open_at

NOBODY = UUID(int=0)
OfKind: TypeAlias = Annotated[RewardKind | None, argument("Only of this kind; null: of all.")]


@output
class RewardImage:
    """A picture of a reward."""

    url: str = said("Where it is; begins with https://.")
    alt: str = said("What it shows, in your language where somebody said so.")


@output
class RewardHindrance:
    """Something that stands between you and a reward."""

    gate: RewardGate = said("What it is.")
    words: str = said("The same, in your language.")


@output
class RewardOutlet:
    """A place where a reward is handed over."""

    id: strawberry.ID = said("Its id, for `redeemReward`.")
    name: str = said("What it is called.")
    latitude: float = said("Degrees, WGS 84.")
    longitude: float = said("Degrees, WGS 84.")
    zone: str = said("The IANA time zone of its hours.")
    hours: list[OutletSpan] = said("When it is open in a week; at most six spans a day.")
    exceptions: list[OutletException] = said("When it is open on some dates; 366 at most.")
    is_open: bool = said("Whether it is open now.")
    left: int | None = said("Units that may still be had there; null: as many as in all.")

    @classmethod
    def of(cls, one: outlets.Outlet, left: int | None, context: Context) -> "RewardOutlet":
        """An outlet, as it is at the time of the operation."""
        return cls(
            id=outlet_id(one.id),
            name=one.name,
            latitude=one.position.latitude,
            longitude=one.position.longitude,
            zone=one.zone,
            hours=spans_of(one.hours),
            exceptions=exceptions_of(one.hours),
            is_open=one.open and open_at(one.hours, one.zone, context.at),
            left=left,
        )


@output
class Reward(Node):
    """Something that you may have for points."""

    kind: RewardKind = said("What you get.")
    title: str = said("What it is, in your language.")
    body: str = said("More about it; may be empty, and of several lines.")
    images: list[RewardImage] = said("Pictures of it; ten at most.")
    price: Points = said("Points that one costs.")
    cash_minor: int = said("What is paid at the till beside them, in minor units; 0: nothing.")
    currency: str | None = said("The ISO 4217 code of what is paid beside; null: nothing is.")
    valid_from: Moment = said("From when on it may be had.")
    valid_until: Moment | None = said("Until when; null: until it is ended.")
    reserve_seconds: int = said("How long it waits for you at the till once you have redeemed it.")
    refund_days: int = said("How long you may give it back after you got it; 0: not at all.")
    age_min: int = said("From which age on it may be had; 0: from any.")
    member_max: int | None = said("How many you may have within `memberDays`; null: any.")
    member_days: int = said("Days of your own.")
    cause_id: strawberry.ID | None = said("The `Cause` of a DONATION; null for other kinds.")
    record: strawberry.Private[rewards.Reward]

    @asked
    async def left(self, info: Info) -> int | None:
        """How many there are still; null: there is no end of them. Codes of vouchers are counted
        up to 10,000."""
        left = self.record.left
        if self.record.terms.kind is not rewards.RewardKind.VOUCHER:
            return left
        codes = await info.context.loading.codes_left.load(self.record.id)
        return codes if left is None else min(left, codes)

    @asked
    async def hindrances(self, info: Info) -> list[RewardHindrance]:
        """What stands between you and one of it, at most nine; empty: nothing but its price."""
        found = await info.context.loading.hindrances.load(self.record.id)
        told = [RewardHindrance(gate=RewardGate[one.gate.name], words=one.words) for one in found]
        return told

    @asked
    async def outlets(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[RewardOutlet]:
        """Where it is handed over; empty where no outlet is named: in any of the partner's, or
        nowhere, as for a code."""
        asker = await info.context.asker()
        assert asker is not None, "only members see rewards"
        context, one = info.context, self.record
        page = Page[UUID](f"reward outlets {one.id}", asker, context, first=first, after=after)
        ids = sorted(one.terms.outlets)
        if page.position is not None:
            ids = [id for id in ids if id.bytes > page.position]
        there = await context.loading.outlets.load_many(ids[: page.limit])
        known = {place.id: place for place in there if place is not None}
        shelves = await context.loading.shelves.load(one.id)
        left = {shelf.outlet: shelf.left for shelf in shelves}
        return page.shaped(
            [id for id in ids[: page.limit] if id in known],
            node=lambda id: RewardOutlet.of(known[id], left.get(id), context),
            place=lambda id: id.bytes,
        )

    @classmethod
    def of(cls, one: rewards.Reward, *, locale: str) -> "Reward":
        """A reward, in the language of who reads it."""
        terms = one.terms
        text, until = rewards.text_of(terms, locale=locale), terms.valid_until
        return cls(
            id=reward_id(one.id),
            kind=RewardKind[terms.kind.name],
            title=text.title,
            body=text.body,
            images=[
                RewardImage(url=image.url, alt=rewards.alt_of(image, locale=locale))
                for image in terms.images
            ],
            price=Points(terms.price),
            cash_minor=terms.cash_minor,
            currency=terms.currency,
            valid_from=Moment(terms.valid_from),
            valid_until=None if until is None else Moment(until),
            reserve_seconds=terms.reserve_seconds,
            refund_days=terms.refund_days,
            age_min=terms.age_min,
            member_max=terms.member_max,
            member_days=terms.member_days,
            cause_id=None if terms.cause is None else globalids.of(Kind.CAUSE, terms.cause),
            record=one,
        )


@output
class RewardedMember:
    """What a member may have for points."""

    record: strawberry.Private[Asker]

    @asked
    async def rewards(
        self,
        info: Info,
        kind: OfKind = None,
        affordable: Annotated[
            bool, argument("True: only what the points that you can spend now are enough for.")
        ] = False,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[Reward]:
        """What may be had for points now, newest first, also what is not for you or gone."""
        context, who = info.context, self.record
        page = Page[rewards.Reward](f"rewards {kind}", who, context, first=first, after=after)
        async with context.reading() as tx:
            price_max = None
            if affordable:
                price_max = (await points.summary(who, at=context.at, tx=tx)).available
            found = await rewards.catalogue(
                programme=who.programme,
                kind=None if kind is None else rewards.RewardKind[kind.name],
                price_max=price_max,
                before=None if page.position is None else UUID(bytes=page.position),
                limit=page.limit,
                at=context.at,
                tx=tx,
            )
        return page.shaped(
            found,
            node=lambda one: Reward.of(one, locale=who.locale),
            place=lambda one: one.id.bytes,
        )

    @asked
    async def reward(
        self, info: Info, id: Annotated[strawberry.ID, argument("The id of a `Reward`.")]
    ) -> Reward | None:
        """One of them, also when it is not to be had any more; null when there is none."""
        async with info.context.reading() as tx:
            return await _shown(reward_of(id), self.record, tx)


async def find(name: globalids.Name, asker: Asker, tx: Tx) -> Reward | None:
    """The reward with that id, as the asker may see it; None when there is none."""
    return None if name.uuid is None else await _shown(name.uuid, asker, tx)


def reward_id(id: UUID) -> strawberry.ID:
    """The global id of a reward."""
    return globalids.of(Kind.REWARD, id)


def reward_of(id: str) -> UUID:
    """The id of the reward that a global id names; nobody's for other texts."""
    return globalids.uuid_of(id, Kind.REWARD) or NOBODY


async def _shown(id: UUID, asker: Asker, tx: Tx) -> Reward | None:
    try:
        found = await rewards.shown(id, member=asker, tx=tx)
    except rewards.NoSuchReward:
        return None
    return Reward.of(found, locale=asker.locale)
