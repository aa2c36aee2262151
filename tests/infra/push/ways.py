"""Ways to the stand-in, and messages for devices of their own."""

import base64
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import orjson
from firebase_admin import messaging

from fcm_standin import Served
from infra import clock
from infra.push import Built, FcmTransport, Message, Platform
from infra.push.building import build
from infra.push.transporting import transport
from infra.settings import Settings
from tests.infra.push.messages import OFFER, other

_numbers = itertools.count(1)


def a_target() -> str:
    """A well-formed installation that nobody else in this process has."""
    number = next(_numbers).to_bytes(15, "big")
    return "cA" + base64.urlsafe_b64encode(number).decode()


def a_push(message: Message = OFFER, **fields: Any) -> Built:
    """A message as it is sent now, to a device of its own and for Android unless said otherwise."""
    told = {"target": a_target(), "platform": Platform.ANDROID} | fields
    return build(other(message, **told), at=clock.now())


def unchecked(**fields: Any) -> Built:
    """What the library makes of a message without our checks."""
    made = messaging.Message(fid=a_target(), **fields)
    body = orjson.dumps({"message": orjson.loads(str(made))})
    return replace(a_push(template="unchecked"), body=body, encoded=made)


def arrived(served: Served, target: str) -> list[dict[str, Any]]:
    """The data of what was delivered to a device, the oldest first."""
    found = served.standin.post.after(0, fid=target, limit=100)
    return [one.message.content["data"] for one in found]


def settings(served: Served, **said: Any) -> Settings:
    """What the settings say of a stand-in."""
    told = {
        "fcm_credentials": served.credentials,
        "fcm_url": served.url,
        "fcm_ca": served.authority,
    }
    return Settings(**(told | said))


@asynccontextmanager
async def way(served: Served, kind: str = "http", **said: Any) -> AsyncIterator[FcmTransport]:
    """A way to the stand-in for the length of the block."""
    async with transport(settings(served, fcm_transport=kind, **said)) as opened:
        assert opened is not None
        yield opened
