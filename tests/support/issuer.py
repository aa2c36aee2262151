"""Issuer: a small OIDC issuer on a port of its own, with keys that tests may change."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

from infra.identity import Identity, Verifier
from infra.settings import Issuer

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

KEYS: dict[str, Key] = {}


def a_key(kid: str, *, kind: str = "RSA") -> Key:
    """A signing key; made once per id, since making one takes a while."""
    if kid not in KEYS:
        made: Key = (
            RSAKey.generate_key(2048, {"kid": kid})
            if kind == "RSA"
            else ECKey.generate_key("P-256", {"kid": kid})
        )
        KEYS[kid] = made
    return KEYS[kid]


@dataclass
class FakeIssuer:
    """Serves a discovery document and a JWKS; counts how often the keys were asked for.

    `answer` replaces the key document when set; `hold` makes each answer wait for it.
    """

    url: str = ""
    keys: list[Key] = field(default_factory=lambda: [a_key("first")])
    cache_control: str = "max-age=600"
    asked: int = 0
    status: str = "200 OK"
    answer: bytes | None = None
    hold: asyncio.Event | None = None

    def settings(self, *, programme: str, audience: str = "laurel", direct: bool = True) -> Issuer:
        """What the settings say about this issuer."""
        return Issuer(
            issuer=self.url,
            audience=audience,
            programme=programme,
            jwks_url=f"{self.url}/jwks" if direct else None,
        )

    def token(
        self,
        subject: str,
        *,
        at: datetime,
        key: Key | None = None,
        header: dict[str, Any] | None = None,
        **claims: Any,
    ) -> str:
        """A signed token; claims given as None are left out."""
        said = {
            "iss": self.url,
            "aud": "laurel",
            "sub": subject,
            "iat": int(at.timestamp()),
            "exp": int((at + timedelta(hours=1)).timestamp()),
        } | claims
        key = key or self.keys[0]
        algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
        content = {name: value for name, value in said.items() if value is not None}
        return jwt.encode({"alg": algorithm, "kid": key.kid} | (header or {}), content, key)

    def document(self, path: str) -> bytes:
        """What is served under `path`."""
        if path == "/jwks":
            self.asked += 1
            if self.answer is not None:
                return self.answer
            return orjson.dumps({"keys": [key.as_dict(private=False) for key in self.keys]})
        return orjson.dumps({"issuer": self.url, "jwks_uri": f"{self.url}/jwks"})

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close."""
        request = await reader.readuntil(b"\r\n\r\n")
        body = self.document(request.split(b" ")[1].decode())
        if self.hold is not None:
            await self.hold.wait()
        head = (
            f"HTTP/1.1 {self.status}\r\ncontent-type: application/json\r\n"
            f"cache-control: {self.cache_control}\r\ncontent-length: {len(body)}\r\n"
            "connection: close\r\n\r\n"
        )
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def running() -> AsyncIterator[FakeIssuer]:
    """A fresh issuer on a free port; gone after the block."""
    issuer = FakeIssuer()
    server = await asyncio.start_server(issuer.serve, "127.0.0.1", 0)
    issuer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield issuer
    finally:
        server.close()
        await server.wait_closed()


@dataclass
class Gate:
    """An issuer and a verifier that believes it for the programme "north"."""

    issuer: FakeIssuer
    verifier: Verifier

    async def ask(self, token: str, at: datetime = NOON) -> Identity:
        """Who the token says is asking."""
        return await self.verifier.identify(token, at=at)
