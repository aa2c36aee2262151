"""Building: one message in the shape of its platform, encoded by Firebase's own library.

The library's encoder checks types and words, `checking` what the library lets through, and the
sizes are those of the bytes that go out. Phone and watch of one member show one event once: the
data `id`, Apple's collapse id and Android's tag are the event's, and the apps use the same id as
dismissal id, so that what is dismissed here disappears there.
"""

from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from firebase_admin import messaging

from infra.push import checking
from infra.push.records import BadMessage, Built, Level, LiveUpdate, Message, Platform, Priority

# The version of what we promise apps about `data`.
VERSION = "1"
# Web Push's words for how urgent a message is (RFC 8030, section 5.3).
URGENCY: Final = {Priority.HIGH: "high", Priority.NORMAL: "normal"}
APNS_PRIORITY: Final = {Priority.HIGH: "10", Priority.NORMAL: "5"}


def build(message: Message, *, at: datetime) -> Built:
    """`message` as it is sent at `at`: once for all tries, so that it expires when it should.

    Raises BadMessage: what Firebase would refuse, then what is over the budgets.
    """
    checking.check(message)
    expires_at = at + timedelta(seconds=message.ttl_s)
    encoded = _encoded(message, expires_at)
    try:
        said = orjson.loads(str(encoded))
        body = orjson.dumps({"message": said})
    except (TypeError, ValueError) as error:
        raise BadMessage("message", str(error)) from error
    checking.check_sizes(body, _delivered(said))
    return Built(
        id=message.id,
        target=message.target,
        platform=message.platform,
        template=message.template,
        expires_at=expires_at,
        body=body,
        encoded=encoded,
    )


def _encoded(message: Message, expires_at: datetime) -> Any:
    told: dict[str, Any] = {"fid": message.target, "data": _data(message)}
    if message.label is not None:
        told["fcm_options"] = messaging.FCMOptions(analytics_label=message.label)
    if message.live is not None:
        return messaging.Message(**told, apns=_live(message, message.live, expires_at))
    if message.platform is Platform.IOS:
        return messaging.Message(**told, apns=_apple(message, expires_at))
    if message.platform is Platform.ANDROID:
        return messaging.Message(**told, android=_android(message))
    return messaging.Message(**told, webpush=_web(message))


def _data(message: Message) -> dict[str, str]:
    data = {"v": VERSION, "id": message.id, **message.data}
    if message.platform is Platform.WEB and message.body_key is not None:
        # A browser has no texts of its own: its service worker puts them together.
        data["body_key"] = message.body_key
        data["body_args"] = orjson.dumps(list(message.body_args)).decode()
        if message.title_key is not None:
            data["title_key"] = message.title_key
    return data


def _apple(message: Message, expires_at: datetime) -> Any:
    alert = messaging.ApsAlert(
        title=message.title,
        body=message.body,
        title_loc_key=message.title_key,
        loc_key=message.body_key,
        loc_args=list(message.body_args),
    )
    aps = messaging.Aps(
        alert=alert,
        # A passive message makes no sound, whatever was asked for.
        sound=None if message.level is Level.PASSIVE else message.sound,
        category=message.category,
        thread_id=message.thread,
        mutable_content=True,
        custom_data={
            "interruption-level": message.level.value,
            "relevance-score": message.relevance,
        },
    )
    headers = {
        "apns-push-type": "alert",
        "apns-priority": APNS_PRIORITY[message.priority],
        "apns-expiration": _expiration(message, expires_at),
        "apns-collapse-id": message.collapse or message.id,
    }
    return messaging.APNSConfig(headers=headers, payload=messaging.APNSPayload(aps))


def _live(message: Message, live: LiveUpdate, expires_at: datetime) -> Any:
    """Apple, "Starting and updating Live Activities with ActivityKit push notifications"."""
    said: dict[str, Any] = {
        "timestamp": int(live.at.timestamp()),
        "event": "end" if live.ends else "update",
        "content-state": dict(live.state),
        "relevance-score": message.relevance,
    }
    if live.stale_at is not None:
        said["stale-date"] = int(live.stale_at.timestamp())
    headers = {
        "apns-priority": APNS_PRIORITY[message.priority],
        "apns-expiration": _expiration(message, expires_at),
    }
    payload = messaging.APNSPayload(messaging.Aps(custom_data=said))
    return messaging.APNSConfig(headers=headers, payload=payload, live_activity_token=live.token)


def _android(message: Message) -> Any:
    """A tag replaces what has the same tag; a collapse key would be throttled, 20 and then one in
    three minutes."""
    notification = messaging.AndroidNotification(
        title=message.title,
        body=message.body,
        title_loc_key=message.title_key,
        body_loc_key=message.body_key,
        body_loc_args=list(message.body_args),
        channel_id=message.channel,
        tag=message.collapse or message.id,
        visibility="private",
        # Else Wear OS shows what the phone got beside what the watch got.
        local_only=True if message.alone else None,
    )
    return messaging.AndroidConfig(
        priority=message.priority.value, ttl=message.ttl_s, notification=notification
    )


def _web(message: Message) -> Any:
    shown = None
    if message.body is not None:
        shown = messaging.WebpushNotification(
            title=message.title, body=message.body, tag=message.collapse or message.id
        )
    headers = {"TTL": str(message.ttl_s), "Urgency": URGENCY[message.priority]}
    return messaging.WebpushConfig(headers=headers, notification=shown)


def _expiration(message: Message, expires_at: datetime) -> str:
    # 0 is Apple's word for "now or never".
    return str(int(expires_at.timestamp())) if message.ttl_s else "0"


def _delivered(said: dict[str, Any]) -> bytes:
    """What an iPhone gets: the payload, and beside `aps` the data, as Firebase puts it."""
    if "apns" not in said:
        return b""
    return orjson.dumps({**said.get("data", {}), **said["apns"]["payload"]})
