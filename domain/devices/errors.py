"""What devices refuse. BadLocale and BadZone come from programmes."""

from infra.errors import Refused


class NoSuchDevice(Refused):
    """The member has no such device; somebody else's is none of theirs."""

    code = "NO_SUCH_DEVICE"


class BadInstallation(Refused):
    """Not a Firebase Installation ID: 22 characters of base64url, the first of them c to f. A
    registration token of FCM is none: asking for one ends what the installation is reached by."""

    code = "BAD_INSTALLATION"
    path = ("installation",)


class InstallationUsed(Refused):
    """That installation is another device's already: register it, which moves it, instead."""

    code = "INSTALLATION_USED"
    path = ("installation",)


class BadKind(Refused):
    """There is no such platform or kind, or not together: no watch runs a browser's pushes."""

    code = "BAD_DEVICE_KIND"
    path = ("kind",)


class BadVersion(Refused):
    """An app's version is 1 to 40 letters, digits and . _ + -, a letter or digit first."""

    code = "BAD_APP_VERSION"
    path = ("app_version",)


class BadDeviceName(Refused):
    """A device's name is 1 to 60 characters of plain text."""

    code = "BAD_DEVICE_NAME"
    path = ("name",)


class TooManyDevices(Refused):
    """The member has as many devices as one may have: remove one."""

    code = "TOO_MANY_DEVICES"

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"there are {limit} devices, which is the most")
        self.limit = limit


class BadLiveToken(Refused):
    """Not the push token of a Live Activity: 32 to 200 bytes, written in hexadecimal."""

    code = "BAD_LIVE_TOKEN"
    path = ("token",)


class NotLive(Refused):
    """Only a phone with iOS that can be pushed to shows Live Activities."""

    code = "NO_LIVE_ACTIVITIES"


class TooManyLive(Refused):
    """The device follows as many challenges as one may at a time."""

    code = "TOO_MANY_LIVE"

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"{limit} challenges are followed, which is the most")
        self.limit = limit


class TokenUnknown(Refused):
    """The device's token proves nothing, or not any more: sign in again."""

    code = "UNAUTHENTICATED"


class NoSuchCode(Refused):
    """No device waits with that code: mistyped, too old, or already decided."""

    code = "NO_SUCH_CODE"
    path = ("user_code",)


class TooManyCodes(Refused):
    """The member has tried as many codes as one may in an hour."""

    code = "TOO_MANY_CODES"
    retryable = True
