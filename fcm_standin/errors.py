"""Errors: the exact JSON in which Google answers what FCM does not do.

Google wraps each error as a google.rpc.Status under "error", and FCM adds typed details to it
("FCM Error Codes" and "REST Resource: projects.messages", firebase.google.com). The wording is
FCM's where it is public; the tests hold each answer whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
APNS_ERROR = "type.googleapis.com/google.firebase.fcm.v1.ApnsError"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
QUOTA_FAILURE = "type.googleapis.com/google.rpc.QuotaFailure"
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"

EXPECTED = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. "
    "See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
ARGUMENT = "Request contains an invalid argument."
# HTTP status codes of google.rpc.Code, in Google's own table (google/rpc/code.proto).
CODES = {
    "INVALID_ARGUMENT": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One field that was refused, and why."""

    field: str
    description: str


class Refused(Exception):
    """FCM says no. `error` is FCM's own code, None where Google refuses before FCM looks."""

    def __init__(
        self,
        status: str,
        message: str,
        *,
        error: str | None = None,
        details: Sequence[dict[str, Any]] = (),
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.error = status, message, error
        self.details, self.headers = tuple(details), headers

    @property
    def code(self) -> int:
        """The HTTP status code."""
        return CODES[self.status]

    def body(self) -> bytes:
        """The JSON document, indented by two as Google's are."""
        told: dict[str, Any] = {"code": self.code, "message": self.message, "status": self.status}
        details = list(self.details)
        if self.error is not None:
            details.insert(0, {"@type": FCM_ERROR, "errorCode": self.error})
        if details:
            told["details"] = details
        return orjson.dumps({"error": told}, option=orjson.OPT_INDENT_2)


def malformed(violations: Sequence[Violation]) -> Refused:
    """The JSON does not fit the message's shape; FCM itself has not looked yet."""
    text = "\n".join(violation.description for violation in violations)
    return Refused("INVALID_ARGUMENT", text, details=[_bad_request(violations)])


def invalid(violation: Violation) -> Refused:
    """The message has the right shape, and FCM does not take what it says."""
    return Refused(
        "INVALID_ARGUMENT",
        violation.description,
        error="INVALID_ARGUMENT",
        details=[_bad_request([violation])],
    )


def no_recipient() -> Refused:
    """Nobody is addressed."""
    text = "Recipient of the message is not set."
    violations = _bad_request([Violation("message", text)])
    fcm = {"@type": FCM_ERROR, "errorCode": "INVALID_ARGUMENT"}
    return Refused("INVALID_ARGUMENT", text, details=[violations, fcm])


def bad_target() -> Refused:
    """What is addressed is no registration at all, of nobody and never was."""
    return Refused(
        "INVALID_ARGUMENT",
        "The registration token is not a valid FCM registration token",
        error="INVALID_ARGUMENT",
    )


def unregistered() -> Refused:
    """The app was removed, or its registration has ended."""
    return Refused("NOT_FOUND", "Requested entity was not found.", error="UNREGISTERED")


def sender_mismatch() -> Refused:
    """The registration belongs to another project."""
    return Refused("PERMISSION_DENIED", "SenderId mismatch", error="SENDER_ID_MISMATCH")


def third_party_auth() -> Refused:
    """Apple, or a browser's push service, did not take the project's key."""
    return Refused(
        "UNAUTHENTICATED",
        "Auth error from APNS or Web Push Service",
        error="THIRD_PARTY_AUTH_ERROR",
        details=[{"@type": APNS_ERROR, "statusCode": 403, "reason": "InvalidProviderToken"}],
    )


def quota(subject: str, description: str, *, retry_after_s: int | None = None) -> Refused:
    """Too much: of the project, a device or a topic (`subject`)."""
    violation = {"subject": subject, "description": description}
    headers = () if retry_after_s is None else (("retry-after", str(retry_after_s)),)
    return Refused(
        "RESOURCE_EXHAUSTED",
        description,
        error="QUOTA_EXCEEDED",
        details=[{"@type": QUOTA_FAILURE, "violations": [violation]}],
        headers=headers,
    )


def unavailable(*, retry_after_s: int | None = None) -> Refused:
    """FCM is overloaded; come back later."""
    headers = () if retry_after_s is None else (("retry-after", str(retry_after_s)),)
    text = "The service is currently unavailable."
    return Refused("UNAVAILABLE", text, error="UNAVAILABLE", headers=headers)


def internal(*, retry_after_s: int | None = None) -> Refused:
    """FCM broke; come back later."""
    headers = () if retry_after_s is None else (("retry-after", str(retry_after_s)),)
    text = "Internal error encountered."
    return Refused("INTERNAL", text, error="INTERNAL", headers=headers)


def unauthenticated(reason: str) -> Refused:
    """No access token, or one that is not taken: CREDENTIALS_MISSING or ACCESS_TOKEN_EXPIRED."""
    missing = reason == "CREDENTIALS_MISSING"
    what = "is missing required" if missing else "had invalid"
    plural = "credential" if missing else "credentials"
    realm = 'Bearer realm="https://accounts.google.com/"'
    return Refused(
        "UNAUTHENTICATED",
        f"Request {what} authentication {plural}. {EXPECTED}",
        details=[
            {
                "@type": ERROR_INFO,
                "reason": reason,
                "domain": "googleapis.com",
                "metadata": {
                    "service": "fcm.googleapis.com",
                    "method": "google.firebase.fcm.v1.FcmService.SendMessage",
                },
            }
        ],
        headers=(("www-authenticate", realm if missing else f'{realm}, error="invalid_token"'),),
    )


def forbidden(project: str) -> Refused:
    """The access token is good, and not for this project."""
    resource = f"//cloudresourcemanager.googleapis.com/projects/{project}"
    return Refused(
        "PERMISSION_DENIED",
        f"Permission 'cloudmessaging.messages.create' denied on resource '{resource}' "
        "(or it may not exist).",
        details=[
            {
                "@type": ERROR_INFO,
                "reason": "IAM_PERMISSION_DENIED",
                "domain": "cloudresourcemanager.googleapis.com",
                "metadata": {
                    "resource": f"projects/{project}",
                    "permission": "cloudmessaging.messages.create",
                },
            }
        ],
    )


def _bad_request(violations: Sequence[Violation]) -> dict[str, Any]:
    told = [{"field": v.field, "description": v.description} for v in violations]
    return {"@type": BAD_REQUEST, "fieldViolations": told}
