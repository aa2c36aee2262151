"""Scenes: members with phones and watches, and what is to be pushed to them."""

import itertools
import secrets
from datetime import timedelta
from typing import Any

from domain import devices, push
from domain.devices import About, Device, DeviceKind, Platform
from domain.members import Member
from domain.push import Due, Kind, Lane, Order
from domain.windows import Channel
from infra import ids
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON

BOTH = frozenset({Channel.PHONE, Channel.WATCH})
LEASE = timedelta(seconds=30)
WAITING = "SELECT id, device, due_at, attempts, parked FROM push_waiting ORDER BY id, device"

_numbers = itertools.count(1)


def an_installation() -> str:
    """A Firebase Installation ID that nobody else has."""
    return "c" + secrets.token_urlsafe(16)[:21]


async def a_device(
    member: Member,
    *,
    kind: DeviceKind = DeviceKind.PHONE,
    platform: Platform = Platform.IOS,
    installation: str | None = None,
    at: Any = NOON,
    tx: Tx,
) -> Device:
    """One more device of the member that can be pushed to."""
    about = About(
        platform=platform,
        kind=kind,
        app_version="1.0",
        locale="en",
        installation=installation or an_installation(),
    )
    sign_in = devices.SignIn(given.ISSUER, f"person-of-{member.id}")
    return await devices.register(member, about, sign_in=sign_in, id=ids.new(at), at=at, tx=tx)


def an_order(member: Member, **said: Any) -> Order:
    """A transfer that has come, unless more is said."""
    at = NOON + timedelta(milliseconds=next(_numbers))
    usual: dict[str, Any] = {
        "id": ids.new(at),
        "kind": Kind.TRANSFER_RECEIVED,
        "key": "transfers.received",
        "args": ("Ada", "20 points"),
        "data": {"transfer": "VAAB1"},
        "channels": BOTH,
        "send_at": NOON,
        "expires_at": NOON + timedelta(days=3),
    }
    return Order(**(usual | {"member": member.id} | said))


async def ordered(member: Member, *orders: Order, at: Any = NOON, tx: Tx) -> None:
    """These are to be pushed."""
    with push.switched(True):
        await push.order(orders, programme=member.programme, at=at, tx=tx)


async def taken(lane: Lane = Lane.ONE, *, at: Any = NOON, limit: int = 100, tx: Tx) -> list[Due]:
    """What a sender gets to send."""
    due, _ = await push.take(lane, limit=limit, lease=LEASE, at=at, tx=tx)
    return list(due)


async def waiting(tx: Tx) -> list[dict[str, Any]]:
    """The rows that wait."""
    return [dict(row) for row in await tx.rows(WAITING)]
