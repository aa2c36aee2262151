"""The walk of the README: a workout becomes points, points go to a friend, live."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from domain.activities import samples
from infra import clock, ids
from tests.architecture import ROOT

READY_SECONDS = 120
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


@dataclass
class Laurel:
    """What `laurel up` started, in a folder of its own."""

    folder: Path
    port: int
    environment: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    def run(self, *words: str) -> Any:
        """The JSON answer of one `laurel` command."""
        command = [sys.executable, "-m", "cli", *words, "--data", str(self.folder), "--json"]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def token(self, handle: str, programme: str = "verde") -> str:
        return str(self.run("member", "token", handle, "--programme", programme)["token"])


def free_ports(count: int) -> Sequence[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


@pytest.fixture(scope="module")
def laurel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laurel]:
    folder = tmp_path_factory.mktemp("walk") / "data"
    port, metrics, worker_metrics = free_ports(3)
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "LAUREL_METRICS_PORT": str(metrics),
        "LAUREL_WORKER_METRICS_PORT": str(worker_metrics),
    }
    command = [sys.executable, "-m", "cli", "up", "--data", str(folder), "--port", str(port)]
    log = folder.parent / "up.log"
    with log.open("wb") as output:
        up = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    started = Laurel(folder, port, environment)
    try:
        _until_ready(started, up, log)
        yield started
    finally:
        up.send_signal(signal.SIGINT)
        code = up.wait(30)
    assert code == 0, log.read_text()


def _until_ready(laurel: Laurel, up: subprocess.Popen[bytes], log: Path) -> None:
    last = time.monotonic() + READY_SECONDS
    with httpx.Client(trust_env=False) as http:
        while time.monotonic() < last:
            assert up.poll() is None, log.read_text()
            with suppress(httpx.TransportError):
                ready = http.get(laurel.url.replace("/graphql", "/health/ready"))
                if ready.status_code == httpx.codes.OK:
                    return
            time.sleep(0.2)
    raise AssertionError(log.read_text())


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
