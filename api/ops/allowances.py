"""What a programme allows its members to send and to give, and the mutations that change it."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Annotated, Any, TypeAlias

import strawberry

from api.fields import argument, input, mutation, output, said
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.refusals import RequestRefused, result
from api.scalars import Points
from domain import giving, transfers
from domain.operators import Permission

UNSET = strawberry.UNSET
# What each number of the policy is, for those who read it and those who set it.
WORDS: Mapping[str, str] = {
    "pair_day_max": "Most points from one member to one friend in a day; null: no such limit.",
    "pair_month_max": "Most points from one member to one friend in a month; null: no limit.",
    "sender_age_hours": "Hours one must have been a member before sending, at most 8,760.",
    "cooling_hours": "Hours a friendship must have lasted before points go, at most 168.",
    "cooling_holds": "True: what is sent earlier waits so long; false: it is refused.",
    "confirm_above": "Points to a new friend before the sender must sign in again; null: never.",
    "confirm_minutes": "For how many minutes a sign-in counts, 1 to 1,440.",
    "open_offers_max": "Most transfers of one sender that wait, 1 to 1,000.",
    "open_requests_max": "Most open point requests of one member, 1 to 100.",
    "request_days": "For how many days a point request is open, 1 to 28.",
    "screened": "True: transfers are screened, by the numbers that follow.",
    "screen_hours": "How many hours the screen looks back, 1 to 168.",
    "screen_points_min": "Patterns that moved fewer points are let be.",
    "fan_in_max": "Most members who give to one in that time, 2 to 1,000.",
    "fan_out_max": "Most members who get from one in that time, 2 to 1,000.",
    "returns_max": "How often about the same points may come back, 1 to 1,000.",
    "drains_max": "Most new members who give one nearly all they have, 1 to 1,000.",
    "near_limit_max": "Most transfers of one sender just below a limit, 2 to 1,000.",
    "fresh_days": "For how many days a member is new, at most 365.",
    "review_days": "How many days a held transfer waits before it goes back, 1 to 7.",
}


def _told(name: str, **options: Any) -> Any:
    return said(WORDS[name], **options)


def _wish(name: str) -> Any:
    return said(f"{WORDS[name]} As it is when it is not said.", default=UNSET)


@output
class TransferPolicy:
    """What the programme allows between friends, beyond the limits of one transfer and a day."""

    pair_day_max: Points | None = _told("pair_day_max")
    pair_month_max: Points | None = _told("pair_month_max")
    sender_age_hours: int = _told("sender_age_hours")
    cooling_hours: int = _told("cooling_hours")
    cooling_holds: bool = _told("cooling_holds")
    confirm_above: Points | None = _told("confirm_above")
    confirm_minutes: int = _told("confirm_minutes")
    open_offers_max: int = _told("open_offers_max")
    open_requests_max: int = _told("open_requests_max")
    request_days: int = _told("request_days")
    screened: bool = _told("screened")
    screen_hours: int = _told("screen_hours")
    screen_points_min: Points = _told("screen_points_min")
    fan_in_max: int = _told("fan_in_max")
    fan_out_max: int = _told("fan_out_max")
    returns_max: int = _told("returns_max")
    drains_max: int = _told("drains_max")
    near_limit_max: int = _told("near_limit_max")
    fresh_days: int = _told("fresh_days")
    review_days: int = _told("review_days")


@output
class GivingPolicy:
    """What the programme allows its members to give away."""

    donation_month_max: Points | None = said(
        "Most points a member gives to causes in a calendar month; null: no limit."
    )


@output
class AllowanceQueries:
    """What the programme allows."""

    @permitted(Permission.PROGRAMME_READ)
    async def transfer_policy(self, info: OpsInfo) -> TransferPolicy | None:
        """What members may send each other."""
        programme = await info.context.programme()
        async with info.context.reading() as tx:
            found = await transfers.policy(programme=programme.id, tx=tx)
        return TransferPolicy(**asdict(found))

    @permitted(Permission.PROGRAMME_READ)
    async def giving_policy(self, info: OpsInfo) -> GivingPolicy | None:
        """What members may give to causes."""
        programme = await info.context.programme()
        async with info.context.reading() as tx:
            found = await giving.policy(programme=programme.id, tx=tx)
        return GivingPolicy(**asdict(found))


@input
class UpdateTransferPolicyInput:
    """What changes; what is not said stays as it is."""

    pair_day_max: Points | None = _wish("pair_day_max")
    pair_month_max: Points | None = _wish("pair_month_max")
    sender_age_hours: int | None = _wish("sender_age_hours")
    cooling_hours: int | None = _wish("cooling_hours")
    cooling_holds: bool | None = _wish("cooling_holds")
    confirm_above: Points | None = _wish("confirm_above")
    confirm_minutes: int | None = _wish("confirm_minutes")
    open_offers_max: int | None = _wish("open_offers_max")
    open_requests_max: int | None = _wish("open_requests_max")
    request_days: int | None = _wish("request_days")
    screened: bool | None = _wish("screened")
    screen_hours: int | None = _wish("screen_hours")
    screen_points_min: Points | None = _wish("screen_points_min")
    fan_in_max: int | None = _wish("fan_in_max")
    fan_out_max: int | None = _wish("fan_out_max")
    returns_max: int | None = _wish("returns_max")
    drains_max: int | None = _wish("drains_max")
    near_limit_max: int | None = _wish("near_limit_max")
    fresh_days: int | None = _wish("fresh_days")
    review_days: int | None = _wish("review_days")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class UpdateGivingPolicyInput:
    """What holds from now on."""

    donation_month_max: Points | None = said(
        "Most points a member gives to causes in a calendar month; null: no limit."
    )
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class UpdateTransferPolicySuccess:
    """It holds from now on; what was sent before is left as it is."""

    policy: TransferPolicy = said("What holds.")


@output
class UpdateGivingPolicySuccess:
    """It holds from now on."""

    policy: GivingPolicy = said("What holds.")


UpdateTransferPolicyResult: TypeAlias = Annotated[
    UpdateTransferPolicySuccess | RequestRefused, result("UpdateTransferPolicyResult")
]
UpdateGivingPolicyResult: TypeAlias = Annotated[
    UpdateGivingPolicySuccess | RequestRefused, result("UpdateGivingPolicyResult")
]


async def _update_transfers(asked: UpdateTransferPolicyInput, act: OpsAct) -> transfers.Policy:
    now = await transfers.policy(programme=act.programme.id, tx=act.tx)
    said = {field.name: getattr(asked, field.name) for field in fields(now)}
    changed = {name: value for name, value in said.items() if value is not UNSET}
    wanted = replace(now, **changed)
    return await transfers.set_policy(wanted, programme=act.programme.id, at=act.at, tx=act.tx)


async def _update_giving(asked: UpdateGivingPolicyInput, act: OpsAct) -> giving.Policy:
    wanted = giving.Policy(donation_month_max=asked.donation_month_max)
    return await giving.set_policy(wanted, programme=act.programme.id, at=act.at, tx=act.tx)


async def _transfers_updated(
    policy: transfers.Policy, context: OpsContext
) -> UpdateTransferPolicySuccess:
    return UpdateTransferPolicySuccess(policy=TransferPolicy(**asdict(policy)))


async def _giving_updated(policy: giving.Policy, context: OpsContext) -> UpdateGivingPolicySuccess:
    return UpdateGivingPolicySuccess(policy=GivingPolicy(**asdict(policy)))


UPDATE_TRANSFERS: OpsVerb[transfers.Policy, UpdateTransferPolicyResult] = OpsVerb(
    transfers.Policy,
    _update_transfers,
    _transfers_updated,
    permission=Permission.PROGRAMME_WRITE,
)
UPDATE_GIVING: OpsVerb[giving.Policy, UpdateGivingPolicyResult] = OpsVerb(
    giving.Policy, _update_giving, _giving_updated, permission=Permission.PROGRAMME_WRITE
)


@output
class AllowanceMutations:
    """Mutations about what the programme allows."""

    @mutation
    async def update_transfer_policy(
        self, info: OpsInfo, input: Annotated[UpdateTransferPolicyInput, argument("What changes.")]
    ) -> UpdateTransferPolicyResult | None:
        """Change what members may send each other. Needs PROGRAMME_WRITE. Refuses BAD_POLICY."""
        return await UPDATE_TRANSFERS.perform(info, input)

    @mutation
    async def update_giving_policy(
        self, info: OpsInfo, input: Annotated[UpdateGivingPolicyInput, argument("What holds.")]
    ) -> UpdateGivingPolicyResult | None:
        """Change what members may give to causes. Needs PROGRAMME_WRITE. Refuses BAD_POLICY."""
        return await UPDATE_GIVING.perform(info, input)
