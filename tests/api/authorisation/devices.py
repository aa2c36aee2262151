"""Devices: the member's own alone; support sees them and removes one."""

from domain import devices
from domain.devices import About, DeviceKind, Platform, SignIn
from domain.operators import Permission
from infra import clock, ids
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import MEMBERS, SELF, WITH_PARENT, each
from tests.support.client import Door

FIELDS = "platform kind name appVersion locale zone isReached isSignedIn registeredAt seenAt"
MEMBER = {
    "Member.devices": SELF,
    "Device.id": SELF,
    **each("Device", FIELDS, SELF),
    **each("WaitingWatch", "platform kind name appVersion askedAt expiresAt", WITH_PARENT),
    **each("Mutation", "registerDevice refreshDevice removeDevice", MEMBERS),
    **each("Mutation", "findWatch approveWatch refuseWatch", MEMBERS),
    **each("Mutation", "followLive unfollowLive", MEMBERS),
}
OPS = {
    "Query.devices": Permission.MEMBERS_READ,
    **each("Device", f"id {FIELDS}", WITH_PARENT),
    "Mutation.removeMemberDevice": Permission.DEVICES_WRITE,
}


async def scene(door: Door, cast: Cast) -> None:
    """Ada has a phone."""
    ada, at = cast.ada.me, clock.now()
    about = About(Platform.IOS, DeviceKind.PHONE, "1.0", "en", "eDDDDDDDDDDDDDDDDDDDDD")

    async def build(tx: Tx) -> None:
        sign_in = SignIn("https://issuer.example", "ada")
        await devices.register(ada, about, sign_in=sign_in, id=ids.new(at), at=at, tx=tx)

    await door.given(build)
