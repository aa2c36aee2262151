"""Classifying: what Firebase's answer means for the message, its target and everyone else.

Status, body and headers in, a verdict out; whoever sent it does what the verdict says. One row for
each answer of the reference of FCM's `ErrorCode`, and nothing is deleted on a doubt: a 404 that
does not say UNREGISTERED is a wrong address of ours, not a device that is gone.
"""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import orjson

from infra.push.records import Outcome

FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
QUOTA_FAILURE = "type.googleapis.com/google.rpc.QuotaFailure"
RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo"

TARGET_FIELDS: Final = frozenset({"message.fid", "message.token", "message.target"})
TARGET_WORDS = re.compile(r"registration token|installation id", re.IGNORECASE)
THIRD_PARTY: Final = frozenset({"THIRD_PARTY_AUTH_ERROR", "APNS_AUTH_ERROR"})

# What Firebase asks of those whom it told nothing: ten seconds and doubling, a minute for quotas.
LATER_SECONDS = 10.0
THROTTLED_SECONDS = 60.0
LATER_SECONDS_MAX = 3_600.0
# Nobody keeps us away for longer, whatever a header says.
RETRY_AFTER_SECONDS_MAX = 86_400.0
ERROR_CHARACTERS_MAX = 300


@dataclass(slots=True)
class Verdict:
    """What one answer means.

    retry_after_s -- what Firebase asked for; None where it said nothing.
    refused_token -- it is the access token that was not believed, whatever the message is.
    untouched -- it is certain that nobody has looked at the message.
    """

    outcome: Outcome
    name: str | None = None
    retry_after_s: float | None = None
    error: str | None = None
    refused_token: bool = False
    untouched: bool = False


def classified(status: int, body: bytes, *, retry_after: str | None, at: datetime) -> Verdict:
    """The verdict on an answer.

    retry_after -- the header as it came, seconds or a date. at -- when the answer came.
    """
    said = _object(body)
    if status == 200 and isinstance(name := said.get("name"), str):
        return Verdict(Outcome.SENT, name=name)
    error = said.get("error")
    error = error if isinstance(error, dict) else {}
    details = [d for d in _list(error.get("details")) if isinstance(d, dict)]
    code = _code(details)
    asked_s = _seconds(retry_after, at)
    return Verdict(
        _outcome(status, code, str(error.get("message") or ""), details),
        retry_after_s=_delay(details) if asked_s is None else asked_s,
        error=_worded(status, code, error),
        refused_token=status == 401 and code not in THIRD_PARTY,
    )


def unanswered(error: BaseException, *, untouched: bool = False) -> Verdict:
    """The verdict where no answer came: nobody knows what became of the message, unless it is
    known to be `untouched`."""
    return Verdict(Outcome.LATER, error=type(error).__name__, untouched=untouched)


def wait_s(verdict: Verdict, *, attempt: int) -> float:
    """How long to wait after try number `attempt`: what was asked for, and at least what that try
    costs by itself; with jitter, so that those who failed together do not come back together."""
    throttled = verdict.outcome in (Outcome.THROTTLED, Outcome.DEVICE_THROTTLED)
    least = THROTTLED_SECONDS if throttled else LATER_SECONDS
    if verdict.retry_after_s is not None:
        return verdict.retry_after_s + random.uniform(0, 0.1 * verdict.retry_after_s + 0.1)
    doubled = least * 2.0 ** min(attempt - 1, 16)
    return min(doubled, LATER_SECONDS_MAX) * random.uniform(1.0, 1.5)


def _outcome(status: int, code: str | None, text: str, details: list[dict[str, Any]]) -> Outcome:
    if status == 404 and code == "UNREGISTERED":
        return Outcome.GONE
    if status == 403 and code == "SENDER_ID_MISMATCH":
        return Outcome.MISMATCHED
    if status == 401 and code in THIRD_PARTY:
        return Outcome.APPLE_PAUSED
    if status == 429:
        return Outcome.DEVICE_THROTTLED if _of_device(details) else Outcome.THROTTLED
    if status == 400:
        return Outcome.BAD_TARGET if _about_target(text, details) else Outcome.BAD_MESSAGE
    return Outcome.BAD_MESSAGE if status == 413 else Outcome.LATER


def _about_target(text: str, details: list[dict[str, Any]]) -> bool:
    """Whether the target alone is at fault: its field is named, or no field and the target is."""
    fields = {
        str(found.get("field"))
        for detail in _of(details, BAD_REQUEST)
        for found in _list(detail.get("fieldViolations"))
        if isinstance(found, dict)
    }
    return fields <= TARGET_FIELDS if fields else TARGET_WORDS.search(text) is not None


def _of_device(details: list[dict[str, Any]]) -> bool:
    """Whether the quota that is used up is one device's: QuotaFailure says which one it is."""
    return any(
        "device" in f"{found.get('subject')} {found.get('description')}".lower()
        for detail in _of(details, QUOTA_FAILURE)
        for found in _list(detail.get("violations"))
        if isinstance(found, dict)
    )


def _code(details: list[dict[str, Any]]) -> str | None:
    return next((str(d.get("errorCode")) for d in _of(details, FCM_ERROR)), None)


def _of(details: list[dict[str, Any]], kind: str) -> Iterator[dict[str, Any]]:
    return (detail for detail in details if detail.get("@type") == kind)


def _seconds(header: str | None, at: datetime) -> float | None:
    """Seconds of a Retry-After (RFC 9110, section 10.2.3); None where it says nothing."""
    if header is None:
        return None
    header = header.strip()
    if header.isascii() and header.isdigit():
        return min(float(header[:9]), RETRY_AFTER_SECONDS_MAX)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return min(max((until - at).total_seconds(), 0.0), RETRY_AFTER_SECONDS_MAX)


def _delay(details: list[dict[str, Any]]) -> float | None:
    """Seconds of a RetryInfo, which Google's interfaces send beside the header or without it."""
    for detail in _of(details, RETRY_INFO):
        if found := re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)s", str(detail.get("retryDelay"))):
            return min(float(found[1]), RETRY_AFTER_SECONDS_MAX)
    return None


def _worded(status: int, code: str | None, error: Mapping[str, Any]) -> str:
    words = (str(status), code or error.get("status"), error.get("message"))
    return " ".join(str(word) for word in words if word)[:ERROR_CHARACTERS_MAX]


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = orjson.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
