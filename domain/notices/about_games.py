"""What badges, challenges, streaks, tiers and boards mean to whoever plays."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from domain import badges, challenges, contests, leaderboards, streaks, tiers
from domain.notices.records import HOUR, Notice
from domain.push import Kind
from domain.windows import Topic, Urgency
from infra.outbox import Event

# Why a badge goes that nobody is told of: there is nobody left.
ERASURE = "ERASURE"


def _badge(event: badges.Given) -> Notice:
    return Notice(
        key="badges.level" if event.before else "badges.given",
        topic=Topic.BADGES,
        kind=Kind.BADGE_UNLOCKED,
        args={"level": event.level},
        refs={"badge": event.object},
        named=("badge", "badge", event.object),
        rank=3,
        about=event.activity,
    )


def _revoked(event: badges.Revoked) -> Notice | None:
    if event.why == ERASURE:
        return None
    return Notice(
        key="badges.revoked",
        topic=Topic.BADGES,
        refs={"badge": event.object},
        named=("badge", "badge", event.object),
    )


def _challenge(what: str, event: Any, **words: Any) -> Notice:
    return Notice(
        key=f"challenges.{what}",
        topic=Topic.CHALLENGES,
        refs={"challenge": event.object},
        named=("challenge", "challenge", event.object),
        **words,
    )


def _asked(event: challenges.Offered) -> Notice:
    return _challenge("offered", event, kind=Kind.NEWS)


def _near(event: challenges.Neared) -> Notice:
    return _challenge(
        "near",
        event,
        urgency=Urgency.TIMELY,
        kind=Kind.CHALLENGE_NEAR,
        ttl=6 * HOUR,
        args={"percent": event.percent},
        rank=1,
        about=event.activity,
    )


def _completed(event: challenges.Completed) -> Notice:
    return _challenge("completed", event, kind=Kind.CHALLENGE_NEAR, rank=5, about=event.activity)


def _failed(event: challenges.Failed) -> Notice:
    return _challenge("failed" if event.reason is None else "unpaid", event)


def _rewarded(event: challenges.Rewarded) -> Notice | None:
    # Its badge tells of itself, and so does the completion that it is for.
    if not event.points:
        return None
    last = event.percent == 100
    return _challenge(
        "rewarded",
        event,
        kind=None if last else Kind.CHALLENGE_NEAR,
        args={"points": event.points},
        rank=2,
        about=event.activity,
    )


def _returned(event: challenges.RewardReturned) -> Notice | None:
    return _challenge("returned", event, args={"points": event.points}) if event.points else None


def _streak(what: str, event: Any, **words: Any) -> Notice:
    return Notice(
        key=f"streaks.{what}",
        topic=Topic.STREAKS,
        refs={"streak": event.object},
        named=("streak", "streak", event.object),
        **words,
    )


def _broken(event: streaks.Broken) -> Notice:
    return _streak("broken", event, kind=Kind.NEWS, args={"length": event.before})


def _frozen(event: streaks.Frozen) -> Notice:
    return _streak("frozen", event, args={"left": event.left})


def _milestone(event: streaks.MilestoneReached) -> Notice:
    return _streak(
        "rewarded" if event.points else "milestone",
        event,
        kind=Kind.BADGE_UNLOCKED,
        args={"length": event.length, "points": event.points},
        rank=2,
    )


def _milestone_undone(event: streaks.MilestoneUndone) -> Notice:
    return _streak("undone", event, args={"length": event.length})


def _tier(event: tiers.TierChanged) -> Notice:
    if event.after is None:
        return Notice(key="tiers.lost", topic=Topic.BADGES)
    return Notice(
        key="tiers.rose" if event.rose else "tiers.fell",
        topic=Topic.BADGES,
        kind=Kind.BADGE_UNLOCKED if event.rose else None,
        named=("tier", "tier", event.after),
        rank=4,
    )


def _level(event: tiers.LevelChanged) -> Notice | None:
    if event.after < event.before:
        return None
    return Notice(
        key="tiers.level",
        topic=Topic.BADGES,
        kind=Kind.BADGE_UNLOCKED,
        args={"level": event.after},
        rank=1,
    )


def _division(event: leaderboards.DivisionChanged) -> Notice:
    what = "promoted" if event.after > event.before else "demoted"
    return Notice(
        key=f"leaderboards.{what}",
        topic=Topic.LEADERBOARDS,
        kind=Kind.NEWS,
        refs={"board": event.object},
        named=("board", "board", event.object),
        rank=3,
    )


def _contest(what: str, event: Any, *, person: UUID | None = None, stake: int = 0) -> Notice:
    return Notice(
        key=f"contests.{what}",
        topic=Topic.CHALLENGES,
        kind=Kind.NEWS,
        args={"points": stake},
        refs={"contest": event.object},
        person=person,
        rank=1,
    )


def _contest_asked(event: contests.Invited) -> Notice:
    what = "staked" if event.stake else "invited"
    return _contest(what, event, person=event.other, stake=event.stake)


TOLD: Mapping[type[Event], Callable[[Any], Notice | None]] = {
    badges.Given: _badge,
    badges.Revoked: _revoked,
    challenges.Offered: _asked,
    challenges.Neared: _near,
    challenges.Completed: _completed,
    challenges.CompletionUndone: partial(_challenge, "undone"),
    challenges.Failed: _failed,
    challenges.Rewarded: _rewarded,
    challenges.RewardReturned: _returned,
    streaks.Broken: _broken,
    streaks.Frozen: _frozen,
    streaks.MilestoneReached: _milestone,
    streaks.MilestoneUndone: _milestone_undone,
    tiers.TierChanged: _tier,
    tiers.LevelChanged: _level,
    leaderboards.DivisionChanged: _division,
    contests.Invited: _contest_asked,
    contests.Began: partial(_contest, "began"),
    contests.CalledOff: partial(_contest, "called_off"),
    contests.Drawn: partial(_contest, "drawn"),
}
