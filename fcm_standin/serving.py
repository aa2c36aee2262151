"""Serving: the stand-in on its two ports, and the files that say where they are."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLObject
from typing import cast
from weakref import WeakSet

import orjson

from fcm_standin import certifying
from fcm_standin.controlling import Control
from fcm_standin.granting import GOOGLE
from fcm_standin.http1 import Http1
from fcm_standin.http2 import Http2, Traffic
from fcm_standin.standin import StandIn

HOST = "127.0.0.1"
TICK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Served:
    """Where a stand-in is; all files are in its folder.

    url -- of FCM, over TLS; control_url -- of the control API. credentials -- a service account
    whose token endpoint is here; google_credentials -- the same with Google's own address of it.
    """

    standin: StandIn
    url: str
    control_url: str
    authority: Path
    credentials: Path
    google_credentials: Path


Opened = WeakSet[Http1 | Http2]


class Door(asyncio.Protocol):
    """A connection to FCM's port: it becomes HTTP/2 or HTTP/1.1, as the two sides agreed."""

    def __init__(self, standin: StandIn, opened: Opened) -> None:
        self._standin, self._opened = standin, opened

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """TLS is there: hand the connection on."""
        standin, traffic = self._standin, self._standin.traffic
        traffic.connections += 1
        traffic.open_connections += 1
        tls = cast(SSLObject, transport.get_extra_info("ssl_object"))
        is_http2 = tls.selected_alpn_protocol() == "h2"
        protocol: Http1 | Http2 = (
            Http2(standin.reply, standin.shape, traffic)
            if is_http2
            else Http1(standin.reply, traffic)
        )
        self._opened.add(protocol)
        cast(asyncio.Transport, transport).set_protocol(protocol)
        protocol.connection_made(transport)


class ControlDoor(Http1):
    """A connection to the control API."""

    def __init__(self, control: Control, opened: Opened) -> None:
        super().__init__(control.reply, Traffic())
        self._opened = opened

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is remembered, to be cut at the end."""
        super().connection_made(transport)
        self._opened.add(self)


@asynccontextmanager
async def serving(
    standin: StandIn, *, host: str = HOST, port: int = 0, control_port: int = 0
) -> AsyncIterator[Served]:
    """The stand-in on both ports for the length of the block; 0 takes a free one.

    host -- an address of this machine's own, in 127.0.0.0/8. Raises OSError.
    """
    loop = asyncio.get_running_loop()
    context = certifying.server_context(standin.folder)
    control = Control(standin)
    opened = Opened()
    fcm = await loop.create_server(
        lambda: Door(standin, opened), host, port, ssl=context, backlog=1024
    )
    controlled = await loop.create_server(lambda: ControlDoor(control, opened), host, control_port)
    ticking = asyncio.create_task(_tick(standin))
    served = _announce(standin, host, _port(fcm), _port(controlled))
    try:
        yield served
    finally:
        ticking.cancel()
        for server in (fcm, controlled):
            server.close()
        # Whoever still waits for an answer is told at once that there will be none.
        for connection in list(opened):
            connection.abort()
        # The loop closes them on its next turn.
        await asyncio.sleep(0)
        (standin.folder / "ready.json").unlink(missing_ok=True)


def _announce(standin: StandIn, host: str, port: int, control_port: int) -> Served:
    folder = standin.folder
    url, control_url = f"https://{host}:{port}", f"http://{host}:{control_port}"
    token_uri = f"{control_url}/token"
    standin.tokens.audiences |= {token_uri, f"{url}/token", f"https://localhost:{port}/token"}
    files = folder / "service-account.json", folder / "service-account-google.json"
    for file, uri in zip(files, (token_uri, GOOGLE), strict=True):
        certifying.keep(file, standin.account.document(uri))
    authority = certifying.authority_file(folder)
    told = {
        "url": url,
        "control_url": control_url,
        "port": port,
        "control_port": control_port,
        "project": standin.account.project,
        "ca": str(authority),
        "credentials": str(files[0]),
        "google_credentials": str(files[1]),
    }
    # Renamed into its place, so that whoever waits for it never reads half of it.
    half = folder / "ready.json.half"
    half.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")
    half.replace(folder / "ready.json")
    return Served(standin, url, control_url, authority, *files)


async def _tick(standin: StandIn) -> None:
    """Now and then, what waits is looked at: for what has waited too long."""
    while True:
        await asyncio.sleep(TICK_SECONDS)
        standin.post.release_all()


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])
