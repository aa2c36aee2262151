"""Redeem: a partner's till hands a treat over for a code, once."""

from datetime import datetime
from uuid import UUID

from domain import members, outlets
from domain.moments import coding, holding
from domain.moments.coding import Said
from domain.moments.errors import (
    AlreadyRedeemed,
    BadRedemptionCode,
    MomentOver,
    RedemptionCodeExpired,
    WrongOutlet,
)
from domain.moments.events import Redeemed
from domain.moments.records import Moment, MomentState, Redemption
from domain.moments.wording import text_of
from domain.outlets import Outlet
from infra.db import Tx
from infra.outbox import emit

BY_CODE = """
SELECT m.id, m.outlet, m.secret, m.code_until FROM moment AS m
JOIN treat AS t ON t.programme = m.programme AND t.id = m.treat
WHERE m.programme = $1 AND m.code = $2 AND t.partner = $3
"""
STILL = "SELECT true FROM moment WHERE programme = $1 AND id = $2 AND code = $3"


async def redeem(
    code: str, *, outlet: UUID, partner: UUID, programme: int, at: datetime, tx: Tx
) -> Redemption:
    """The treat of that code is handed over at the outlet, and paid for by who offers it.

    code -- as it was scanned, or its number as it was typed.
    Refuses, in this order: outlets.NoSuchOutlet, outlets.TooManyGuesses, BadRedemptionCode,
    WrongOutlet, AlreadyRedeemed, MomentOver, RedemptionCodeExpired. Whoever is told
    BadRedemptionCode is to be noted by `outlets.note_guess`, in a transaction that stays.
    """
    here = await outlets.till(outlet, partner=partner, programme=programme, at=at, tx=tx)
    said = coding.read(code)
    row = await tx.row(BY_CODE, programme, said.number, partner)
    if row is None:
        raise BadRedemptionCode("there is no such code")
    until, secret = row["code_until"], bytes(row["secret"])
    coding.check(said, moment=row["id"], until=until, secret=secret)
    if row["outlet"] != outlet:
        raise WrongOutlet("this is for another outlet")
    return await _handed_over(row["id"], said, until, here, at=at, tx=tx)


async def _handed_over(
    moment: UUID, said: Said, until: datetime, outlet: Outlet, *, at: datetime, tx: Tx
) -> Redemption:
    programme = outlet.programme
    held = await holding.locked(moment, programme=programme, tx=tx)
    assert held is not None, "it was found"
    found, treat = held
    _check(found, until, at)
    # The member may have asked for another code in the meantime: this one is none then.
    if not await tx.value(STILL, programme, moment, said.number):
        raise BadRedemptionCode("there is no such code")
    await holding.capture(found, treat, at=at, tx=tx)
    member = await members.get(found.member, programme=programme, tx=tx)
    terms = treat.terms
    emit(
        Redeemed(
            programme=programme,
            subject=found.member,
            object=moment,
            at=at,
            treat=treat.id,
            kind=terms.kind,
            title=text_of(terms, locale=member.locale).title,
            outlet=outlet.id,
            outlet_name=outlet.name,
            cost=found.cost,
        ),
        tx=tx,
    )
    return Redemption(moment, treat.id, outlet.id, terms.name, terms.kind, found.cost, at)


def _check(moment: Moment, until: datetime, at: datetime) -> None:
    if moment.state is MomentState.REDEEMED:
        raise AlreadyRedeemed("it has been handed over")
    if not moment.is_open(at=at):
        raise MomentOver(moment.state if moment.resolved_at else MomentState.EXPIRED)
    if at >= until:
        raise RedemptionCodeExpired("ask the member for a new one")
