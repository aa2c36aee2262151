"""Library: the way to Firebase by its own library, in threads.

The reference for what the other way does, and what to fall back on. It is guarded in the same way
and its answers are read by the same rules. Only what follows a 401 is its own: it asks for another
token and repeats the message up to twice, which we cannot see and count as one.
"""

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import firebase_admin
from firebase_admin import exceptions, messaging
from firebase_admin.credentials import Base, Certificate
from google.auth.credentials import Credentials
from google.auth.transport.requests import Request

from infra import clock
from infra.push import classifying, reaching
from infra.push.classifying import Verdict
from infra.push.guarding import Guarded
from infra.push.records import Built, Outcome
from infra.settings import Settings

GOOGLE = "https://fcm.googleapis.com/"
THREADS = 16


class LibraryTransport(Guarded):
    """One project's way, by `send_each` of one message in a thread."""

    def __init__(self, app: Any, threads: ThreadPoolExecutor, settings: Settings) -> None:
        super().__init__(settings)
        self._app, self._threads = app, threads
        self._places = asyncio.Semaphore(THREADS)

    async def _put(self, built: Built) -> tuple[Verdict, int]:
        async with self._places:
            if (kept := self._kept_back(built)) is not None:
                return kept, 0
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self._asked, built), 1

    def _asked(self, built: Built) -> Verdict:
        try:
            batch = messaging.send_each([built.encoded], dry_run=built.dry_run, app=self._app)
        except exceptions.FirebaseError as error:
            return classifying.unanswered(error)
        answer = batch.responses[0]
        return Verdict(Outcome.SENT, name=answer.message_id) if answer.success else _read(answer)


class _Held(Credentials):
    """The certificate's credential, refreshed by our own session and by one thread at a time."""

    def __init__(self, certificate: Certificate, *, ca: Path | None, timeout_s: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._credential = certificate.get_credential()
        self._session = reaching.session(ca=ca)
        self._request = partial(Request(self._session), timeout=timeout_s)
        self._lock = threading.Lock()
        self._used = threading.local()

    def apply(self, headers: dict[str, str], token: str | None = None) -> None:
        """Put the token into the headers of a request, and remember which it was."""
        self._used.token = self.token
        super().apply(headers, token)  # type: ignore[no-untyped-call]

    def refresh(self, request: object) -> None:
        """Another token than this thread has used: where many are refused at once, it is fetched
        for the first, and the others find it."""
        with self._lock:
            if self.token == getattr(self._used, "token", None):
                self._credential.refresh(self._request)
                self.token, self.expiry = self._credential.token, self._credential.expiry

    def close(self) -> None:
        """Give up the connections."""
        self._session.close()


class _Certified(Base):  # type: ignore[misc]
    """What the library asks for a credential."""

    def __init__(self, held: _Held) -> None:
        super().__init__()
        self._held = held

    def get_credential(self) -> _Held:
        return self._held


@asynccontextmanager
async def opened(settings: Settings, certificate: Certificate) -> AsyncIterator[LibraryTransport]:
    """The transport for the length of the block."""
    patience_s = settings.fcm_timeout_seconds
    held = _Held(certificate, ca=settings.fcm_ca, timeout_s=patience_s)
    app = _app(settings, held, project=str(certificate.project_id))
    session = await asyncio.to_thread(_session, app, settings)
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="push")
    try:
        async with LibraryTransport(app, threads, settings) as transport:
            yield transport
    finally:
        # The library runs a loop of its own to close what it has open.
        await asyncio.to_thread(firebase_admin.delete_app, app)
        await asyncio.to_thread(threads.shutdown)
        session.close()
        held.close()


def _app(settings: Settings, held: _Held, *, project: str) -> Any:
    options = {"projectId": project, "httpTimeout": settings.fcm_timeout_seconds}
    return firebase_admin.initialize_app(_Certified(held), options, name=f"laurel {id(held)}")


def _session(app: Any, settings: Settings) -> Any:
    """The library's session, told what the library has no setting for: the address, whom to
    believe, and not to repeat a 5xx by itself, four times, unseen and asleep in its thread."""
    session = messaging._get_messaging_service(app)._client.session
    leg = reaching.Leg(
        ca=settings.fcm_ca, instead_of=GOOGLE, to=f"{settings.fcm_url}/", connections=THREADS
    )
    session.mount(f"{GOOGLE}v1/", leg)
    session.trust_env = False
    return session


def _read(answer: Any) -> Verdict:
    response = answer.exception.http_response
    if response is None:
        return classifying.unanswered(answer.exception)
    return classifying.classified(
        response.status_code,
        response.content,
        retry_after=response.headers.get("retry-after"),
        at=clock.now(),
    )
