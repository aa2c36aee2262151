"""Exchange: one request and what is answered to it, whichever HTTP carries them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

# A larger request is refused before it is read to the end; FCM's largest message is 5 KiB. Less
# than HTTP/2's first window, which is never widened for a body.
BODY_BYTES_MAX = 60_000


class Fault(StrEnum):
    """What happens in place of an answer."""

    RESET = "reset"
    NEVER = "never"
    DROP = "drop"


@dataclass(slots=True)
class Request:
    """What a client asked. `path` has no query; the names of `headers` are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered, `delay_s` seconds later.

    fault -- happens at that time in place of the answer; `reset_code` is HTTP/2's, where a stream
        is reset.
    """

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json; charset=UTF-8"
    delay_s: float = 0.0
    fault: Fault | None = None
    reset_code: int = 0


class Feed(Protocol):
    """An answer without an end: server-sent events."""

    def start(self, write: Callable[[bytes], None], end: Callable[[], None]) -> Callable[[], None]:
        """Write what there is and what comes.

        end -- ends the answer from this side. The function returned is called at the end.
        """
        ...


@dataclass(frozen=True, slots=True)
class Streaming:
    """What is answered where the answer has no end."""

    feed: Feed
    headers: tuple[tuple[str, str], ...] = ()


Answering = Callable[[Request], Reply]
"""Takes a request and answers at once; what takes time is said by the reply's `delay_s`."""
