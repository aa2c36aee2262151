"""Partners, as operators see them, and the mutations that register and change them."""

from enum import Enum
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.keys import PartnerKey
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.operators import NOBODY, place_of
from api.refusals import RequestRefused, result
from api.scalars import Moment, Points
from domain import ledger, partners
from domain.operators import Permission

V = strawberry.enum_value


@strawberry.enum(description="Whether a partner may send anything.")
class PartnerState(Enum):
    """Whether a partner may send anything."""

    ACTIVE = V("ACTIVE", description="Its open keys are good.")
    SUSPENDED = V("SUSPENDED", description="None of its keys is good until it is resumed.")


@output
class Partner(Node):
    """An organisation that works with the programme."""

    slug: str = said("Its short name in the programme; it never changes.")
    name: str = said("What it is called.")
    state: PartnerState = said("Whether it may send anything.")
    registered_at: Moment = said("When it was registered.")
    record: strawberry.Private[partners.Partner]

    @permitted(Permission.PARTNERS_READ)
    async def balance(self, info: OpsInfo) -> Points | None:
        """Points that it has paid for in advance and not used."""
        one, context = self.record, info.context
        async with context.reading() as tx:
            balance = await ledger.balance(one.account, book=one.book, at=context.at, tx=tx)
        return Points(balance.available)

    @permitted(Permission.PARTNERS_READ)
    async def keys(self, info: OpsInfo) -> list[PartnerKey] | None:
        """Its keys, newest first, also those that ended: a hundred at most."""
        one = self.record
        async with info.context.reading() as tx:
            found = await partners.keys_of(one.id, programme=one.programme, tx=tx)
        return [PartnerKey.of(key) for key in found]

    @classmethod
    def of(cls, partner: partners.Partner) -> "Partner":
        """A partner, as operators see it."""
        return cls(
            id=partner_id(partner.id),
            slug=partner.slug,
            name=partner.name,
            state=PartnerState[partner.state.name],
            registered_at=Moment(partner.registered_at),
            record=partner,
        )


