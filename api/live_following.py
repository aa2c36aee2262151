"""Mutations by which a Live Activity on a phone follows a challenge."""

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from api.challenge_drafts import challenge_of
from api.context import Context, Info
from api.devices import device_of
from api.fields import argument, input, mutation, output, said
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
from api.scalars import Moment
from domain import challenges, devices
from domain.challenges import Part

RUNNING = (Part.JOINED, Part.ACTIVE)


@input
class FollowLiveInput:
    """Which Live Activity shows which challenge."""

    device_id: strawberry.ID = said("The id of the `Device` that shows it: a phone with iOS.")
    challenge_id: strawberry.ID = said("The id of a `Challenge` that you take part in.")
    token: str = said("The push token of the Live Activity, in hexadecimal; iOS may change it.")


@input
class UnfollowLiveInput:
    """Which Live Activity is over."""

    device_id: strawberry.ID = said("The id of the `Device` that showed it.")
    challenge_id: strawberry.ID = said("The id of the `Challenge`.")


@output
class FollowLiveSuccess:
    """The Live Activity is told how the challenge goes."""

    until: Moment = said("Until when; iOS ends a Live Activity after eight hours.")
    viewer: Member = said("You, as you are now.")


@output
class UnfollowLiveSuccess:
    """The Live Activity is told nothing more."""

    viewer: Member = said("You, as you are now.")


FollowLiveResult: TypeAlias = Annotated[
    FollowLiveSuccess | RequestRefused, result("FollowLiveResult")
]
UnfollowLiveResult: TypeAlias = Annotated[
    UnfollowLiveSuccess | RequestRefused, result("UnfollowLiveResult")
]


async def _follow(asked: FollowLiveInput, act: Act) -> datetime:
    challenge = challenge_of(asked.challenge_id)
    place = await challenges.participation(challenge, member=act.member, at=act.at, tx=act.tx)
    if place.state not in RUNNING:
        raise challenges.NotJoined("you do not take part, or not any more")
    device, token = device_of(asked.device_id), asked.token
    return await devices.follow_live(
        device, challenge, token=token, member=act.member, at=act.at, tx=act.tx
    )


async def _unfollow(asked: UnfollowLiveInput, act: Act) -> None:
    challenge = challenge_of(asked.challenge_id)
    await devices.unfollow_live(device_of(asked.device_id), challenge, member=act.member, tx=act.tx)


async def _followed(until: datetime, context: Context) -> FollowLiveSuccess:
    return FollowLiveSuccess(until=Moment(until), viewer=await viewer_of(context))


async def _unfollowed(_: None, context: Context) -> UnfollowLiveSuccess:
    return UnfollowLiveSuccess(viewer=await viewer_of(context))


FOLLOW: Verb[datetime, FollowLiveResult] = Verb(datetime, _follow, _followed)
UNFOLLOW: Verb[None, UnfollowLiveResult] = Verb(None, _unfollow, _unfollowed)


@output
class LiveActivityMutations:
    """Mutations about Live Activities."""

    @mutation
    async def follow_live(
        self, info: Info, input: Annotated[FollowLiveInput, argument("Which, and what.")]
    ) -> FollowLiveResult | None:
        """Have a Live Activity told how a challenge goes, five on a device at a time. Refuses
        NOT_JOINED, BAD_LIVE_TOKEN, NO_SUCH_DEVICE, NO_LIVE_ACTIVITIES, TOO_MANY_LIVE."""
        return await FOLLOW.perform(info, input)

    @mutation
    async def unfollow_live(
        self, info: Info, input: Annotated[UnfollowLiveInput, argument("Which.")]
    ) -> UnfollowLiveResult | None:
        """Have a Live Activity told nothing more. Told nothing anyway is fine. Refuses
        NO_SUCH_DEVICE."""
        return await UNFOLLOW.perform(info, input)
