"""The walk of the README: a workout becomes points, points go to a friend, live."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from domain.activities import samples
from infra import clock, ids
from tests.journeys.living import Laurel

PATIENCE_SECONDS = 60

WATCH = """
subscription { pointsChanged {
  points { available } entry { kind amount text activity { type distanceMetres } friend { handle } }
  cursor
} }
"""
UPLOAD = """
mutation ($file: Upload!, $key: ID!) {
  uploadActivity(input: {file: $file}) @idempotent(key: $key) {
    __typename
    ... on UploadActivitySuccess { activity { id state } }
    ... on UserError { code message }
  }
}
"""
FRIENDS = """
{ viewer {
  handle points { available } friends(first: 50) { nodes { id member { handle } } }
} }
"""
SEND = """
mutation ($friend: ID!, $points: Points!, $key: ID!) {
  sendPoints(input: {friendId: $friend, points: $points, memo: "For the coffee"})
  @idempotent(key: $key) {
    __typename
    ... on SendPointsSuccess { transfer { id state points } viewer { points { available } } }
    ... on UserError { code message }
  }
}
"""
ACCEPT = """
mutation ($transfer: ID!, $key: ID!) {
  acceptTransfer(input: {transferId: $transfer}) @idempotent(key: $key) {
    ... on AcceptTransferSuccess { transfer { state } }
  }
}
"""
STATE = "query ($id: ID!) { node(id: $id) { ... on Activity { state } } }"


class Phone:
    """A member's app: requests, and a live line."""

    def __init__(self, laurel: Laurel, token: str, http: httpx.AsyncClient) -> None:
        self._laurel, self._token, self._http = laurel, token, http

    async def ask(self, query: str, **variables: Any) -> Any:
        return self._data(
            await self._http.post(
                self._laurel.url,
                json={"query": query, "variables": variables},
                headers={"authorization": f"Bearer {self._token}"},
            )
        )

    async def upload(self, name: str, content: bytes) -> Any:
        operations = {"query": UPLOAD, "variables": {"file": None, "key": key()}}
        return self._data(
            await self._http.post(
                self._laurel.url,
                data={"operations": json.dumps(operations), "map": '{"0": ["variables.file"]}'},
                files={"0": (name, content)},
                headers={"authorization": f"Bearer {self._token}"},
            )
        )["uploadActivity"]

    @asynccontextmanager
    async def live(self) -> AsyncIterator[ClientConnection]:
        """The subscription, after its first event, which says what the member has."""
        url = self._laurel.url.replace("http", "ws", 1)
        async with connect(url, subprotocols=["graphql-transport-ws"], proxy=None) as line:
            payload = {"authorization": f"Bearer {self._token}"}
            await line.send(json.dumps({"type": "connection_init", "payload": payload}))
            assert json.loads(await line.recv()) == {"type": "connection_ack"}
            await line.send(
                json.dumps({"type": "subscribe", "id": "1", "payload": {"query": WATCH}})
            )
            first = await heard(line)
            assert first["entry"] is None
            yield line

    @staticmethod
    def _data(response: httpx.Response) -> Any:
        answer = response.json()
        assert "errors" not in answer, answer
        return answer["data"]


def key() -> str:
    return str(ids.new(clock.now()))


async def heard(line: ClientConnection) -> Any:
    """The next event of the subscription."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        message = json.loads(await line.recv())
    assert message["type"] == "next", message
    assert "errors" not in message["payload"], message
    return message["payload"]["data"]["pointsChanged"]


async def heard_with_entry(line: ClientConnection) -> Any:
    """The next event that an entry of the statement caused."""
    while (event := await heard(line))["entry"] is None:
        pass
    return event


async def test_a_workout_becomes_points_and_points_go_to_a_friend_who_sees_them_arrive(
    laurel: Laurel,
) -> None:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        ada = Phone(laurel, laurel.token("ada"), http)
        before = (await ada.ask(FRIENDS))["viewer"]
        friend = before["friends"]["nodes"][0]
        bob = Phone(laurel, laurel.token(friend["member"]["handle"]), http)
        run = samples.run_gpx(clock.now() - timedelta(minutes=40), distance_m=5_000, seed=99)

        async with ada.live() as adas, bob.live() as bobs:
            uploaded = await ada.upload("morning.gpx", run)
            earned = await heard_with_entry(adas)
            once = {"friend": friend["id"], "points": 20, "key": key()}
            sent = (await ada.ask(SEND, **once))["sendPoints"]
            again = (await ada.ask(SEND, **once))["sendPoints"]
            if sent["transfer"]["state"] == "PENDING":
                accepting = {"transfer": sent["transfer"]["id"], "key": key()}
                accepted = await bob.ask(ACCEPT, **accepting)
                assert accepted["acceptTransfer"]["transfer"]["state"] == "ACCEPTED"
            arrived = await heard_with_entry(bobs)

        assert uploaded["activity"]["state"] == "PROCESSING"
        assert earned["entry"]["kind"] == "EARNED"
        assert earned["entry"]["activity"]["type"] == "RUN"
        assert 4_900 < earned["entry"]["activity"]["distanceMetres"] < 5_100
        assert 48 <= earned["entry"]["amount"] <= 51
        assert "10 points per km" in earned["entry"]["text"]
        assert sent["transfer"] == again["transfer"]
        assert (arrived["entry"]["kind"], arrived["entry"]["amount"]) == ("RECEIVED", 20)
        assert arrived["entry"]["friend"]["handle"] == "ada"
        after = (await ada.ask(FRIENDS))["viewer"]
        gained = after["points"]["available"] - before["points"]["available"]
        assert gained == earned["entry"]["amount"] - 20


async def test_the_same_workout_in_another_file_is_found_out(laurel: Laurel) -> None:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        clara = Phone(laurel, laurel.token("clara"), http)
        run = samples.run_gpx(clock.now() - timedelta(hours=3), distance_m=3_000, seed=5)

        first = await clara.upload("run.gpx", run)
        await _judged(clara, first["activity"]["id"])
        same = await clara.upload("run.gpx", run)
        other = await clara.upload("copy.gpx", run.replace(b"<name>", b"<name>My "))
        state = await _judged(clara, other["activity"]["id"])

        assert same["code"] == "DUPLICATE_FILE"
        assert state == "REJECTED"


async def _judged(phone: Phone, activity: str) -> str:
    """The activity's state once it has been read."""
    for _ in range(10 * PATIENCE_SECONDS):
        state = (await phone.ask(STATE, id=activity))["node"]["state"]
        if state != "PROCESSING":
            return str(state)
        await asyncio.sleep(0.1)
    raise AssertionError("the file was never read")


async def test_the_other_programme_sees_nothing_of_it(laurel: Laurel) -> None:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        ada = Phone(laurel, laurel.token("ada"), http)
        alice = Phone(laurel, laurel.token("alice", "aurora"), http)
        friend = (await ada.ask(FRIENDS))["viewer"]["friends"]["nodes"][0]["id"]

        seen = await alice.ask("query ($id: ID!) { node(id: $id) { id } }", id=friend)
        sent = await alice.ask(SEND, friend=friend, points=1, key=key())

        assert seen == {"node": None}
        assert sent["sendPoints"]["code"] in {"NO_SUCH_MEMBER", "NOT_FRIENDS"}


async def test_the_ledger_proves_itself_afterwards(laurel: Laurel) -> None:
    verdicts = laurel.run("verify")

    assert [verdict["sound"] for verdict in verdicts] == [True, True]
    assert all(verdict["entries"] > 50 for verdict in verdicts)
