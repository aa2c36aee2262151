"""Referrals, as the one who refers sees them: how far they are, and nothing of the newcomer."""

from enum import Enum
from typing import Annotated, TypeAlias

import strawberry

from api import cursors, globalids
from api.context import Context, Info
from api.fields import argument, asked, input, mutation, output, said
from api.globalids import Kind
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.refusals import RequestRefused, result
from api.scalars import Moment, Points
from domain import referrals
from domain.members import Member as Asker
from infra.db import Tx

V = strawberry.enum_value


@strawberry.enum(description="Where a referral stands. PAID, REFUSED and LAPSED are final.")
class ReferralState(Enum):
    """Where a referral stands."""

    WAITING = V("WAITING", description="They joined, and have done nothing yet that counts.")
    HELD = V("HELD", description="The programme takes a closer look.")
    PROMISED = V("PROMISED", description="They have begun: the points come at `paysAt`.")
    PAID = V("PAID", description="You both have your points.")
    REFUSED = V("REFUSED", description="It pays nothing.")
    LAPSED = V("LAPSED", description="They did nothing in time that counts.")


@output
class Referral(Node):
    """Somebody who joined by your code."""

    state: ReferralState = said("Where it stands.")
    joined_at: Moment = said("When they joined.")
    lapses_at: Moment = said("Until when they must have begun.")
    points: Points | None = said("What you get, or got; null before they have begun.")
    pays_at: Moment | None = said("When it is paid; null before they have begun.")

    @classmethod
    def of(cls, referral: referrals.Referral) -> "Referral":
        """A referral, as the one who referred sees it."""
        points, pays_at = referral.referrer_points, referral.pays_at
        return cls(
            id=globalids.of(Kind.REFERRAL, referral.id),
            state=ReferralState[referral.state.name],
            joined_at=Moment(referral.joined_at),
            lapses_at=Moment(referral.lapses_at),
            points=None if points is None else Points(points),
            pays_at=None if pays_at is None else Moment(pays_at),
        )


@output
class ReferralQueries:
    """What members see of referrals."""

    @asked
    async def referrals(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Referral] | None:
        """Those who joined by your code, newest first; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[referrals.Referral]("referrals", asker, context, first=first, after=after)
        place = None if page.position is None else cursors.to_moment(page.position)
        async with context.reading() as tx:
            found = await referrals.listed(asker, after=place, limit=page.limit, tx=tx)
        return page.shaped(
            found, node=Referral.of, place=lambda one: cursors.from_moment(*one.cursor)
        )


@input
class MakeReferralCodeInput:
    """Nothing needs to be said."""

    device_id: str | None = said(
        "What the app calls this device, always the same: so that nobody refers themselves. Only a"
        " hash is kept.",
        default=None,
    )


@output
class MakeReferralCodeSuccess:
    """Your code, the same one each time."""

    referral_code: str = said("12 letters and digits, for `joinProgramme`.")
    referrer_points: Points = said("What you get for each who begins.")
    newcomer_points: Points = said("What they get.")
    viewer: Member = said("You, as you are now.")


MakeReferralCodeResult: TypeAlias = Annotated[
    MakeReferralCodeSuccess | RequestRefused, result("MakeReferralCodeResult")
]
# The code, and what each of the two gets.
Offer: TypeAlias = tuple[str, int, int]


async def _make(asked: MakeReferralCodeInput, act: Act) -> Offer:
    member = act.member
    code = await referrals.code_of(member, device=asked.device_id, at=act.at, tx=act.tx)
    terms = await referrals.policy(member.programme, tx=act.tx)
    return code, terms.referrer_points, terms.newcomer_points


async def _made(offer: Offer, context: Context) -> MakeReferralCodeSuccess:
    code, referrer_points, newcomer_points = offer
    return MakeReferralCodeSuccess(
        referral_code=code,
        referrer_points=Points(referrer_points),
        newcomer_points=Points(newcomer_points),
        viewer=await viewer_of(context),
    )


MAKE: Verb[Offer, MakeReferralCodeResult] = Verb(Offer, _make, _made, paths={"device": "device_id"})


@output
class ReferralMutations:
    """Mutations about referrals."""

    @mutation
    async def make_referral_code(
        self, info: Info, input: Annotated[MakeReferralCodeInput, argument("From where.")]
    ) -> MakeReferralCodeResult | None:
        """Your code for others to join by. You are both paid when they have done their first
        activity that counts, or bought something, and it stands. Refuses BAD_DEVICE."""
        return await MAKE.perform(info, input)


async def find(name: globalids.Name, asker: Asker, tx: Tx) -> Referral | None:
    """The referral with that id by which the asker brought somebody; None for others."""
    if name.uuid is None:
        return None
    try:
        found = await referrals.get(name.uuid, programme=asker.programme, tx=tx)
    except referrals.NoSuchReferral:
        return None
    return Referral.of(found) if found.referrer == asker.id else None
