"""The programme, as its operators see it."""

from enum import Enum

import strawberry

from api import globalids
from api.branding import Branding
from api.fields import output, said
from api.globalids import Kind
from api.nodes import Node
from api.ops.context import OpsInfo, permitted
from api.scalars import Points
from domain import ledger, programmes
from domain.operators import Permission

V = strawberry.enum_value


@strawberry.enum(description="How points are taken back that should not have been earned.")
class ReturnPolicy(Enum):
    """How points are taken back that should not have been earned."""

    ONLY_PENDING = V("ONLY_PENDING", description="Only while they are pending.")
    WITHIN_BALANCE = V("WITHIN_BALANCE", description="What is left of them.")
    NEGATIVE_ALLOWED = V("NEGATIVE_ALLOWED", description="All; what is missing becomes a debt.")


@output
class PointsPolicies:
    """What becomes of points that are earned from now on."""

    expiry_months: int | None = said(
        "Whole months that they live after the month they were earned in; null: for ever."
    )
    return_policy: ReturnPolicy = said("How they are taken back.")

    @classmethod
    def of(cls, policies: ledger.Policies) -> "PointsPolicies":
        """A book's policies, as operators see them."""
        return cls(
            expiry_months=policies.expiry_months,
            return_policy=ReturnPolicy[policies.return_policy.name],
        )


@output
class Programme(Node):
    """The organisation you work for, with a point unit of its own."""

    slug: str = said("Its short name in this installation; it never changes.")
    name: str = said("What it calls itself.")
    unit: str = said("What it calls its points.")
    zone: str = said("Its own IANA time zone.")
    locale: str = said("Its own language, as a BCP 47 tag.")
    locales: list[str] = said("The languages it offers, its own first.")
    transfer_max: Points = said("Most points of one transfer.")
    transfer_day_max: Points = said("Most points a member may send in one day.")
    transfer_accept_days: int = said("How many days an offered transfer waits for an answer.")
    branding: Branding = said("How it shows itself.")
    book: strawberry.Private[int]

    @permitted(Permission.PROGRAMME_READ)
    async def policies(self, info: OpsInfo) -> PointsPolicies | None:
        """What becomes of points that are earned from now on."""
        async with info.context.reading() as tx:
            return PointsPolicies.of(await ledger.policies(self.book, tx=tx))

    @classmethod
    def of(cls, programme: programmes.Programme) -> "Programme":
        """A programme, as its operators see it."""
        return cls(
            id=globalids.of(Kind.PROGRAMME, programme.id.to_bytes(4, "big")),
            slug=programme.slug,
            name=programme.name,
            unit=programme.unit,
            zone=programme.zone,
            locale=programme.locale,
            locales=list(programme.locales),
            transfer_max=Points(programme.transfer_max),
            transfer_day_max=Points(programme.transfer_day_max),
            transfer_accept_days=programme.transfer_accept_days,
            branding=Branding.of(programme),
            book=programme.book,
        )


@output
class ProgrammeQueries:
    """What operators see of their programme."""

    @permitted(Permission.PROGRAMME_READ)
    async def programme(self, info: OpsInfo) -> Programme | None:
        """The programme that your token is for."""
        return Programme.of(await info.context.programme())
