"""Mutations about who has badges: give them by hand, and take them away."""

from typing import Annotated, TypeAlias

import strawberry

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.ops.acting import OpsAct, OpsVerb
from api.ops.badges import BadgeGrant, grant_id
from api.ops.badging import REASON, badge_of
from api.ops.context import OpsContext, OpsInfo
from api.ops.operators import NOBODY
from api.refusals import RequestRefused, result
from api.scalars import Moment
from domain import badges
from domain.badges import Gift, Grant
from domain.operators import Permission


@input
class GrantBadgeInput:
    """What to give to whom."""

    badge_id: strawberry.ID = said("The id of a `Badge`.")
    member_id: strawberry.ID = said("The id of a `Member`.")
    level: int = said("Which level.", default=1)
    given_at: Moment | None = said("The date of issue, not in the future; null: now.", default=None)
    evidence_url: str | None = said(
        "An https address where something about it is to be seen; whoever the member shares the"
        " badge with sees it too.",
        default=None,
    )
    reason: str = said(f"{REASON} The member reads it.")


@input
class RevokeBadgeInput:
    """What to take away."""

    grant_id: strawberry.ID = said("The id of a `BadgeGrant`.")
    reason: str = said(REASON)


@output
class GrantBadgeSuccess:
    """The member has that level."""

    grant: BadgeGrant = said("What was given.")


@output
class RevokeBadgeSuccess:
    """The member does not have that level any more, nor one above it; whatever they had shared of
    them is revoked."""

    grant: BadgeGrant = said("What was given, and has ended.")


GrantBadgeResult: TypeAlias = Annotated[
    GrantBadgeSuccess | RequestRefused, result("GrantBadgeResult")
]
RevokeBadgeResult: TypeAlias = Annotated[
    RevokeBadgeSuccess | RequestRefused, result("RevokeBadgeResult")
]


async def _grant(asked: GrantBadgeInput, act: OpsAct) -> Grant:
    gift = Gift(
        badge=badge_of(asked.badge_id),
        member=globalids.uuid_of(asked.member_id, Kind.MEMBER) or NOBODY,
        level=asked.level,
        reason=act.reason,
        given_at=asked.given_at,
        evidence_url=asked.evidence_url,
    )
    operator, programme = act.operator.id, act.programme.id
    return await badges.bestow(
        gift, operator=operator, programme=programme, id=act.id, at=act.at, tx=act.tx
    )


async def _revoke(asked: RevokeBadgeInput, act: OpsAct) -> Grant:
    id = globalids.uuid_of(asked.grant_id, Kind.GRANT) or NOBODY
    return await badges.strip(id, programme=act.programme.id, at=act.at, tx=act.tx)


async def _granted(grant: Grant, context: OpsContext) -> GrantBadgeSuccess:
    return GrantBadgeSuccess(grant=BadgeGrant.of(grant))


async def _revoked(grant: Grant, context: OpsContext) -> RevokeBadgeSuccess:
    return RevokeBadgeSuccess(grant=BadgeGrant.of(grant))


GRANT: OpsVerb[Grant, GrantBadgeResult] = OpsVerb(
    Grant,
    _grant,
    _granted,
    permission=Permission.BADGES_GRANT,
    made=lambda grant: grant_id(grant.id),
)
REVOKE: OpsVerb[Grant, RevokeBadgeResult] = OpsVerb(
    Grant, _revoke, _revoked, permission=Permission.BADGES_GRANT
)


@output
class BadgeGrantMutations:
    """Mutations about who has badges."""

    @mutation
    async def grant_badge(
        self, info: OpsInfo, input: Annotated[GrantBadgeInput, argument("What, to whom.")]
    ) -> GrantBadgeResult | None:
        """Give a badge by hand. Needs BADGES_GRANT. Refuses BAD_BADGE_REASON, BAD_BADGE,
        NO_SUCH_BADGE, BAD_BADGE_LEVEL, NO_SUCH_MEMBER, BADGE_RETIRED, BADGE_ALREADY_HELD."""
        return await GRANT.perform(info, input)

    @mutation
    async def revoke_badge(
        self, info: OpsInfo, input: Annotated[RevokeBadgeInput, argument("What.")]
    ) -> RevokeBadgeResult | None:
        """Take a level of a badge away, and those above it, whatever gave them: its rule never
        gives those again. Needs BADGES_GRANT. Refuses NO_SUCH_BADGE_GRANT."""
        return await REVOKE.perform(info, input)
