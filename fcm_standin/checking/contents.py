"""Contents: what FCM refuses of a message whose shape is right.

From "REST Resource: projects.messages", "FCM Error Codes" (firebase.google.com) and, for what goes
on to Apple, "Sending notification requests to APNs" (developer.apple.com). The first fault in the
order of `CHECKS` is answered.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fcm_standin.checking import conditions
from fcm_standin.errors import Violation

TOPIC = re.compile(r"[a-zA-Z0-9\-_.~%]+\Z")
LABEL = re.compile(r"[a-zA-Z0-9\-_.~%]{1,50}\Z")
COLOR = re.compile(r"#[0-9a-fA-F]{6}\Z")
# Whole, or with a word after them: both are FCM's own.
RESERVED = ("google", "gcm")
RESERVED_WHOLE = frozenset({"from", "message_type"})
TTL_S_MAX = 2_419_200
COLLAPSE_ID_BYTES_MAX = 64
URL_CHARACTERS_MAX = 2_048
LIGHT = ("color", "light_on_duration", "light_off_duration")
APNS_PRIORITIES = frozenset({"1", "5", "10"})
PUSH_TYPES = frozenset(
    {
        "alert",
        "background",
        "complication",
        "controls",
        "fileprovider",
        "liveactivity",
        "location",
        "mdm",
        "pushtotalk",
        "voip",
        "widgets",
    }
)
URGENCIES = frozenset({"very-low", "low", "normal", "high"})
EVENTS = frozenset({"start", "update", "end"})
NONE: Mapping[str, Any] = {}

Content = Mapping[str, Any]


def _targets(message: Content) -> Iterator[Violation]:
    topic, condition = message.get("topic"), message.get("condition")
    if topic and not TOPIC.match(topic):
        yield Violation("message.topic", "Invalid topic name")
    if condition:
        try:
            conditions.compiled(condition)
        except conditions.BadCondition as wrong:
            yield Violation("message.condition", f"Invalid condition expression provided. {wrong}")


def _keys(message: Content) -> Iterator[Violation]:
    for path, part in (
        ("message.data", message),
        ("message.android.data", message.get("android", NONE)),
        ("message.webpush.data", message.get("webpush", NONE)),
    ):
        for key in part.get("data", NONE):
            if key in RESERVED_WHOLE or key.startswith(RESERVED):
                yield Violation(path, f"Invalid data payload key: {key}")


def _labels(message: Content) -> Iterator[Violation]:
    for path, part in (
        ("message.", message),
        ("message.android.", message.get("android", NONE)),
        ("message.apns.", message.get("apns", NONE)),
        ("message.webpush.", message.get("webpush", NONE)),
    ):
        label = part.get("fcm_options", NONE).get("analytics_label")
        if label and not LABEL.match(label):
            yield Violation(f"{path}fcm_options.analytics_label", "Invalid analytics label")


def _android(message: Content) -> Iterator[Violation]:
    android = message.get("android")
    if not android:
        return
    if not 0 <= android.get("ttl", 0) <= TTL_S_MAX:
        told = "Invalid ttl: it must be a duration between 0 and 2419200 seconds"
        yield Violation("message.android.ttl", told)
    notification = android.get("notification")
    if notification:
        yield from _android_notification(notification)


def _android_notification(notification: Content) -> Iterator[Violation]:
    path = "message.android.notification."
    color = notification.get("color")
    if color and not COLOR.match(color):
        yield Violation(path + "color", "Invalid color: it must be in the form #RRGGBB")
    if notification.get("notification_count", 0) < 0:
        yield Violation(path + "notification_count", "Invalid notification count")
    for field in ("title", "body"):
        if notification.get(f"{field}_loc_args") and not notification.get(f"{field}_loc_key"):
            yield Violation(f"{path}{field}_loc_key", f"Missing {field}_loc_key for its arguments")
    if any(seconds < 0 for seconds in notification.get("vibrate_timings", ())):
        yield Violation(path + "vibrate_timings", "Invalid vibrate timings")
    light = notification.get("light_settings")
    if light is not None:
        yield from _light(light)


def _light(light: Content) -> Iterator[Violation]:
    path = "message.android.notification.light_settings."
    for field in LIGHT:
        if field not in light:
            yield Violation(path + field, f"Missing {field}")
        elif field != "color" and light[field] < 0:
            yield Violation(path + field, f"Invalid {field}")
    if not all(0 <= value <= 1 for value in light.get("color", NONE).values()):
        yield Violation(path + "color", "Invalid color")


def _images(message: Content) -> Iterator[Violation]:
    for path, part in (
        ("message.notification.", message.get("notification", NONE)),
        (
            "message.android.notification.",
            message.get("android", NONE).get("notification", NONE),
        ),
        ("message.apns.fcm_options.", message.get("apns", NONE).get("fcm_options", NONE)),
    ):
        image = part.get("image")
        if image and not _is_https(image):
            yield Violation(path + "image", "Invalid image: it must be an HTTPS URL")


def _apns(message: Content) -> Iterator[Violation]:
    apns = message.get("apns")
    if not apns:
        return
    headers = {name.lower(): value for name, value in apns.get("headers", NONE).items()}
    yield from _apns_headers(headers)
    aps = apns.get("payload", NONE).get("aps")
    if aps is not None and not isinstance(aps, dict):
        yield Violation("message.apns.payload.aps", "Invalid aps: it must be an object")
        return
    if aps is not None:
        yield from _aps(aps, message)
    if "live_activity_token" in apns:
        yield from _live_activity(apns["live_activity_token"], aps or NONE)
    if headers.get("apns-priority") == "10" and _is_silent(message, aps or NONE):
        told = "Invalid apns-priority: only 5 is allowed for a message of data alone"
        yield Violation("message.apns.headers", told)


def _apns_headers(headers: Content) -> Iterator[Violation]:
    path = "message.apns.headers"
    if headers.get("apns-priority", "10") not in APNS_PRIORITIES:
        yield Violation(path, "Invalid apns-priority: it must be 1, 5 or 10")
    if headers.get("apns-push-type", "alert") not in PUSH_TYPES:
        yield Violation(path, "Invalid apns-push-type")
    if not _is_number(headers.get("apns-expiration", "0")):
        yield Violation(path, "Invalid apns-expiration: it must be a UNIX time in seconds")
    if len(headers.get("apns-collapse-id", "").encode(errors="replace")) > COLLAPSE_ID_BYTES_MAX:
        yield Violation(path, "Invalid apns-collapse-id: it must not exceed 64 bytes")


def _aps(aps: Content, message: Content) -> Iterator[Violation]:
    path = "message.apns.payload.aps"
    if not isinstance(aps.get("alert", ""), str | dict):
        yield Violation(f"{path}.alert", "Invalid alert: it must be a string or an object")
    badge = aps.get("badge", 0)
    if isinstance(badge, bool) or not isinstance(badge, int | float) or badge < 0:
        yield Violation(f"{path}.badge", "Invalid badge: it must be a number")
    if not isinstance(aps.get("sound", ""), str | dict):
        yield Violation(f"{path}.sound", "Invalid sound: it must be a string or an object")
    if not aps and not message.get("notification"):
        yield Violation(path, "Request contains an invalid argument.")


def _live_activity(token: str, aps: Content) -> Iterator[Violation]:
    path = "message.apns.payload.aps"
    if not token:
        yield Violation("message.apns.live_activity_token", "Invalid live activity token")
    if aps.get("event") not in EVENTS:
        yield Violation(f"{path}.event", "Invalid event: it must be start, update or end")
    if not isinstance(aps.get("timestamp"), int | float):
        yield Violation(f"{path}.timestamp", "Missing timestamp of a live activity")
    if not isinstance(aps.get("content-state"), dict):
        yield Violation(f"{path}.content-state", "Missing content-state of a live activity")


def _webpush(message: Content) -> Iterator[Violation]:
    webpush = message.get("webpush")
    if not webpush:
        return
    link = webpush.get("fcm_options", NONE).get("link")
    if link and not _is_https(link):
        yield Violation("message.webpush.fcm_options.link", "Invalid link: it must be HTTPS")
    headers = {name.lower(): value for name, value in webpush.get("headers", NONE).items()}
    if not _is_number(headers.get("ttl", "0")) or int(headers.get("ttl", "0")) > TTL_S_MAX:
        yield Violation("message.webpush.headers", "Invalid TTL")
    if headers.get("urgency", "normal") not in URGENCIES:
        yield Violation("message.webpush.headers", "Invalid Urgency")


CHECKS: tuple[Callable[[Content], Iterator[Violation]], ...] = (
    _targets,
    _keys,
    _labels,
    _android,
    _images,
    _apns,
    _webpush,
)


def fault(message: Content) -> Violation | None:
    """The first thing that FCM does not take."""
    for check in CHECKS:
        for violation in check(message):
            return violation
    return None


def _is_https(url: str) -> bool:
    return url.startswith("https://") and len(url) <= URL_CHARACTERS_MAX and " " not in url


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 12


def _is_silent(message: Content, aps: Content) -> bool:
    return not (message.get("notification") or aps.keys() & {"alert", "badge", "sound", "event"})
