"""Answers of Firebase, as it words them, one for each row of what the sender does.

Sources: "REST Resource: projects.messages, ErrorCode" and "FCM error codes" of Firebase, and
answers that were met in the wild.
"""

from typing import Any

import orjson

from infra.push.classifying import BAD_REQUEST, FCM_ERROR, QUOTA_FAILURE, RETRY_INFO

ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"


def error(
    code: int, status: str, *details: dict[str, Any], message: str = "It said no."
) -> tuple[int, bytes]:
    """A status and the body of an error."""
    said = {"code": code, "message": message, "status": status, "details": list(details)}
    return code, orjson.dumps({"error": said})


def of_fcm(code: str) -> dict[str, Any]:
    return {"@type": FCM_ERROR, "errorCode": code}


def about(*fields: str) -> dict[str, Any]:
    found = [{"field": field, "description": "wrong"} for field in fields]
    return {"@type": BAD_REQUEST, "fieldViolations": found}


TAKEN = (200, b'{"name":"projects/club/messages/0:17"}')
UNREGISTERED = error(404, "NOT_FOUND", of_fcm("UNREGISTERED"))
WRONG_ADDRESS = error(404, "NOT_FOUND", message="Requested entity was not found.")
MISMATCH = error(403, "PERMISSION_DENIED", of_fcm("SENDER_ID_MISMATCH"))
NO_RIGHT = error(403, "PERMISSION_DENIED", message="Permission denied on resource.")
INVALID = error(400, "INVALID_ARGUMENT", of_fcm("INVALID_ARGUMENT"))
INVALID_TTL = error(
    400, "INVALID_ARGUMENT", of_fcm("INVALID_ARGUMENT"), about("message.android.ttl")
)
INVALID_TARGET = error(
    400,
    "INVALID_ARGUMENT",
    of_fcm("INVALID_ARGUMENT"),
    message="The registration token is not a valid FCM registration token",
)
INVALID_FID = error(400, "INVALID_ARGUMENT", about("message.fid"))
INVALID_BOTH = error(400, "INVALID_ARGUMENT", about("message.fid", "message.data[0].value"))
UNAUTHENTICATED = error(401, "UNAUTHENTICATED")
THIRD_PARTY = error(401, "UNAUTHENTICATED", of_fcm("THIRD_PARTY_AUTH_ERROR"))
QUOTA = error(
    429,
    "RESOURCE_EXHAUSTED",
    {"@type": ERROR_INFO, "reason": "RATE_LIMIT_EXCEEDED", "domain": "googleapis.com"},
)
QUOTA_DEVICE = error(
    429,
    "RESOURCE_EXHAUSTED",
    of_fcm("QUOTA_EXCEEDED"),
    {
        "@type": QUOTA_FAILURE,
        "violations": [{"subject": "device", "description": "Device message rate exceeded"}],
    },
)
QUOTA_INFO = error(429, "RESOURCE_EXHAUSTED", {"@type": RETRY_INFO, "retryDelay": "3.500s"})
UNAVAILABLE = error(503, "UNAVAILABLE", of_fcm("UNAVAILABLE"))
INTERNAL = error(500, "INTERNAL", of_fcm("INTERNAL"))
