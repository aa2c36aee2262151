"""Schema: the fields of a message ("REST Resource: projects.messages", firebase.google.com)."""

from fcm_standin.checking.shapes import (
    duration,
    enum,
    flag,
    many,
    number,
    record,
    struct,
    text,
    text_map,
    texts,
    timestamp,
    whole,
)

OPTIONS = {"analytics_label": text}
COLOR = record("Color", {"red": number, "green": number, "blue": number, "alpha": number})
LIGHT = record(
    "LightSettings",
    {"color": COLOR, "light_on_duration": duration, "light_off_duration": duration},
)
NOTIFICATION_PRIORITY = enum(
    "AndroidNotification.NotificationPriority",
    "PRIORITY_UNSPECIFIED",
    "PRIORITY_MIN",
    "PRIORITY_LOW",
    "PRIORITY_DEFAULT",
    "PRIORITY_HIGH",
    "PRIORITY_MAX",
)
VISIBILITY = enum(
    "AndroidNotification.Visibility", "VISIBILITY_UNSPECIFIED", "PRIVATE", "PUBLIC", "SECRET"
)
PROXY = enum(
    "AndroidNotification.Proxy", "PROXY_UNSPECIFIED", "ALLOW", "DENY", "IF_PRIORITY_LOWERED"
)
ANDROID_NOTIFICATION = record(
    "AndroidNotification",
    {
        "title": text,
        "body": text,
        "icon": text,
        "color": text,
        "sound": text,
        "tag": text,
        "click_action": text,
        "body_loc_key": text,
        "body_loc_args": texts,
        "title_loc_key": text,
        "title_loc_args": texts,
        "channel_id": text,
        "ticker": text,
        "sticky": flag,
        "event_time": timestamp,
        "local_only": flag,
        "notification_priority": NOTIFICATION_PRIORITY,
        "default_sound": flag,
        "default_vibrate_timings": flag,
        "default_light_settings": flag,
        "vibrate_timings": many(duration),
        "visibility": VISIBILITY,
        "notification_count": whole,
        "light_settings": LIGHT,
        "image": text,
        "bypass_proxy_notification": flag,
        "proxy": PROXY,
    },
)
ANDROID = record(
    "AndroidConfig",
    {
        "collapse_key": text,
        "priority": enum("AndroidMessagePriority", "NORMAL", "HIGH"),
        "ttl": duration,
        "restricted_package_name": text,
        "data": text_map,
        "notification": ANDROID_NOTIFICATION,
        "fcm_options": record("AndroidFcmOptions", OPTIONS),
        "direct_boot_ok": flag,
        "bandwidth_constrained_ok": flag,
        "restricted_satellite_ok": flag,
    },
)
APNS = record(
    "ApnsConfig",
    {
        "headers": text_map,
        "payload": struct,
        "fcm_options": record("ApnsFcmOptions", {**OPTIONS, "image": text}),
        "live_activity_token": text,
    },
)
WEBPUSH = record(
    "WebpushConfig",
    {
        "headers": text_map,
        "data": text_map,
        "notification": struct,
        "fcm_options": record("WebpushFcmOptions", {**OPTIONS, "link": text}),
    },
)
NOTIFICATION = record("Notification", {"title": text, "body": text, "image": text})
MESSAGE = record(
    "Message",
    {
        "name": text,
        "data": text_map,
        "notification": NOTIFICATION,
        "android": ANDROID,
        "webpush": WEBPUSH,
        "apns": APNS,
        "fcm_options": record("FcmOptions", OPTIONS),
        "fid": text,
        "token": text,
        "topic": text,
        "condition": text,
    },
)
REQUEST = record("SendMessageRequest", {"message": MESSAGE, "validate_only": flag})
