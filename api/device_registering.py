"""Mutations by which members tell what they are reached by, and take it back."""

from dataclasses import replace
from typing import Annotated, TypeAlias

import strawberry

from api.context import Context, Info
from api.devices import Device, DeviceKind, Platform, device_of
from api.fields import argument, input, mutation, output, said
from api.members import Member, viewer_of
from api.mutating import Act, NotOnWatch, Verb
from api.refusals import RequestRefused, result
from domain import devices
from domain.devices import About, SignIn

INSTALLATION = "Its Firebase Installation ID, of 22 characters; not a registration token."
VERSION = "The version of the app: 1 to 40 letters, digits and . _ + -, such as 4.2.1."
LOCALE = "Its language, as a BCP 47 tag. Texts go by yours, not by its."
ZONE = "The IANA zone it is in. Your days go by yours, not by its."
NAME = "What it is called, for your list of devices: plain text of 60 characters at most."


@input
class RegisterDeviceInput:
    """What you are reached by."""

    installation: str = said(INSTALLATION)
    platform: Platform = said("What it runs on.")
    kind: DeviceKind = said("What it is to you.")
    app_version: str = said(VERSION)
    locale: str = said(LOCALE)
    zone: str | None = said(ZONE, default=None)
    name: str | None = said(NAME, default=None)


@input
class RefreshDeviceInput:
    """What is new about a device; what is not said stays as it is."""

    device_id: strawberry.ID = said("The id of a `Device` of yours.")
    installation: str | None = said(INSTALLATION, default=None)
    app_version: str | None = said(VERSION, default=None)
    locale: str | None = said(LOCALE, default=None)
    zone: str | None = said(ZONE, default=None)
    name: str | None = said(NAME, default=None)


@input
class RemoveDeviceInput:
    """Which device you are no longer reached by."""

    device_id: strawberry.ID = said("The id of a `Device` of yours.")


@output
class RegisterDeviceSuccess:
    """You are reached by it from now on, and whoever registered it before is not any more."""

    device: Device = said("The device.")
    viewer: Member = said("You, as you are now.")


@output
class RefreshDeviceSuccess:
    """The device is known as it is now, and heard of."""

    device: Device = said("The device.")
    viewer: Member = said("You, as you are now.")


@output
class RemoveDeviceSuccess:
    """You are not reached by it any more; a watch that was let in is out, at once."""

    viewer: Member = said("You, as you are now.")


RegisterDeviceResult: TypeAlias = Annotated[
    RegisterDeviceSuccess | RequestRefused, result("RegisterDeviceResult")
]
RefreshDeviceResult: TypeAlias = Annotated[
    RefreshDeviceSuccess | RequestRefused, result("RefreshDeviceResult")
]
RemoveDeviceResult: TypeAlias = Annotated[
    RemoveDeviceSuccess | RequestRefused, result("RemoveDeviceResult")
]


async def _register(asked: RegisterDeviceInput, act: Act) -> devices.Device:
    about = About(
        devices.Platform(asked.platform.name),
        devices.DeviceKind(asked.kind.name),
        asked.app_version,
        asked.locale,
        asked.installation,
        asked.zone,
        asked.name,
    )
    who = act.identity
    return await devices.register(
        act.member,
        about,
        sign_in=SignIn(who.issuer, who.subject, who.session),
        own=who.device,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _refresh(asked: RefreshDeviceInput, act: Act) -> devices.Device:
    id = device_of(asked.device_id)
    if act.identity.device not in (None, id):
        raise NotOnWatch("a watch tells of itself only")
    known = await devices.find(id, member=act.member, tx=act.tx)
    told = ("installation", "app_version", "locale", "zone", "name")
    new = {name: value for name in told if (value := getattr(asked, name)) is not None}
    about = replace(known.about, **new)
    return await devices.refresh(id, about, member=act.member, at=act.at, tx=act.tx)


async def _remove(asked: RemoveDeviceInput, act: Act) -> None:
    await devices.remove(device_of(asked.device_id), member=act.member, at=act.at, tx=act.tx)


async def _registered(device: devices.Device, context: Context) -> RegisterDeviceSuccess:
    return RegisterDeviceSuccess(device=Device.of(device), viewer=await viewer_of(context))


async def _refreshed(device: devices.Device, context: Context) -> RefreshDeviceSuccess:
    return RefreshDeviceSuccess(device=Device.of(device), viewer=await viewer_of(context))


async def _removed(_: None, context: Context) -> RemoveDeviceSuccess:
    return RemoveDeviceSuccess(viewer=await viewer_of(context))


REGISTER: Verb[devices.Device, RegisterDeviceResult] = Verb(
    devices.Device, _register, _registered, on_watch=True
)
REFRESH: Verb[devices.Device, RefreshDeviceResult] = Verb(
    devices.Device, _refresh, _refreshed, on_watch=True
)
REMOVE: Verb[None, RemoveDeviceResult] = Verb(None, _remove, _removed)


@output
class DeviceMutations:
    """Mutations about devices."""

    @mutation
    async def register_device(
        self, info: Info, input: Annotated[RegisterDeviceInput, argument("What it is.")]
    ) -> RegisterDeviceResult | None:
        """Be reached by this installation of the app. Registering it again is how it stays known;
        whoever used it before is not reached by it any more. A watch registers itself. Refuses
        BAD_INSTALLATION, BAD_DEVICE_KIND, BAD_APP_VERSION, BAD_DEVICE_NAME, BAD_LOCALE, BAD_ZONE,
        NO_SUCH_DEVICE, TOO_MANY_DEVICES."""
        return await REGISTER.perform(info, input)

    @mutation
    async def refresh_device(
        self, info: Info, input: Annotated[RefreshDeviceInput, argument("What is new.")]
    ) -> RefreshDeviceResult | None:
        """Tell what is new about a device, at least once a month: one that is silent for 30 days
        hears no broadcasts, and after 270 it is forgotten. Refuses NOT_ON_WATCH (another than the
        watch itself), NO_SUCH_DEVICE, BAD_INSTALLATION, BAD_APP_VERSION, BAD_DEVICE_NAME,
        BAD_LOCALE, BAD_ZONE, INSTALLATION_USED."""
        return await REFRESH.perform(info, input)

    @mutation
    async def remove_device(
        self, info: Info, input: Annotated[RemoveDeviceInput, argument("Which device.")]
    ) -> RemoveDeviceResult | None:
        """Be reached by a device no longer. A watch that you let in is out: its token is refused
        and its open conversations are closed. Refuses NO_SUCH_DEVICE."""
        return await REMOVE.perform(info, input)
