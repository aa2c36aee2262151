"""The stand-in itself: the parts of it and how they hang together; no network here."""

from dataclasses import asdict
from pathlib import Path

from fcm_standin import granting
from fcm_standin.clock import Clock
from fcm_standin.delivering import Post
from fcm_standin.exchange import Reply, Request
from fcm_standin.http2 import Shape, Traffic
from fcm_standin.installing import Apps
from fcm_standin.limiting import Limits, Meter
from fcm_standin.ruling import Rules
from fcm_standin.sending import SEND, Sending, not_found
from fcm_standin.subscribing import PATH, Subscribing

PROJECT = "demo-project"
KEEP = 20_000


class StandIn:
    """FCM for one project, and whatever a test wants to know or change of it.

    seed -- decides which messages a share of a rule is about, and the FIDs of apps; None: shares as
        with 0, FIDs at random.
    keep -- so many deliveries are kept, and as many that were dropped.
    """

    def __init__(
        self,
        folder: Path,
        *,
        project: str = PROJECT,
        seed: int | None = None,
        keep: int = KEEP,
        adopting: bool = False,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.clock = folder, Clock()
        self.account = granting.account(folder, project)
        self.tokens = granting.Tokens(
            self.account, self.clock, audiences=frozenset({granting.GOOGLE})
        )
        self.apps = Apps(project, seed=seed, adopting=adopting)
        self.meter, self.rules = Meter(Limits()), Rules(seed or 0)
        self.post = Post(self.clock, self.meter.limits, keep=keep)
        self.shape, self.traffic = Shape(), Traffic()
        self._sending = Sending(
            tokens=self.tokens,
            rules=self.rules,
            meter=self.meter,
            apps=self.apps,
            post=self.post,
            clock=self.clock,
        )
        self._subscribing = Subscribing(self.tokens, self.apps)
        self.sends = self._sending.sends

    def reply(self, request: Request) -> Reply:
        """The answer of Google's side: sending, and the token endpoint."""
        sending = SEND.match(request.path)
        if sending is not None and request.method == "POST":
            return self._sending.reply(request, sending[1])
        subscribing = PATH.match(request.path)
        if subscribing is not None:
            return self._subscribing.reply(request, subscribing)
        if request.path == "/token" and request.method == "POST":
            return self.tokens.reply(request.body)
        return not_found(request)

    def advance(self, seconds: float) -> None:
        """Move the clock forward, and let everything happen that is due by then."""
        self.clock.advance(seconds)
        self.post.release_all()

    def stats(self) -> dict[str, object]:
        """What has happened so far, in numbers."""
        return {
            "sends": asdict(self.sends),
            "tokens": {"fetches": self.tokens.fetches, "refusals": self.tokens.refusals},
            "connections": asdict(self.traffic),
            "deliveries": {
                "delivered": self.post.delivered,
                "waiting": self.post.waiting(),
                "dropped": self.post.dropped,
            },
            "apps": len(self.apps),
        }
