"""Read the redemptions of a member; another's do not exist."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from domain.members import Member
from domain.redemptions import coding, storing
from domain.redemptions.errors import NoSuchRedemption, RedemptionOver
from domain.redemptions.records import Code, Redemption, Secret, State
from infra.db import Tx


async def get(id: UUID, *, member: UUID | None = None, programme: int, tx: Tx) -> Redemption:
    """The redemption with that id.

    member -- whose it must be; None: whosever it is.
    Raises NoSuchRedemption.
    """
    found = await storing.find(id, programme=programme, tx=tx)
    if found is None or member not in (None, found.member):
        raise NoSuchRedemption("there is no such redemption")
    return found


async def listed(
    member: Member,
    *,
    states: Collection[State] | None = None,
    before: UUID | None,
    limit: int,
    tx: Tx,
) -> Sequence[Redemption]:
    """What the member has redeemed, newest first; in any of these states, None: in all."""
    return await storing.listed(
        member.id,
        programme=member.programme,
        states=states,
        before=before,
        limit=limit,
        tx=tx,
    )


async def secret(id: UUID, *, member: Member, tx: Tx) -> Secret | None:
    """What the member's device makes codes from; None once there is nothing to fetch.

    Raises NoSuchRedemption.
    """
    found = await get(id, member=member.id, programme=member.programme, tx=tx)
    known = await storing.secret_of(id, programme=member.programme, tx=tx)
    if known is None or found.state is not State.RESERVED:
        return None
    return Secret(found.number, coding.written(known), coding.CODE_DIGITS, coding.STEP_S)


async def code(id: UUID, *, member: Member, at: datetime, tx: Tx) -> Code:
    """The code of this minute, the same that the member's device would make.

    Refuses, in this order: NoSuchRedemption, RedemptionOver.
    """
    found = await get(id, member=member.id, programme=member.programme, tx=tx)
    if not found.is_open(at=at):
        raise RedemptionOver(State.RELEASED if found.state is State.RESERVED else found.state)
    known = await storing.secret_of(id, programme=member.programme, tx=tx)
    assert known is not None, "what is open has a secret"
    digits = coding.code_of(known, step=coding.step_of(at))
    until = min(coding.good_until(at), found.expires_at)
    return Code(id, found.number, digits, f"{found.number}{digits}", until)
