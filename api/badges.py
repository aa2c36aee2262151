"""Badges, as members see them: theirs, and those they can still earn."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from api import cursors, globalids
from api.context import Info
from api.counting import ActivityFilter, MetricName
from api.fields import argument, asked, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.scalars import Day, Moment, Quantity
from domain import badges, members, metrics, programmes
from domain.badges import Grant, Rule, Share, Shown
from domain.members import Member as Asker
from infra import clock
from infra.db import Tx
from infra.settings import Settings

V = strawberry.enum_value

Held = Annotated[bool | None, argument("Only those you have, or have not; null: both.")]


@strawberry.enum(description="The time in which a level must be reached, in your local days.")
class BadgePeriod(Enum):
    """The time in which a level must be reached."""

    LIFETIME = V("LIFETIME", description="Ever since.")
    MONTH = V("MONTH", description="Any one calendar month.")
    DAY = V("DAY", description="Any one day.")
    ACTIVITY = V("ACTIVITY", description="A single activity: in one go.")


@strawberry.enum(description="What gave somebody a badge.")
class BadgeOrigin(Enum):
    """What gave somebody a badge."""

    RULE = V("RULE", description="Their activities, by its rule.")
    REWARD = V("REWARD", description="The reward of a challenge, a streak or a leaderboard.")
    OPERATOR = V("OPERATOR", description="Somebody of the programme, by hand.")


@output
class BadgeRule:
    """What earns a badge by itself."""

    metric: MetricName = said("What is counted.")
    period: BadgePeriod = said("In which time.")
    counted: ActivityFilter = said("Which activities count.")
    first_day: Day | None = said("Only from this local day on; null: all there ever were.")
    last_day: Day | None = said("Only up to this local day; null: no end.")

    @classmethod
    def of(cls, rule: Rule) -> "BadgeRule":
        """A rule, as the schemas show it."""
        return cls(
            metric=MetricName[rule.metric],
            period=BadgePeriod[rule.period],
            counted=ActivityFilter.of(rule.filter),
            first_day=None if rule.first_day is None else Day(rule.first_day),
            last_day=None if rule.last_day is None else Day(rule.last_day),
        )


@output
class BadgeReason:
    """Why you have a level of a badge."""

    origin: BadgeOrigin = said("What gave it.")
    text: str = said("The same in plain English.")
    given_at: Moment = said("When you got it: the date of issue.")
    activity_id: strawberry.ID | None = said("The `Activity` that brought it, if one did.")
    reached: Quantity | None = said("What you had reached with it, in the rule's metric.")
    evidence_url: str | None = said("Where something about it is to be seen.")

    @classmethod
    def of(cls, grant: Grant, shown: Shown) -> "BadgeReason":
        """A grant, as its member sees it."""
        activity, reached = grant.evidence.get("activity"), grant.evidence.get("reached")
        known = grant.origin is badges.Origin.RULE
        return cls(
            origin=BadgeOrigin[grant.origin],
            text=_told(grant, shown),
            given_at=Moment(grant.given_at),
            activity_id=globalids.of(Kind.ACTIVITY, UUID(activity)) if activity else None,
            reached=Quantity(reached) if known and reached is not None else None,
            evidence_url=grant.evidence.get("url"),
        )


@output
class BadgeLevel:
    """One level of a badge."""

    number: int = said("The lowest is 1.")
    name: str = said("What it is called, such as Silver.")
    target: Quantity | None = said("What it asks for, in the rule's metric; null: no rule.")
    text: str | None = said("What it asks for, in plain English; null: no rule.")
    rarity_percent: int | None = said(
        "The share of members who have it, in whole percent, at least 1; null where fewer than ten"
        " have it, or nobody has counted yet."
    )
    why: list[BadgeReason] = said("What gives it to you, the first first; none: nothing does.")

    @classmethod
    def of(cls, number: int, shown: Shown) -> "BadgeLevel":
        """One level, as a member sees it."""
        rule, rarity = shown.badge.rule, shown.rarity.get(number)
        return cls(
            number=number,
            name=shown.badge.levels[number - 1],
            target=None if rule is None else Quantity(rule.thresholds[number - 1]),
            text=None if rule is None else badges.told_rule(rule, number),
            rarity_percent=None if rarity is None else rarity.percent,
            why=[BadgeReason.of(one, shown) for one in shown.grants if one.level == number],
        )


@output
class BadgeProgress:
    """How far you are to the next level, in the time that counts now."""

    reached: Quantity = said("So far, in the rule's metric.")
    target: Quantity = said("What the next level asks for.")
    percent: int = said("0 to 99.")
    text: str = said("The same in plain English, such as 12 km of 20 km.")

    @classmethod
    def of(cls, shown: Shown) -> "BadgeProgress | None":
        """How far the member is; None where no rule leads further."""
        rule, target = shown.badge.rule, shown.target
        if rule is None or target is None:
            return None
        reached, all_of_it = (metrics.told(rule.metric, n) for n in (shown.reached, target))
        return cls(
            reached=Quantity(shown.reached),
            target=Quantity(target),
            percent=min(99, 100 * shown.reached // target),
            text=f"{reached} of {all_of_it}",
        )


@output
class BadgeShare:
    """A level of a badge that you have shared with the world."""

    level: int = said("Which level.")
    url: str = said("Where anybody finds the credential: give this to others.")
    credential: str = said(
        "The signed Open Badges 3.0 credential itself, a compact JWT, for a wallet."
    )
    shows_name: bool = said("True when it tells your name.")
    shared_at: Moment = said("When you shared it.")

    @classmethod
    def of(cls, share: Share, programme: str) -> "BadgeShare":
        """What a member shares; `programme` is the slug."""
        root = Settings().public_url
        return cls(
            level=share.level,
            url=f"{root}/badges/{programme}/credentials/{share.id}",
            credential=share.token,
            shows_name=share.named,
            shared_at=Moment(share.shared_at),
        )


@output
class Badge(Node):
    """A badge: one that you have, or one that you can earn."""

    key: str = said("Its short name, unique in the programme.")
    name: str = said("What it is called.")
    description: str = said("What it is about.")
    level: int = said("Which level you have; 0: none.")
    levels: list[BadgeLevel] = said("All its levels, the lowest first.")
    rule: BadgeRule | None = said("What earns it; null: it is only ever given.")
    progress: BadgeProgress | None = said(
        "How far you are to the next level; null when there is none, or no rule leads there."
    )
    secret: bool = said("True: nobody is told of it before they have it.")
    kept_for_ever: bool = said("True: it stays, also when the activities that earned it are gone.")
    retired_at: Moment | None = said("Since when it cannot be earned any more.")
    shares: list[BadgeShare] = said("What of it you have shared with the world.")

    @classmethod
    def of(cls, shown: Shown, shares: Sequence[Share], programme: str) -> "Badge":
        """A badge, as a member sees it; `programme` is the slug."""
        badge = shown.badge
        return cls(
            id=badge_id(badge.id),
            key=badge.key,
            name=badge.name,
            description=badge.description,
            level=shown.level,
            levels=[BadgeLevel.of(n, shown) for n in range(1, len(badge.levels) + 1)],
            rule=None if badge.rule is None else BadgeRule.of(badge.rule),
            progress=BadgeProgress.of(shown),
            secret=badge.secret,
            kept_for_ever=badge.kept,
            retired_at=None if badge.retired_at is None else Moment(badge.retired_at),
            shares=[BadgeShare.of(one, programme) for one in shares],
        )


@output
class BadgeQueries:
    """What members see of badges."""

    @asked
    async def badges(
        self,
        info: Info,
        held: Held = None,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[Badge] | None:
        """Your badges and those you can earn, in the order they were made; null when you are no
        member. Secret ones that you do not have are left out: see `secretBadges`."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[Seen](f"badges {held}", asker, context, first=first, after=after)
        place = None if page.position is None else cursors.to_moment(page.position)
        async with context.reading() as tx:
            day = await members.local_day(asker, at=context.at, tx=tx)
            found = await badges.shelf(
                asker, held=held, day=day, after=place, limit=page.limit, tx=tx
            )
            shared = await badges.shares([one.badge.id for one in found], member=asker, tx=tx)
        slug = context.identity.programme
        return page.shaped(
            [Seen(one, shared.get(one.badge.id, ())) for one in found],
            node=lambda one: Badge.of(one.shown, one.shares, slug),
            place=lambda one: cursors.from_moment(*one.shown.cursor),
        )

    @asked
    async def secret_badges(self, info: Info) -> int | None:
        """How many secret badges are still for you to find; null when you are no member."""
        asker = await info.context.asker()
        if asker is None:
            return None
        async with info.context.reading() as tx:
            return await badges.secrets(asker, tx=tx)


