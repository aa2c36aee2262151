"""Installing: app instances that do not exist, and how they can be reached.

An instance has a Firebase Installation ID (FID): 22 characters of base64url that begin with c, d,
e or f ("FirebaseInstallations", firebase.google.com). It is addressed by this or by a registration
token, never by both: asking for a token ends the registration of the FID.
"""

import base64
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random, SystemRandom

FID = re.compile(r"[cdef][A-Za-z0-9_-]{21}\Z")
TOKEN = re.compile(r"[A-Za-z0-9_-]{8,}:[A-Za-z0-9_-]{100,}\Z")
TOKEN_MARK = "APA91b"
APPS_MAX = 2_000_000


class Platform(StrEnum):
    """What the instance runs on."""

    ANDROID = "android"
    IOS = "ios"
    WEB = "web"


class Target(StrEnum):
    """What an instance is addressed by."""

    FID = "fid"
    TOKEN = "token"


@dataclass(slots=True)
class App:
    """One instance on one device.

    project -- the one whose messages it takes; other projects get SENDER_ID_MISMATCH.
    restricted -- the person has stopped the app in the system's settings: what comes is dropped.
    """

    fid: str
    platform: Platform
    kind: str
    project: str
    target: Target = Target.FID
    token: str | None = None
    package: str = "com.example.app"
    installed: bool = True
    online: bool = True
    restricted: bool = False
    topics: set[str] = field(default_factory=set)

    def told(self) -> dict[str, object]:
        """What the control API says of it."""
        return {
            "fid": self.fid,
            "token": self.token,
            "target": self.target,
            "platform": self.platform,
            "kind": self.kind,
            "project": self.project,
            "package": self.package,
            "installed": self.installed,
            "online": self.online,
            "restricted": self.restricted,
            "topics": sorted(self.topics),
        }


class Apps:
    """Every instance there is or was.

    seed -- makes the same FIDs in every run. None: such as nobody has had before, so that a FID
        which an app server remembers from an earlier run is never somebody else's.
    adopting -- take a well-formed target that nobody installed for an app that somebody did: for
        load tests, which would have to install a million first.
    """

    def __init__(self, project: str, *, seed: int | None = None, adopting: bool = False) -> None:
        self.project, self.adopting = project, adopting
        self._random = SystemRandom() if seed is None else Random(f"apps {seed}")
        self._apps: dict[str, App] = {}
        self._tokens: dict[str, App] = {}

    def __len__(self) -> int:
        return len(self._apps)

    def install(
        self,
        *,
        platform: Platform = Platform.ANDROID,
        kind: str = "phone",
        target: Target = Target.FID,
        project: str | None = None,
        package: str = "com.example.app",
        fid: str | None = None,
    ) -> App:
        """A new instance, online; `fid` where it must be a certain one, which may come back."""
        fid = fid or self._new_fid()
        app = App(fid, platform, kind, project or self.project, package=package)
        self._apps[fid] = app
        if target is Target.TOKEN:
            self.ask_for_token(app)
        return app

    def ask_for_token(self, app: App) -> str:
        """Address the app by a new registration token from now on; the old target is dead."""
        if app.token is not None:
            del self._tokens[app.token]
        noise = base64.urlsafe_b64encode(self._random.randbytes(99)).decode()
        app.token = f"{app.fid}:{TOKEN_MARK}{noise}"
        app.target = Target.TOKEN
        self._tokens[app.token] = app
        return app.token

    def find(self, fid: str) -> App | None:
        """The instance of a FID, whatever became of it."""
        return self._apps.get(fid)

    def addressed(self, target: Target, value: str) -> App | None:
        """The instance that `value` addresses, adopted where that is allowed.

        None where it cannot be reached by it: UNREGISTERED.
        """
        if target is Target.TOKEN:
            app = self._tokens.get(value)
            if app is None and self.adopting and value.partition(":")[0] not in self._apps:
                app = self.install(fid=value.partition(":")[0])
                app.target, app.token = Target.TOKEN, value
                self._tokens[value] = app
        else:
            app = self._apps.get(value)
            if app is None and self.adopting:
                app = self.install(fid=value)
        if app is None or not app.installed or app.target is not target:
            return None
        return app

    def subscribed(self, meant: Callable[[Collection[str]], bool]) -> list[App]:
        """The instances whose topics are meant: in a list, since delivering may change them."""
        return [app for app in self._apps.values() if app.installed and meant(app.topics)]

    def everyone(self) -> list[App]:
        """All instances, the oldest first."""
        return list(self._apps.values())

    def _new_fid(self) -> str:
        # The first four bits are 0111, which base64 writes as c, d, e or f.
        raw = bytearray(self._random.randbytes(17))
        raw[0] = 0b0111_0000 | (raw[0] & 0b0000_1111)
        return base64.urlsafe_b64encode(raw).decode()[:22]


def well_formed(target: Target, value: str) -> bool:
    """Whether it could be one at all; FCM answers another error where it could not."""
    pattern = FID if target is Target.FID else TOKEN
    return pattern.match(value) is not None
