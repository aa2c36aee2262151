"""Volunteering, as its organisers see it: what they publish, and the hours they confirm."""

from enum import Enum
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api.cursors import bad_cursor
from api.fields import input, output, said
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.partner.context import PartnerInfo, scoped
from api.refusals import RequestRefused, result
from api.scalars import Moment
from api.volunteering import VolunteerHours, VolunteerShift
from domain import volunteering
from domain.partners import Scope

V = strawberry.enum_value
SCOPE = Scope.VOLUNTEERING_WRITE


@strawberry.enum(description="How an organiser signs statements, after Standard Webhooks.")
class SigningAlgorithm(Enum):
    """How an organiser signs statements."""

    ED25519 = V("ED25519", description="`v1a`: you keep the private key, we get the public one.")
    HMAC_SHA256 = V("HMAC_SHA256", description="`v1`: both sides keep the secret.")


@output
class VolunteeringQueries:
    """What organisers see of volunteering."""

    @scoped(SCOPE)
    async def hours_claims(
        self, info: PartnerInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[VolunteerHours] | None:
        """The claims that wait for you, the oldest first."""
        context = info.context
        partner = context.partner
        page = Page[volunteering.Hours]("claims", partner, context, first=first, after=after)
        position = page.position
        if position is not None and len(position) != 16:
            raise bad_cursor()
        async with context.reading() as tx:
            found = await volunteering.claims(
                organiser=partner,
                programme=partner.programme,
                after=None if position is None else UUID(bytes=position),
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(found, node=VolunteerHours.of, place=lambda one: one.id.bytes)


@input
class PublishOpportunityInput:
    """What there is to help with."""

    title: str = said("What it is about, 1 to 120 characters.")
    text: str = said("More about it, 2,000 characters at most.", default="")


@input
class AddShiftInput:
    """When help is wanted."""

    opportunity_id: strawberry.ID = said("The id of the opportunity.")
    starts_at: Moment = said("When it begins.")
    ends_at: Moment = said("When it ends, within 24 hours.")
    places: int | None = said("How many members may help; any number when null.", default=None)


@input
class ConfirmHoursInput:
    """Which hours were helped: a claim, or a shift and a member who did not claim."""

    hours_id: strawberry.ID | None = said("The id of a claim.", default=None)
    shift_id: strawberry.ID | None = said("The id of a shift, without a claim.", default=None)
    member_ref: str | None = said(
        "Whose, without a claim: how you call the member, or their loyalty number.", default=None
    )
    minutes: int | None = said("How many; as claimed when null.", default=None)
    starts_at: Moment | None = said("When they began; with the shift when null.", default=None)


@input
class DeclineHoursInput:
    """Which claim is not true."""

    hours_id: strawberry.ID = said("The id of a claim.")


@input
class RevokeHoursInput:
    """Which confirmation to take back."""

    hours_id: strawberry.ID = said("The id of confirmed hours.")


@input
class AddSigningKeyInput:
    """What you sign statements with."""

    algorithm: SigningAlgorithm = said("How you sign.")
    key: str = said("Base64 of the public key (ED25519), or of the secret (HMAC_SHA256).")


@output
class PublishOpportunitySuccess:
    """It is published; add shifts to it."""

    opportunity_id: strawberry.ID = said("Its id.")


@output
class AddShiftSuccess:
    """Members see the shift."""

    shift: VolunteerShift = said("The shift.")
    statement_shift: str = said("What signed statements call the shift.")


@output
class HoursDecided:
    """The hours, as they are now."""

    hours: VolunteerHours = said("The hours, as they are now.")


@output
class ConfirmHoursSuccess(HoursDecided):
    """They count."""


@output
class DeclineHoursSuccess(HoursDecided):
    """They do not count."""


@output
class RevokeHoursSuccess(HoursDecided):
    """They no longer count."""


@output
class AddSigningKeySuccess:
    """What is signed with it is believed; earlier keys are good for a week more."""

    key_id: str = said("What we call the key.")


PublishOpportunityResult: TypeAlias = Annotated[
    PublishOpportunitySuccess | RequestRefused, result("PublishOpportunityResult")
]
AddShiftResult: TypeAlias = Annotated[AddShiftSuccess | RequestRefused, result("AddShiftResult")]
ConfirmHoursResult: TypeAlias = Annotated[
    ConfirmHoursSuccess | RequestRefused, result("ConfirmHoursResult")
]
DeclineHoursResult: TypeAlias = Annotated[
    DeclineHoursSuccess | RequestRefused, result("DeclineHoursResult")
]
RevokeHoursResult: TypeAlias = Annotated[
    RevokeHoursSuccess | RequestRefused, result("RevokeHoursResult")
]
AddSigningKeyResult: TypeAlias = Annotated[
    AddSigningKeySuccess | RequestRefused, result("AddSigningKeyResult")
]
