"""Devices of members, as support sees them, and removes one that was lost."""

from typing import Annotated, TypeAlias

import strawberry

from api import cursors, globalids
from api.devices import Device, device_of
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.operators import NOBODY
from api.refusals import RequestRefused, result
from domain import devices, members
from domain.operators import Permission


@input
class RemoveMemberDeviceInput:
    """Whose device, which, and why."""

    member_id: strawberry.ID = said("The id of a `Member`.")
    device_id: strawberry.ID = said("The id of a `Device` of theirs.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class RemoveMemberDeviceSuccess:
    """The member is not reached by it any more; a watch that was let in is out, at once."""

    device_id: strawberry.ID = said("The id of the `Device` that was.")


RemoveMemberDeviceResult: TypeAlias = Annotated[
    RemoveMemberDeviceSuccess | RequestRefused, result("RemoveMemberDeviceResult")
]


@output
class DeviceQueries:
    """What operators see of devices."""

    @permitted(Permission.MEMBERS_READ)
    async def devices(
        self,
        info: OpsInfo,
        member_id: Annotated[strawberry.ID, argument("The id of a `Member`.")],
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[Device] | None:
        """What a member is reached by, and the watches they let in, newest first."""
        context = info.context
        asker = await context.allowed(Permission.MEMBERS_READ)
        page = Page[devices.Device]("memberDevices", asker, context, first=first, after=after)
        place = None if page.position is None else cursors.to_moment(page.position)
        id = globalids.uuid_of(member_id, Kind.MEMBER) or NOBODY
        async with context.reading() as tx:
            found = await members.several([id], programme=asker.programme, tx=tx)
            listed = [
                device
                for one in found.values()
                for device in await devices.listed(one, after=place, limit=page.limit, tx=tx)
            ]
        return page.shaped(
            listed, node=Device.of, place=lambda one: cursors.from_moment(*one.cursor)
        )


async def _remove(asked: RemoveMemberDeviceInput, act: OpsAct) -> strawberry.ID:
    id = globalids.uuid_of(asked.member_id, Kind.MEMBER) or NOBODY
    member = await members.get(id, programme=act.programme.id, tx=act.tx)
    await devices.remove(device_of(asked.device_id), member=member, at=act.at, tx=act.tx)
    return asked.device_id


async def _removed(id: strawberry.ID, context: OpsContext) -> RemoveMemberDeviceSuccess:
    return RemoveMemberDeviceSuccess(device_id=id)


REMOVE: OpsVerb[strawberry.ID, RemoveMemberDeviceResult] = OpsVerb(
    str,
    _remove,
    _removed,
    permission=Permission.DEVICES_WRITE,
    paths={"member": "member_id", "device": "device_id"},
)


@output
class DeviceMutations:
    """Mutations about devices of members."""

    @mutation
    async def remove_member_device(
        self,
        info: OpsInfo,
        input: Annotated[RemoveMemberDeviceInput, argument("Whose, which, and why.")],
    ) -> RemoveMemberDeviceResult | None:
        """Remove a device of a member, as one that was lost or stolen: it is reached no longer,
        and a watch's token is refused from now on. Needs DEVICES_WRITE. Refuses NO_SUCH_MEMBER,
        NO_SUCH_DEVICE."""
        return await REMOVE.perform(info, input)
