"""Senders: what an app server would do, without a network where the network is not the matter."""

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import orjson
from joserfc import jwt
from joserfc.jwk import RSAKey

from fcm_standin import StandIn
from fcm_standin.exchange import Reply, Request
from fcm_standin.granting import GOOGLE, GRANT_TYPE

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
SEND = "/v1/projects/demo-project/messages:send"


def assertion(standin: StandIn, *, algorithm: str = "RS256", key: Any = None, **claims: Any) -> str:
    """What a service account signs to get a token; claims given as None are left out."""
    now = int(time.time())
    account = standin.account
    said = {"iss": account.email, "aud": GOOGLE, "scope": SCOPE, "iat": now, "exp": now + 3600}
    said |= claims
    content = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(
        {"alg": algorithm}, content, key or _signing(account.pem()), algorithms=[algorithm]
    )


@lru_cache
def _signing(pem: bytes) -> RSAKey:
    return RSAKey.import_key(pem)


def form(signed: str, *, grant_type: str = GRANT_TYPE) -> bytes:
    """The body of POST /token."""
    return urlencode({"grant_type": grant_type, "assertion": signed}).encode()


@dataclass
class Sender:
    """Sends to a stand-in with a token of its own."""

    standin: StandIn

    def __post_init__(self) -> None:
        self.token = self.standin.tokens.grant(form(assertion(self.standin)))

    def post(self, body: Any, *, path: str = SEND, token: str | None = None) -> Reply:
        """The answer to a body, which may be bytes that are no JSON."""
        sent = body if isinstance(body, bytes) else orjson.dumps(body)
        headers = {"authorization": f"Bearer {token or self.token}"}
        return self.standin.reply(Request("POST", path, "", headers, sent))

    def send(self, fid: str, **fields: Any) -> Reply:
        """The answer to a message to an app."""
        return self.post({"message": {"fid": fid, **fields}})

    def received(self, fid: str | None = None) -> list[dict[str, str]]:
        """The data of what was delivered, the oldest first."""
        found = self.standin.post.after(0, fid=fid, limit=1_000)
        return [one.message.content.get("data", {}) for one in found]


def error(reply: Reply) -> tuple[int, str, str | None]:
    """The status, Google's word for it, and FCM's own."""
    told = orjson.loads(reply.body)["error"]
    codes = [detail.get("errorCode") for detail in told.get("details", [])]
    return reply.status, told["status"], next((code for code in codes if code), None)