@dataclass(frozen=True, slots=True)
class Seen:
    """A badge as its member sees it, and what of it they share."""

    shown: Shown
    shares: Sequence[Share]


async def find(name: globalids.Name, asker: Asker, tx: Tx) -> Badge | None:
    """The badge with that id, if the asker may know of it."""
    return None if name.uuid is None else await seen(name.uuid, asker, tx)


async def seen(id: UUID, asker: Asker, tx: Tx) -> Badge | None:
    """The badge as the member sees it now; None where they may not know of it."""
    day = await members.local_day(asker, at=clock.now(), tx=tx)
    shown = (await badges.show([id], member=asker, day=day, tx=tx)).get(id)
    if shown is None:
        return None
    shared = await badges.shares([id], member=asker, tx=tx)
    programme = await programmes.by_id(asker.programme, tx=tx)
    return Badge.of(shown, shared.get(id, ()), programme.slug)


def badge_id(id: UUID) -> strawberry.ID:
    """The global id of a badge."""
    return globalids.of(Kind.BADGE, id)


def _told(grant: Grant, shown: Shown) -> str:
    rule = shown.badge.rule
    if grant.origin is badges.Origin.RULE and rule is not None:
        return f"You reached {metrics.told(rule.metric, grant.evidence['reached'])}."
    if grant.origin is badges.Origin.OPERATOR:
        return f"Given by hand: {grant.reason}"
    return "The reward of something that you completed."
