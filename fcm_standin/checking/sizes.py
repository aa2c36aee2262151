"""Sizes: how large a message is for each platform, and what FCM and Apple allow.

FCM counts the keys and values of what the device gets: 4,096 bytes, 2,048 to topics ("FCM Error
Codes", firebase.google.com). Apple counts the JSON of the payload: 4,096 bytes, 5,120 for VoIP
("Generating a remote notification", developer.apple.com).
"""

from collections.abc import Mapping
from typing import Any

import orjson

from fcm_standin.errors import Violation

BYTES_MAX = 4_096
TOPIC_BYTES_MAX = 2_048
VOIP_BYTES_MAX = 5_120
LARGE = "Message is too large. The maximum is {k}K ({bytes} bytes)."

Content = Mapping[str, Any]
NONE: Content = {}


def fault(message: Content) -> Violation | None:
    """Where a message is too large for its target."""
    to_many = "topic" in message or "condition" in message
    most = TOPIC_BYTES_MAX if to_many else BYTES_MAX
    if android_bytes(message) > most or web_bytes(message) > most:
        return Violation("message", LARGE.format(k=most // 1024, bytes=most))
    if "apns" in message or "notification" in message:
        headers = message.get("apns", NONE).get("headers", NONE)
        if headers.get("apns-push-type") == "voip":
            most = VOIP_BYTES_MAX
        if apns_bytes(message) > most:
            return Violation("message.apns.payload", LARGE.format(k=most // 1024, bytes=most))
    return None


def android_bytes(message: Content) -> int:
    """What an Android device gets: its data, and the fields of its notification."""
    android = message.get("android", NONE)
    size = _map_bytes(android.get("data", message.get("data", NONE)))
    notification = message.get("notification", NONE)
    special = android.get("notification", NONE)
    if special or notification:
        size += len(orjson.dumps({**notification, **special}))
    return size


def web_bytes(message: Content) -> int:
    """What a browser gets."""
    webpush = message.get("webpush")
    if not webpush:
        return 0
    return _map_bytes(webpush.get("data", message.get("data", NONE))) + len(
        orjson.dumps({**message.get("notification", NONE), **webpush.get("notification", NONE)})
    )


def apns_bytes(message: Content) -> int:
    """The JSON that goes on to Apple."""
    return len(orjson.dumps(apns_payload(message)))


def apns_payload(message: Content) -> dict[str, Any]:
    """The payload for Apple: the data as fields beside `aps`, the notification as its alert."""
    payload = {**message.get("data", NONE), **message.get("apns", NONE).get("payload", NONE)}
    notification = message.get("notification", NONE)
    shown = {name: notification[name] for name in ("title", "body") if name in notification}
    given = message.get("apns", NONE).get("payload", NONE).get("aps") or NONE
    aps = dict(given)
    if shown:
        alert = aps.get("alert", NONE)
        aps["alert"] = {**shown, **(alert if isinstance(alert, dict) else {"body": alert})}
    # A field of the data that has the same name would not be Apple's object.
    payload.pop("aps", None)
    return {**payload, "aps": aps} if aps else payload


def _map_bytes(data: Mapping[str, str]) -> int:
    size = 0
    for key, value in data.items():
        size += len(key) if key.isascii() else len(key.encode())
        size += len(value) if value.isascii() else len(value.encode())
    return size
