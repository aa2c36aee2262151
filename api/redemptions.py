"""Redemptions, as members see theirs: what they have for points, and the code for the till."""

from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.context import Info
from api.fields import argument, asked, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.pictures import qr_code
from api.reward_states import RedemptionState, RewardKind
from api.scalars import Moment, Points
from domain import redemptions, rewards
from domain.members import Member
from infra.db import Tx

NOBODY = UUID(int=0)


@output
class RedemptionCode:
    """What to show at the till. The app can make the same codes by itself, also offline, from the
    secret that it was given when the redemption was made."""

    number: str = said("Ten digits that name the redemption; always the same.")
    code: str = said("Eight digits of this minute.")
    text: str = said("What the QR code says: the number, then the code.")
    svg: str = said("The QR code as an SVG picture.")
    expires_at: Moment = said("Until when it is good: two minutes at most.")


@output
class RedeemedVoucher:
    """A code that somebody else honours. It is yours alone: whoever has it can use it."""

    code: str = said("The code.")
    expires_at: Moment | None = said("Until when it is honoured; null: it has no end.")


@output
class RedemptionFacts:
    """What everybody who may see a redemption sees of it."""

    reward_id: strawberry.ID = said("The id of the `Reward`.")
    kind: RewardKind = said("What kind of thing it is.")
    state: RedemptionState = said("Where it is.")
    quantity: int = said("How many units.")
    price: Points = said("Points that the member pays for all of them.")
    discount: Points = said("Points that an offer pays beside them.")
    cash_minor: int = said(
        "What is paid at the till beside the points, in minor units; 0: nothing."
    )
    currency: str | None = said("The ISO 4217 code of what is paid beside; null: nothing is.")
    outlet_id: strawberry.ID | None = said(
        "The id of the `Outlet` where it must be fetched; null: wherever it is handed over."
    )
    reserved_at: Moment = said("When it was made.")
    expires_at: Moment = said("Until when it waits at the till.")
    fulfilled_at: Moment | None = said("When it was handed over; null: it was not.")
    released_at: Moment | None = said("When it was let go of; null: it was not.")
    refunded_at: Moment | None = said("When it was given back; null: it was not.")
    refundable_until: Moment | None = said(
        "Until when it may be given back; null: not handed over."
    )
    record: strawberry.Private[redemptions.Redemption]


@output
class Redemption(RedemptionFacts, Node):
    """Something that you have for points, or that waits for you."""

    number: str = said("Ten digits that name it to whoever asks.")

    @asked
    async def title(self, info: Info) -> str:
        """What it is, in your language."""
        asker = await info.context.asker()
        assert asker is not None, "only members see redemptions"
        found = await info.context.loading.rewards.load(self.record.reward)
        assert found is not None, "a redemption is always of a reward of the programme"
        return rewards.text_of(found.terms, locale=asker.locale).title

    @asked
    async def vouchers(self, info: Info) -> list[RedeemedVoucher]:
        """The codes that you got, at most 100; none for other kinds, and once it was given back."""
        if self.record.state is not redemptions.State.FULFILLED:
            return []
        found = await info.context.loading.vouchers.load(self.record.id)
        return [
            RedeemedVoucher(
                code=one.code,
                expires_at=None if one.expires_at is None else Moment(one.expires_at),
            )
            for one in found
        ]

    @asked
    async def code(self, info: Info) -> RedemptionCode | None:
        """The code for the till, of this minute; null when there is nothing to fetch."""
        asker, at = await info.context.asker(), info.context.at
        if asker is None or not self.record.is_open(at=at):
            return None
        try:
            async with info.context.reading() as tx:
                found = await redemptions.code(self.record.id, member=asker, at=at, tx=tx)
        except redemptions.RedemptionOver:
            return None
        return RedemptionCode(
            number=found.number,
            code=found.code,
            text=found.text,
            svg=qr_code(found.text),
            expires_at=Moment(found.until),
        )

    @classmethod
    def of(cls, one: redemptions.Redemption) -> "Redemption":
        """A redemption, as the schema shows it."""
        return cls(id=redemption_id(one.id), number=one.number, **facts(one))


States: TypeAlias = Annotated[
    list[RedemptionState] | None, argument("Only those in one of these states; null: all.")
]


@output
class RedeemingMember:
    """What a member has for their points."""

    record: strawberry.Private[Member]

    @asked
    async def redemptions(
        self,
        info: Info,
        states: States = None,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[Redemption]:
        """What you have redeemed, newest first. Nobody else sees this list."""
        context, who = info.context, self.record
        wanted = None if states is None else {redemptions.State[one.name] for one in states}
        of = f"redemptions {sorted(wanted or ())}"
        page = Page[redemptions.Redemption](of, who, context, first=first, after=after)
        async with context.reading() as tx:
            found = await redemptions.listed(
                who, states=wanted, before=place_of(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=Redemption.of, place=lambda one: one.id.bytes)

    @asked
    async def redemption(
        self, info: Info, id: Annotated[strawberry.ID, argument("The id of a `Redemption`.")]
    ) -> Redemption | None:
        """Your redemption with that id; null when there is none."""
        async with info.context.reading() as tx:
            return await _own(globalids.uuid_of(id, Kind.REDEMPTION), self.record, tx)


async def find(name: globalids.Name, asker: Member, tx: Tx) -> Redemption | None:
    """The asker's own redemption with that id; None when there is none."""
    return await _own(name.uuid, asker, tx)


def facts(one: redemptions.Redemption) -> dict[str, Any]:
    """What everybody who may see it sees, by the names of `RedemptionFacts`."""
    outlet = one.outlet
    return {
        "reward_id": globalids.of(Kind.REWARD, one.reward),
        "kind": RewardKind[one.kind],
        "state": RedemptionState[one.state.name],
        "quantity": one.quantity,
        "price": Points(one.price),
        "discount": Points(one.discount),
        "cash_minor": one.cash_minor,
        "currency": one.currency,
        "outlet_id": None if outlet is None else globalids.of(Kind.OUTLET, outlet),
        "reserved_at": Moment(one.reserved_at),
        "expires_at": Moment(one.expires_at),
        "fulfilled_at": None if one.fulfilled_at is None else Moment(one.fulfilled_at),
        "released_at": None if one.released_at is None else Moment(one.released_at),
        "refunded_at": None if one.refunded_at is None else Moment(one.refunded_at),
        "refundable_until": (
            None if one.refundable_until is None else Moment(one.refundable_until)
        ),
        "record": one,
    }


def redemption_id(id: UUID) -> strawberry.ID:
    """The global id of a redemption."""
    return globalids.of(Kind.REDEMPTION, id)


def redemption_of(id: str) -> UUID:
    """The id of the redemption that a global id names; nobody's for other texts."""
    return globalids.uuid_of(id, Kind.REDEMPTION) or NOBODY


def place_of(page: Page[redemptions.Redemption]) -> UUID | None:
    """After which redemption a page begins."""
    return None if page.position is None else UUID(bytes=page.position)


async def _own(id: UUID | None, asker: Member, tx: Tx) -> Redemption | None:
    if id is None:
        return None
    try:
        found = await redemptions.get(id, member=asker.id, programme=asker.programme, tx=tx)
    except redemptions.NoSuchRedemption:
        return None
    return Redemption.of(found)
