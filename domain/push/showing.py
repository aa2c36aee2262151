"""Showing: a Live Activity on a phone is told how a running challenge goes.

Only the newest state is worth anything, so a newer one replaces what still waits, and the state
that ends it is the last.
"""

from collections.abc import Sequence
from datetime import datetime

from domain import devices
from domain.devices import LiveTarget
from domain.push.ordering import keep
from domain.push.profiles import PROFILES
from domain.push.records import Kind, Live, Order, Progress
from domain.push.switching import is_on
from domain.windows import Channel
from infra import ids
from infra.db import Tx

KEY = "challenges.live"


async def show(progresses: Sequence[Progress], *, programme: int, at: datetime, tx: Tx) -> int:
    """Tell the phones that show one of these challenges; how many activities are told.

    Saying the same again changes nothing: the number of the state makes the id.
    """
    if not progresses or not is_on():
        return 0
    shown = await devices.live_targets(
        {one.member for one in progresses},
        challenges={one.challenge for one in progresses},
        programme=programme,
        at=at,
        tx=tx,
    )
    orders = [
        (_order(one, target, at=at), [target.target])
        for one in progresses
        for target in shown.get((one.member, one.challenge), ())
    ]
    await keep(orders, programme=programme, at=at, tx=tx)
    return len(orders)


def _order(one: Progress, target: LiveTarget, *, at: datetime) -> Order:
    """One for each activity, since each has a token of its own."""
    known = ids.derived(one.at, "push.show", one.challenge, target.target.id, one.number)
    return Order(
        id=known,
        member=one.member,
        kind=Kind.LIVE,
        key=KEY,
        collapse=f"live:{one.challenge}",
        channels=frozenset({Channel.PHONE}),
        send_at=at,
        expires_at=min(at + PROFILES[Kind.LIVE].lasts, target.expires_at),
        live=Live(target.challenge, target.token, one.state, one.at, one.ends),
    )
