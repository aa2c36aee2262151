"""Newcomers: people who join a living programme, and the partner who tells of their walks."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import httpx
from joserfc.jwk import ECKey

from infra import clock, ids
from infra.issuing import DevelopmentIssuer
from tests.journeys.living import Laurel
from tests.journeys.test_walk import Phone, key
from tests.support.waiting import until

JOIN = """
mutation ($in: JoinProgrammeInput!) {
  joinProgramme(input: $in) {
    __typename
    ... on JoinProgrammeSuccess { viewer { handle loyaltyNumber points { available } } }
    ... on UserError { code message }
  }
}
"""
BATCH = {"content-type": "application/cloudevents-batch+json"}
POINTS = "{ viewer { points { available } } }"
# A walk of 4 km in an hour, at the demo's 8 points per km.
WALK_POINTS = 32


class Newcomers:
    """Phones of people who have not joined, and what they say when they do."""

    def __init__(self, laurel: Laurel, http: httpx.AsyncClient) -> None:
        key = ECKey.import_key((laurel.folder / "development-key.pem").read_bytes())
        key.ensure_kid()
        self._issuer, self._laurel, self._http = DevelopmentIssuer(key), laurel, http

    def phone(self, subject: str, **claims: Any) -> Phone:
        """The phone of whoever the issuer calls so, who has signed in at this moment."""
        token = self._issuer.mint(subject, programme="verde", at=clock.now(), **claims)
        return Phone(self._laurel, token, self._http)

    async def joins(
        self, handle: str, *, claims: Mapping[str, Any] = MappingProxyType({}), **said: Any
    ) -> Phone:
        """Somebody who has joined with that handle, of whom the issuer claims so much more."""
        phone = self.phone(str(ids.new(clock.now())), **claims)
        await joined(phone, handle, **said)
        return phone


async def joined(phone: Phone, handle: str, **said: Any) -> dict[str, Any]:
    """What the holder of that phone is told of themselves when they join."""
    told = {"handle": handle, "name": "New"} | said
    answer = (await phone.ask(JOIN, **{"in": told}))["joinProgramme"]
    assert answer["__typename"] == "JoinProgrammeSuccess", answer
    return dict(answer["viewer"])


class Walks:
    """A partner whose members walk."""

    def __init__(self, laurel: Laurel, http: httpx.AsyncClient, slug: str) -> None:
        laurel.run("partner", "register", slug, "--name", "A walkers' club")
        made = laurel.run("partner", "key", slug, "--scope", "ACTIVITIES_WRITE")
        self._secret = str(made.get("secret") or made.get("key"))
        self._slug, self._http = slug, http
        self._url = laurel.url.replace("/graphql", "/partner/activities")

    async def told(self, *numbers: str) -> None:
        """A batch: each of these loyalty numbers walked, so many times as it is named."""
        events = [self._walk(number, place) for place, number in enumerate(numbers)]
        answer = await self._http.post(
            self._url, json=events, headers={"authorization": f"Bearer {self._secret}"} | BATCH
        )
        assert answer.json()["counts"]["accepted"] == len(events), answer.text

    def _walk(self, number: str, place: int) -> dict[str, Any]:
        began = clock.now() - timedelta(hours=3 + 2 * place)
        ended = began + timedelta(hours=1)
        times = {"startedAt": began.isoformat(), "endedAt": ended.isoformat()}
        return {
            "specversion": "1.0",
            "id": key(),
            "source": self._slug,
            "type": "laurel.activity.walk.v1",
            "subject": number,
            "data": {**times, "durationSeconds": 3_400, "distanceMetres": 4_000},
        }


async def available(who: Phone) -> int:
    """How many points somebody can spend."""
    return int((await who.ask(POINTS))["viewer"]["points"]["available"])


async def has(who: Phone, points: int) -> None:
    """Wait until somebody can spend that many points."""

    async def there() -> bool:
        return await available(who) == points

    await until(there, seconds=60)