@output
class PartnerQueries:
    """What operators see of partners."""

    @permitted(Permission.PARTNERS_READ)
    async def partners(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Partner] | None:
        """The partners of the programme, in the order they were registered."""
        context = info.context
        asker = await context.allowed(Permission.PARTNERS_READ)
        page = Page[partners.Partner]("partners", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await partners.listed(
                programme=asker.programme, after=place_of(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=Partner.of, place=lambda one: one.id.bytes)

    @permitted(Permission.PARTNERS_READ)
    async def partner(
        self,
        info: OpsInfo,
        id: Annotated[strawberry.ID, argument("The id of a `Partner`.")],
    ) -> Partner | None:
        """One partner of the programme; null when there is none with that id."""
        context = info.context
        asker = await context.allowed(Permission.PARTNERS_READ)
        try:
            async with context.reading() as tx:
                found = await partners.get(partner_of(id), programme=asker.programme, tx=tx)
        except partners.NoSuchPartner:
            return None
        return Partner.of(found)


@input
class RegisterPartnerInput:
    """Which partner to register."""

    slug: str = said("Its short name: 2 to 40 of a-z, 0-9 and hyphen, a letter first.")
    name: str = said("What it is called, 1 to 80 characters.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class RenamePartnerInput:
    """Which partner, and its new name."""

    partner_id: strawberry.ID = said("The id of a `Partner`.")
    name: str = said("What it is called, 1 to 80 characters.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class SuspendPartnerInput:
    """Which partner to suspend."""

    partner_id: strawberry.ID = said("The id of a `Partner`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class ResumePartnerInput:
    """Which partner to resume."""

    partner_id: strawberry.ID = said("The id of a `Partner`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class PartnerChanged:
    """The partner, as it is now."""

    partner: Partner = said("The partner, as it is now.")


@output
class RegisterPartnerSuccess(PartnerChanged):
    """It is a partner, with an empty prepaid account and no keys yet."""


@output
class RenamePartnerSuccess(PartnerChanged):
    """It is called so."""


@output
class SuspendPartnerSuccess(PartnerChanged):
    """It may send nothing any more."""


@output
class ResumePartnerSuccess(PartnerChanged):
    """It may send again."""


RegisterPartnerResult: TypeAlias = Annotated[
    RegisterPartnerSuccess | RequestRefused, result("RegisterPartnerResult")
]
RenamePartnerResult: TypeAlias = Annotated[
    RenamePartnerSuccess | RequestRefused, result("RenamePartnerResult")
]
SuspendPartnerResult: TypeAlias = Annotated[
    SuspendPartnerSuccess | RequestRefused, result("SuspendPartnerResult")
]
ResumePartnerResult: TypeAlias = Annotated[
    ResumePartnerSuccess | RequestRefused, result("ResumePartnerResult")
]


async def _register(asked: RegisterPartnerInput, act: OpsAct) -> partners.Partner:
    return await partners.register(
        asked.slug, programme=act.programme, name=asked.name, id=act.id, at=act.at, tx=act.tx
    )


async def _rename(asked: RenamePartnerInput, act: OpsAct) -> partners.Partner:
    id, programme = partner_of(asked.partner_id), act.programme.id
    return await partners.rename(id, programme=programme, name=asked.name, tx=act.tx)


async def _suspend(asked: SuspendPartnerInput, act: OpsAct) -> partners.Partner:
    id = partner_of(asked.partner_id)
    return await partners.suspend(id, programme=act.programme.id, tx=act.tx)


async def _resume(asked: ResumePartnerInput, act: OpsAct) -> partners.Partner:
    id = partner_of(asked.partner_id)
    return await partners.resume(id, programme=act.programme.id, tx=act.tx)


def _shaped(kind: type[PartnerChanged]) -> Any:
    async def shape(partner: partners.Partner, context: OpsContext) -> PartnerChanged:
        return kind(partner=Partner.of(partner))

    return shape


WRITE, PATHS = Permission.PARTNERS_WRITE, {"partner": "partner_id"}
REGISTER: OpsVerb[partners.Partner, RegisterPartnerResult] = OpsVerb(
    partners.Partner,
    _register,
    _shaped(RegisterPartnerSuccess),
    permission=WRITE,
    made=lambda partner: partner_id(partner.id),
)
RENAME: OpsVerb[partners.Partner, RenamePartnerResult] = OpsVerb(
    partners.Partner, _rename, _shaped(RenamePartnerSuccess), permission=WRITE, paths=PATHS
)
SUSPEND: OpsVerb[partners.Partner, SuspendPartnerResult] = OpsVerb(
    partners.Partner, _suspend, _shaped(SuspendPartnerSuccess), permission=WRITE, paths=PATHS
)
RESUME: OpsVerb[partners.Partner, ResumePartnerResult] = OpsVerb(
    partners.Partner, _resume, _shaped(ResumePartnerSuccess), permission=WRITE, paths=PATHS
)


@output
class PartnerMutations:
    """Mutations about partners."""

    @mutation
    async def register_partner(
        self, info: OpsInfo, input: Annotated[RegisterPartnerInput, argument("Which partner.")]
    ) -> RegisterPartnerResult | None:
        """Take in a partner. Needs PARTNERS_WRITE. Refuses BAD_SLUG, BAD_NAME, SLUG_TAKEN."""
        return await REGISTER.perform(info, input)

    @mutation
    async def rename_partner(
        self, info: OpsInfo, input: Annotated[RenamePartnerInput, argument("Which, to what.")]
    ) -> RenamePartnerResult | None:
        """Call a partner something else. Needs PARTNERS_WRITE. Refuses BAD_NAME,
        NO_SUCH_PARTNER."""
        return await RENAME.perform(info, input)

    @mutation
    async def suspend_partner(
        self, info: OpsInfo, input: Annotated[SuspendPartnerInput, argument("Which partner.")]
    ) -> SuspendPartnerResult | None:
        """Stop all keys of a partner at once. Needs PARTNERS_WRITE. Refuses NO_SUCH_PARTNER."""
        return await SUSPEND.perform(info, input)

    @mutation
    async def resume_partner(
        self, info: OpsInfo, input: Annotated[ResumePartnerInput, argument("Which partner.")]
    ) -> ResumePartnerResult | None:
        """Let the open keys of a partner be good again. Needs PARTNERS_WRITE. Refuses
        NO_SUCH_PARTNER."""
        return await RESUME.perform(info, input)


def partner_id(id: UUID) -> strawberry.ID:
    """The global id of a partner."""
    return globalids.of(Kind.PARTNER, id)


def partner_of(id: str) -> UUID:
    """The partner that a global id names; nobody for other texts."""
    return globalids.uuid_of(id, Kind.PARTNER) or NOBODY
