"""Badges, as operators see them: secret ones too, and who has them."""

from typing import Annotated
from uuid import UUID

import strawberry

from api import cursors, globalids
from api.badges import BadgeOrigin, BadgeRule, badge_id
from api.fields import argument, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.context import OpsInfo, permitted
from api.scalars import Json, Moment, Quantity
from domain import badges
from domain.badges import Grant
from domain.operators import Permission

NOBODY = UUID(int=0)


@output
class BadgeLevel:
    """One level of a badge."""

    number: int = said("The lowest is 1.")
    name: str = said("What it is called.")
    threshold: Quantity | None = said("What it asks for, in the rule's metric; null: no rule.")
    text: str | None = said("What it asks for, in plain English; null: no rule.")

    @classmethod
    def of(cls, number: int, badge: badges.Badge) -> "BadgeLevel":
        """One level, as operators see it."""
        rule = badge.rule
        return cls(
            number=number,
            name=badge.levels[number - 1],
            threshold=None if rule is None else Quantity(rule.thresholds[number - 1]),
            text=None if rule is None else badges.told_rule(rule, number),
        )


@output
class Badge(Node):
    """Something that members earn, or are given, and keep to show."""

    key: str = said("Its short name, unique in the programme.")
    name: str = said("What it is called.")
    description: str = said("What it is about.")
    levels: list[BadgeLevel] = said("Its levels, the lowest first.")
    rule: BadgeRule | None = said("What earns it; null: it is only ever given.")
    secret: bool = said("True: nobody is told of it before they have it.")
    kept_for_ever: bool = said("True: it stays, also when the activities that earned it are gone.")
    created_at: Moment = said("When it was made.")
    retired_at: Moment | None = said("Since when it cannot be earned any more.")
    record: strawberry.Private[badges.Badge]

    @permitted(Permission.BADGES_READ)
    async def holders(self, info: OpsInfo) -> list[int] | None:
        """How many members have each level or a higher one, the lowest level first, as counted
        within the last hour; empty when nobody has counted yet."""
        one = self.record
        async with info.context.reading() as tx:
            found = await badges.rarities([one.id], programme=one.programme, tx=tx)
        return [found[key].holders for key in sorted(found)]

    @classmethod
    def of(cls, badge: badges.Badge) -> "Badge":
        """A badge, as operators see it."""
        return cls(
            id=badge_id(badge.id),
            key=badge.key,
            name=badge.name,
            description=badge.description,
            levels=[BadgeLevel.of(n, badge) for n in range(1, len(badge.levels) + 1)],
            rule=None if badge.rule is None else BadgeRule.of(badge.rule),
            secret=badge.secret,
            kept_for_ever=badge.kept,
            created_at=Moment(badge.created_at),
            retired_at=None if badge.retired_at is None else Moment(badge.retired_at),
            record=badge,
        )


@output
class BadgeGrant:
    """One reason for which a member has a level of a badge, or had it."""

    id: strawberry.ID = said("Its global id, to take it away.")
    badge_id: strawberry.ID = said("The id of the `Badge`.")
    level: int = said("Which level.")
    origin: BadgeOrigin = said("What gave it.")
    given_at: Moment = said("The date of issue.")
    evidence: Json = said("What caused it: ids and numbers.")
    reason: str | None = said("Why it was given by hand.")
    operator_id: strawberry.ID | None = said("The id of the operator who gave it by hand.")
    ended_at: Moment | None = said("Since when it holds no longer; null: it does.")
    ended_why: str | None = said("FACTS, REWARD, OPERATOR or ERASURE; null: it holds.")

    @classmethod
    def of(cls, grant: Grant) -> "BadgeGrant":
        """A grant, as operators see it."""
        operator, ended_at = grant.operator, grant.ended_at
        return cls(
            id=grant_id(grant.id),
            badge_id=badge_id(grant.badge),
            level=grant.level,
            origin=BadgeOrigin[grant.origin],
            given_at=Moment(grant.given_at),
            evidence=Json(dict(grant.evidence)),
            reason=grant.reason,
            operator_id=None if operator is None else globalids.of(Kind.OPERATOR, operator),
            ended_at=None if ended_at is None else Moment(ended_at),
            ended_why=grant.ended_why,
        )


@output
class BadgeQueries:
    """What operators see of badges."""

    @permitted(Permission.BADGES_READ)
    async def badges(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Badge] | None:
        """The programme's badges, the oldest first, secret and retired ones too."""
        context = info.context
        asker = await context.allowed(Permission.BADGES_READ)
        page = Page[badges.Badge]("badges", asker, context, first=first, after=after)
        place = None if page.position is None else cursors.to_moment(page.position)
        async with context.reading() as tx:
            found = await badges.listed(asker.programme, after=place, limit=page.limit, tx=tx)
        return page.shaped(
            found,
            node=Badge.of,
            place=lambda one: cursors.from_moment(one.created_at, one.id),
        )

    @permitted(Permission.BADGES_READ)
    async def badge_grants(
        self,
        info: OpsInfo,
        member_id: Annotated[strawberry.ID, argument("The id of a `Member`.")],
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[BadgeGrant] | None:
        """Whatever gave a member a badge, the newest first, what ended too."""
        context = info.context
        asker = await context.allowed(Permission.BADGES_READ)
        member = globalids.uuid_of(member_id, Kind.MEMBER) or NOBODY
        page = Page[Grant](f"badgeGrants {member}", asker, context, first=first, after=after)
        place = None if page.position is None else cursors.to_moment(page.position)
        async with context.reading() as tx:
            found = await badges.history(
                member, programme=asker.programme, after=place, limit=page.limit, tx=tx
            )
        return page.shaped(
            found, node=BadgeGrant.of, place=lambda one: cursors.from_moment(*one.cursor)
        )


def grant_id(id: UUID) -> strawberry.ID:
    """The global id of a grant."""
    return globalids.of(Kind.GRANT, id)
