"""What an app server would do with firebase-admin: run as a program, it says how it went.

It is given what to do and the FIDs to do it with, and knows nothing of the stand-in.
"""

import asyncio
import datetime
import json
import sys
from collections.abc import Sequence
from typing import Any

import firebase_admin
from firebase_admin import messaging


def full(fid: str, number: int) -> messaging.Message:
    """A message that uses every part of the library's builder."""
    light = messaging.LightSettings("#aabbccdd", 200, 300)
    android = messaging.AndroidNotification(
        **{"title_loc_key": "t", "body_loc_key": "b", "body_loc_args": ["Åsa", "100"]},
        **{
            "color": "#AABBCC",
            "tag": "tag",
            "channel_id": "points",
            "image": "https://a.com/a.png",
        },
        **{"ticker": "x", "sticky": True, "local_only": False, "priority": "high"},
        **{"event_timestamp": datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)},
        **{"vibrate_timings_millis": [100, 50, 250], "visibility": "private"},
        **{"light_settings": light, "notification_count": 3, "proxy": "deny"},
    )
    alert = messaging.ApsAlert(title_loc_key="t", loc_key="b", loc_args=["Åsa", "100"])
    aps = messaging.Aps(
        **{"alert": alert, "badge": 3, "category": "XFER", "thread_id": "x"},
        **{"sound": messaging.CriticalSound("default", critical=True, volume=0.5)},
        **{"mutable_content": True, "custom_data": {"interruption-level": "active"}},
    )
    label = {"analytics_label": "transfer_received"}
    return messaging.Message(
        fid=fid,
        data={"number": str(number)},
        notification=messaging.Notification("Hello", "Åsa", "https://a.com/a.png"),
        android=messaging.AndroidConfig(
            **{"priority": "high", "ttl": datetime.timedelta(days=3), "notification": android},
            **{"fcm_options": messaging.AndroidFCMOptions(**label), "direct_boot_ok": True},
        ),
        apns=messaging.APNSConfig(
            headers={"apns-priority": "10", "apns-collapse-id": "one"},
            payload=messaging.APNSPayload(aps, number=number),
            fcm_options=messaging.APNSFCMOptions(**label, image="https://a.com/a.png"),
        ),
        webpush=messaging.WebpushConfig(
            headers={"TTL": "60", "Urgency": "high"},
            notification=messaging.WebpushNotification("Hello", "Åsa"),
            fcm_options=messaging.WebpushFCMOptions("https://a.com/"),
        ),
        fcm_options=messaging.FCMOptions(**label),
    )


def told(batch: messaging.BatchResponse) -> list[str]:
    """The message's name, or the name of the error, of each."""
    return [one.message_id or type(one.exception).__name__ for one in batch.responses]


def all_of_it(fids: Sequence[str]) -> dict[str, Any]:
    """Every way to send, and the topics."""
    messages = [full(fid, number) for number, fid in enumerate(fids)]
    many = messaging.MulticastMessage(fids=list(fids), data={"number": "many"})
    said: dict[str, Any] = {
        "each": told(messaging.send_each(messages)),
        "multicast": told(messaging.send_each_for_multicast(many)),
        "dry": told(messaging.send_each(messages[:2], dry_run=True)),
    }
    subscribed = messaging.subscribe_to_topic(list(fids[:2]), "news")
    said["subscribed"] = [subscribed.success_count, subscribed.failure_count]
    said["topic"] = messaging.send(messaging.Message(topic="news", data={"number": "topic"}))
    left = messaging.unsubscribe_from_topic([fids[0]], "news")
    said["left"] = [left.success_count, left.failure_count]
    condition = "'news' in topics && !('cats' in topics)"
    message = messaging.Message(condition=condition, data={"number": "condition"})
    said["condition"] = messaging.send(message)
    return said


def one_by_one(fids: Sequence[str]) -> dict[str, Any]:
    """How each fails."""
    messages = [messaging.Message(fid=fid, data={"a": "b"}) for fid in fids]
    return {"each": told(messaging.send_each(messages))}


def at_once(fids: Sequence[str]) -> dict[str, Any]:
    """The same way asynchronously, which the library does over HTTP/2."""
    messages = [messaging.Message(fid=fid, data={"number": "async"}) for fid in fids]
    batch = asyncio.run(messaging.send_each_async(messages, dry_run=False))
    return {"each": told(batch)}


if __name__ == "__main__":
    firebase_admin.initialize_app()
    what, *fids = sys.argv[1:]
    doing = {"all": all_of_it, "errors": one_by_one, "async": at_once}
    sys.stdout.write(json.dumps(doing[what](fids)) + "\n")
