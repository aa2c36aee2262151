"""Earning rules, what they gave, and what operators set right."""

from domain.operators import Permission
from tests.api.authorisation.who import WITH_PARENT, each

MEMBER = {
    **each(
        "Award",
        "rule version revision measured dayTook weekTook monthTook multipliers maturesAt",
        WITH_PARENT,
    ),
    **each("AwardMultiplier", "name percent", WITH_PARENT),
}
OPS = {
    "Query.earningRules": Permission.RULES_READ,
    "Query.pointsMaturities": Permission.RULES_READ,
    "Query.multipliers": Permission.RULES_READ,
    "Query.previewRules": Permission.RULES_READ,
    "Query.pointsClaims": Permission.POINTS_READ,
    **each(
        "EarningRule",
        "activity version measure points per dayMax weekMax monthMax activeFrom setAt",
        WITH_PARENT,
    ),
    **each("PointsMaturity", "proof hours", WITH_PARENT),
    **each(
        "Multiplier",
        "number name percent activity tier segment activeFrom activeUntil setAt",
        WITH_PARENT,
    ),
    **each(
        "RulesPreview",
        "judgements members given proposed byType byMonth gained lost",
        WITH_PARENT,
    ),
    **each("PreviewedPart", "name given proposed", WITH_PARENT),
    **each("PreviewedMember", "memberId change", WITH_PARENT),
    **each(
        "PointsClaim",
        "id memberId activityId revision points settled state at closedAt",
        WITH_PARENT,
    ),
    "Mutation.setRule": Permission.RULES_WRITE,
    "Mutation.setMaturity": Permission.RULES_WRITE,
    "Mutation.setMultiplier": Permission.RULES_WRITE,
    "Mutation.endMultiplier": Permission.RULES_WRITE,
    "Mutation.writeOffClaim": Permission.POINTS_ADJUST,
    "Mutation.adjustPoints": Permission.POINTS_ADJUST,
}
