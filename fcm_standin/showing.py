"""Showing: a message as the device gets it, put together the way FCM does for its platform."""

from collections.abc import Mapping
from typing import Any

from fcm_standin.checking import sizes
from fcm_standin.clock import written
from fcm_standin.delivering import Delivery
from fcm_standin.installing import Platform

NONE: Mapping[str, Any] = {}


def delivery(one: Delivery) -> dict[str, Any]:
    """What the control API says of one message for one device.

    message -- as FCM read it; received -- as the app gets it.
    """
    app, content = one.app, one.message.content
    return {
        "number": one.number,
        "name": one.name,
        "fid": app.fid,
        "platform": app.platform,
        "kind": app.kind,
        "fate": one.fate,
        "sent_at": written(one.sent_at),
        "at": written(one.fate_at) if one.fate_at else None,
        "message": content,
        "received": received(content, app.platform),
    }


def received(content: Mapping[str, Any], platform: Platform) -> dict[str, Any]:
    """What the app on a device gets of a message."""
    if platform is Platform.IOS:
        apns = content.get("apns", NONE)
        return {"headers": apns.get("headers", {}), "payload": sizes.apns_payload(content)}
    special = content.get("android" if platform is Platform.ANDROID else "webpush", NONE)
    got: dict[str, Any] = {"data": special.get("data", content.get("data", {}))}
    notification = {**content.get("notification", NONE), **special.get("notification", NONE)}
    if notification:
        got["notification"] = notification
    if platform is Platform.WEB:
        return got | {"headers": special.get("headers", {})}
    # FCM's own: what is shown is urgent unless it says otherwise, what is data is not.
    usual = "HIGH" if notification else "NORMAL"
    got["priority"] = special.get("priority", usual)
    return got | {"collapse_key": special.get("collapse_key")}
