"""The mutation by which operators change their programme."""

from typing import Annotated, TypeAlias

from api.fields import argument, input, mutation, output, said
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo
from api.ops.programmes import Programme, ReturnPolicy
from api.refusals import RequestRefused, result
from api.scalars import Points
from domain import ledger, programmes
from domain.operators import Permission


@input
class BrandingInput:
    """How the programme shows itself; what is null is the app's own."""

    display_name: str | None = said("What to call it, 80 characters at most.", default=None)
    colour: str | None = said("Its colour, as #RRGGBB.", default=None)
    accent_colour: str | None = said("A second colour, as #RRGGBB.", default=None)
    logo_url: str | None = said("Where its logo is; https.", default=None)
    terms_url: str | None = said("Where its terms are; https.", default=None)
    support_contact: str | None = said("Where its members find help.", default=None)


@input
class PointsPoliciesInput:
    """What becomes of points that are earned from now on; both at once."""

    expiry_months: int | None = said(
        "Whole months, 0 to 34, that they live after the month they were earned in; null: for"
        " ever.",
        default=None,
    )
    return_policy: ReturnPolicy = said("How they are taken back.")


@input
class UpdateProgrammeInput:
    """What to change; what is not said, or null, stays as it is."""

    name: str | None = said("What it calls itself, 1 to 80 characters.", default=None)
    unit: str | None = said("What it calls its points, 1 to 30 characters.", default=None)
    zone: str | None = said("Its own IANA time zone.", default=None)
    locale: str | None = said("Its own language, as a BCP 47 tag.", default=None)
    locales: list[str] | None = said("The languages it offers, 50 at most.", default=None)
    transfer_max: Points | None = said("Most points of one transfer.", default=None)
    transfer_day_max: Points | None = said(
        "Most points a member may send in one day.", default=None
    )
    transfer_accept_days: int | None = said(
        "How many days, 1 to 28, an offered transfer waits for an answer.", default=None
    )
    branding: BrandingInput | None = said("All of how it shows itself.", default=None)
    policies: PointsPoliciesInput | None = said(
        "For points earned from now on; what members have keeps its months.", default=None
    )
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class UpdateProgrammeSuccess:
    """The programme is changed."""

    programme: Programme = said("The programme, as it is now.")


UpdateProgrammeResult: TypeAlias = Annotated[
    UpdateProgrammeSuccess | RequestRefused, result("UpdateProgrammeResult")
]


async def _update(asked: UpdateProgrammeInput, act: OpsAct) -> programmes.Programme:
    change = programmes.Amendment(
        name=asked.name,
        unit=asked.unit,
        zone=asked.zone,
        locale=asked.locale,
        locales=asked.locales,
        transfer_max=asked.transfer_max,
        transfer_day_max=asked.transfer_day_max,
        transfer_accept_days=asked.transfer_accept_days,
        branding=None if asked.branding is None else _branding(asked.branding),
        policies=None if asked.policies is None else _policies(asked.policies),
    )
    return await programmes.amend(act.programme.id, change, tx=act.tx)


def _branding(asked: BrandingInput) -> programmes.Branding:
    return programmes.Branding(
        display_name=asked.display_name,
        colour=asked.colour,
        accent_colour=asked.accent_colour,
        logo_url=asked.logo_url,
        terms_url=asked.terms_url,
        support_contact=asked.support_contact,
    )


def _policies(asked: PointsPoliciesInput) -> ledger.Policies:
    return ledger.Policies(asked.expiry_months, ledger.ReturnPolicy[asked.return_policy.name])


async def _updated(programme: programmes.Programme, context: OpsContext) -> UpdateProgrammeSuccess:
    return UpdateProgrammeSuccess(programme=Programme.of(programme))


UPDATE: OpsVerb[programmes.Programme, UpdateProgrammeResult] = OpsVerb(
    programmes.Programme, _update, _updated, permission=Permission.PROGRAMME_WRITE
)


@output
class ProgrammeMutations:
    """Mutations about the programme."""

    @mutation
    async def update_programme(
        self, info: OpsInfo, input: Annotated[UpdateProgrammeInput, argument("What to change.")]
    ) -> UpdateProgrammeResult | None:
        """Change what the programme is called, allows and shows. Needs PROGRAMME_WRITE. Refuses
        BAD_NAME, BAD_UNIT, BAD_ZONE, BAD_LOCALE, BAD_POLICY, BAD_BRANDING."""
        return await UPDATE.perform(info, input)
