"""Mutation that ends sessions of a member."""

from typing import Annotated, TypeAlias

import strawberry

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo
from api.ops.operators import NOBODY
from api.refusals import RequestRefused, result
from domain import devices, members
from domain.operators import Permission


@input
class EndSessionsInput:
    """Whose sessions, and why."""

    member_id: strawberry.ID = said("The id of a `Member`.")
    session: str | None = said(
        "What the issuer of its tokens calls the one session to end: `sid`, or else `auth_time`;"
        " when not said, every one that has begun until now.",
        default=None,
    )
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class EndSessionsSuccess:
    """The sessions are ended: their tokens, and those refreshed from them, are refused from now
    on, their open WebSockets are closed, and the devices that came with them are removed."""

    everywhere: bool = said("Whether every session was ended.")


EndSessionsResult: TypeAlias = Annotated[
    EndSessionsSuccess | RequestRefused, result("EndSessionsResult")
]


async def _end(asked: EndSessionsInput, act: OpsAct) -> bool:
    id = globalids.uuid_of(asked.member_id, Kind.MEMBER) or NOBODY
    member = await members.get(id, programme=act.programme.id, tx=act.tx)
    await devices.sign_out(member, session=asked.session, at=act.at, tx=act.tx)
    return asked.session is None


async def _ended(everywhere: bool, context: OpsContext) -> EndSessionsSuccess:
    return EndSessionsSuccess(everywhere=everywhere)


END: OpsVerb[bool, EndSessionsResult] = OpsVerb(
    bool, _end, _ended, permission=Permission.MEMBERS_WRITE, paths={"member": "member_id"}
)


@output
class SessionMutations:
    """Mutations about the sessions of members."""

    @mutation
    async def end_sessions(
        self, info: OpsInfo, input: Annotated[EndSessionsInput, argument("Whose, and why.")]
    ) -> EndSessionsResult | None:
        """End one session of a member, or, where a device was lost or stolen, every session.
        Needs MEMBERS_WRITE. Refuses NO_SUCH_MEMBER, BAD_SESSION."""
        return await END.perform(info, input)
