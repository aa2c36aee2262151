"""Devices, as GraphQL: what members see of them."""

from enum import Enum
from uuid import UUID

import strawberry

from api import cursors, globalids
from api.context import Info
from api.fields import asked, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.scalars import Moment
from domain import devices
from domain.members import Member as Asker

V = strawberry.enum_value
NOTHING = UUID(int=0)


@strawberry.enum(description="What an app runs on.")
class Platform(Enum):
    """What an app runs on."""

    IOS = V("IOS", description="iOS, iPadOS, watchOS or tvOS.")
    ANDROID = V("ANDROID", description="Android, Wear OS or Android TV.")
    WEB = V("WEB", description="A browser.")


@strawberry.enum(description="What a device is to its owner.")
class DeviceKind(Enum):
    """What a device is to its owner."""

    PHONE = V("PHONE", description="A phone, a tablet or a computer.")
    WATCH = V("WATCH", description="A watch.")
    TV = V("TV", description="A television.")


@output
class Device:
    """One installation of the app that you are reached by, or a watch that you let in."""

    id: strawberry.ID = said("Its global id.")
    platform: Platform = said("What it runs on.")
    kind: DeviceKind = said("What it is to you.")
    name: str | None = said("What it is called; null: it did not say.")
    app_version: str = said("The version of the app on it.")
    locale: str = said("Its language. Texts go by yours, not by its.")
    zone: str | None = said("The zone it is in; your days go by yours, not by its. Null: unsaid.")
    is_reached: bool = said("Whether it can be pushed to.")
    is_signed_in: bool = said("Whether it has a token of its own, as a watch that you let in.")
    registered_at: Moment = said("When it was registered, or let in.")
    seen_at: Moment = said("When it was last heard of, to the day.")

    @classmethod
    def of(cls, device: devices.Device) -> "Device":
        """A device, as its owner and support see it."""
        about = device.about
        return cls(
            id=globalids.of(Kind.DEVICE, device.id),
            platform=Platform[about.platform],
            kind=DeviceKind[about.kind],
            name=about.name,
            app_version=about.app_version,
            locale=about.locale,
            zone=about.zone,
            is_reached=about.installation is not None,
            is_signed_in=device.signed_in,
            registered_at=Moment(device.registered_at),
            seen_at=Moment(device.seen_at),
        )


@output
class ReachedMember:
    """What a member sees of their devices; part of `Member`."""

    record: strawberry.Private[Asker]

    @asked
    async def devices(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Device]:
        """Your devices, newest first: twenty at most. Nobody else sees this list."""
        context = info.context
        page = Page[devices.Device]("devices", self.record, context, first=first, after=after)
        place = None if page.position is None else cursors.to_moment(page.position)
        async with context.reading() as tx:
            found = await devices.listed(self.record, after=place, limit=page.limit, tx=tx)
        return page.shaped(
            found, node=Device.of, place=lambda one: cursors.from_moment(*one.cursor)
        )


def device_of(id: str) -> UUID:
    """The device that a global id names; one that is nobody's for every other text."""
    return globalids.uuid_of(id, Kind.DEVICE) or NOTHING
