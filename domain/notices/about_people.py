"""What friends and clubs mean to whoever is asked or met."""

from collections.abc import Callable, Mapping
from typing import Any

from domain import clubs, friends, referrals
from domain.notices.records import Notice
from domain.push import Kind
from domain.windows import Topic
from infra.outbox import Event


def _asked(event: friends.Requested) -> Notice:
    return Notice(
        key="friends.requested",
        topic=Topic.FRIENDS,
        kind=Kind.NEWS,
        refs={"friend_request": event.object},
        person=event.object,
        rank=2,
    )


def _befriended(event: friends.Befriended) -> Notice:
    return Notice(
        key="friends.befriended",
        topic=Topic.FRIENDS,
        kind=Kind.NEWS,
        refs={"friend": event.object},
        person=event.object,
        rank=1,
    )


def _asked_across(event: friends.AcrossRequested) -> Notice:
    return Notice(
        key="friends.across_requested",
        topic=Topic.FRIENDS,
        kind=Kind.NEWS,
        refs={"across_request": event.object},
        rank=2,
    )


def _befriended_across(event: friends.AcrossBefriended) -> Notice:
    return Notice(
        key="friends.across_befriended",
        topic=Topic.FRIENDS,
        kind=Kind.NEWS,
        refs={"across_friend": event.object},
        rank=1,
    )


def _club_asked(event: clubs.Invited) -> Notice:
    return Notice(
        key="clubs.invited",
        topic=Topic.CLUBS,
        kind=Kind.NEWS,
        refs={"club_invitation": event.object},
        named=("club", "club", event.object),
        person=event.other,
        rank=2,
    )


def _appointed(event: clubs.Appointed) -> Notice:
    return Notice(
        key="clubs.role",
        topic=Topic.CLUBS,
        kind=Kind.NEWS,
        refs={"club": event.object},
        named=("club", "club", event.object),
    )


def _departed(event: clubs.Departed) -> Notice:
    # Maybe they left by themselves: nothing to be disturbed for.
    return Notice(key="clubs.departed", topic=Topic.CLUBS, named=("club", "club", event.object))


def _brought(event: referrals.Referred) -> Notice:
    return Notice(
        key="referrals.joined",
        topic=Topic.FRIENDS,
        kind=Kind.NEWS,
        refs={"referral": event.object},
    )


TOLD: Mapping[type[Event], Callable[[Any], Notice | None]] = {
    friends.Requested: _asked,
    friends.Befriended: _befriended,
    friends.AcrossRequested: _asked_across,
    friends.AcrossBefriended: _befriended_across,
    clubs.Invited: _club_asked,
    clubs.Appointed: _appointed,
    clubs.Departed: _departed,
    referrals.Referred: _brought,
}
