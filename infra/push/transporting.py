"""Transporting: the one place where a way to Firebase is opened, as the settings say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from firebase_admin.credentials import Certificate

from infra.push import http2, library
from infra.push.records import Answer, Built, FcmTransport
from infra.settings import Settings


class DryRun:
    """A transport whose messages Firebase checks and does not deliver."""

    def __init__(self, transport: FcmTransport) -> None:
        self._transport = transport

    async def send(self, built: Built, *, attempt: int = 1) -> Answer:
        """As FcmTransport says; SENT means that it would have been taken."""
        body = built.body[:-1] + b',"validate_only":true}'
        return await self._transport.send(replace(built, body=body, dry_run=True), attempt=attempt)


@asynccontextmanager
async def transport(settings: Settings) -> AsyncIterator[FcmTransport | None]:
    """The way for the length of the block; None where no credentials are set.

    Raises OSError and ValueError where the key file cannot be read or is none.
    """
    if settings.fcm_credentials is None:
        yield None
        return
    certificate = await asyncio.to_thread(Certificate, str(settings.fcm_credentials))
    opened = (library if settings.fcm_transport == "library" else http2).opened
    async with opened(settings, certificate) as way:
        yield DryRun(way) if settings.fcm_dry_run else way
