"""Terms: how long a message may wait for its device, and what it takes the place of.

Each platform has its own way to say so: Android's `ttl` and `collapse_key`, Apple's
`apns-expiration` and `apns-collapse-id`, a browser's `TTL` and `Topic` (RFC 8030).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fcm_standin.installing import Platform

FOUR_WEEKS_S = 2_419_200.0
NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a message says to each platform; None where it says nothing.

    apns_expires_at -- seconds since 1970; 0: Apple does not keep the notification at all.
    package -- only an Android app of this name may get it.
    """

    android_ttl_s: float | None
    android_key: str | None
    apns_expires_at: float | None
    apns_key: str | None
    web_ttl_s: float | None
    web_key: str | None
    package: str | None

    def of(self, platform: Platform, now: float) -> tuple[float, str | None]:
        """Seconds, at most four weeks, and the key, None for a message that nothing replaces."""
        if platform is Platform.ANDROID:
            return _or_usual(self.android_ttl_s), self.android_key
        if platform is Platform.WEB:
            return _or_usual(self.web_ttl_s), self.web_key
        if self.apns_expires_at is None:
            return FOUR_WEEKS_S, self.apns_key
        return min(max(0.0, self.apns_expires_at - now), FOUR_WEEKS_S), self.apns_key


def read(content: Mapping[str, Any]) -> Terms:
    """The terms in the fields of a message that FCM takes."""
    android = content.get("android", NONE)
    ttl_s = android.get("ttl")
    apns, web = _headers(content.get("apns")), _headers(content.get("webpush"))
    expires_at, web_ttl_s = apns.get("apns-expiration"), web.get("ttl")
    return Terms(
        # FCM rounds a fraction of a second down.
        None if ttl_s is None else float(int(ttl_s)),
        android.get("collapse_key") or None,
        None if expires_at is None else float(expires_at),
        apns.get("apns-collapse-id"),
        None if web_ttl_s is None else float(web_ttl_s),
        web.get("topic"),
        android.get("restricted_package_name") or None,
    )


def _headers(part: Mapping[str, Any] | None) -> Mapping[str, str]:
    given = part.get("headers") if part else None
    return {name.lower(): value for name, value in given.items()} if given else NONE


def _or_usual(ttl_s: float | None) -> float:
    return FOUR_WEEKS_S if ttl_s is None else ttl_s
