"""Joining: what else happens when somebody joins who was brought by a member."""

from collections.abc import Mapping
from typing import Protocol

from api.mutating import Act
from domain import friends, referrals
from domain.members import Member

# The input's names for what the domain calls otherwise.
PATHS: Mapping[str, str] = {"code": "invite_code", "device": "device_id"}


class Brought(Protocol):
    """What a newcomer says about who brought them."""

    invite_code: str | None
    referral_code: str | None
    device_id: str | None


async def brought(asked: Brought, newcomer: Member, act: Act) -> None:
    """Note that somebody joined, for referrals, and open the link that they came by.

    A link that can no longer make friends, because one of the two has too many, does not keep
    anybody from joining. Refuses, in this order: referrals.BadDevice,
    referrals.NoSuchReferralCode, friends.NoSuchLink.
    """
    await referrals.arrive(
        newcomer,
        who=(act.identity.issuer, act.identity.subject),
        code=asked.referral_code,
        device=asked.device_id,
        at=act.at,
        tx=act.tx,
    )
    if asked.invite_code is None:
        return
    try:
        async with act.tx.savepoint():
            await friends.open_link(asked.invite_code, member=newcomer, at=act.at, tx=act.tx)
    except (friends.TooManyFriends, friends.TooManyRequests):
        return
