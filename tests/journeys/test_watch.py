"""A watch: it signs in by a code, shows a friend's points, takes them by one tap, and is lost."""

from typing import Any

import httpx

from tests.journeys.living import Laurel
from tests.journeys.newcomers import available
from tests.journeys.test_walk import ACCEPT, FRIENDS, SEND, Phone, key
from tests.support.waiting import until

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
FIND = """
mutation ($code: String!) { findWatch(input: {userCode: $code}) {
  ... on FindWatchSuccess { watch { name kind } } } }
"""
APPROVE = """
mutation ($code: String!) { approveWatch(input: {userCode: $code}) { __typename } }
"""
DEVICES = "{ viewer { devices { nodes { id name } } } }"
REMOVE = "mutation ($id: ID!) { removeDevice(input: {deviceId: $id}) { __typename } }"
ASK_ME = """
mutation ($id: ID!) { setAutoAccept(input: {friendId: $id, autoAccept: false}) { __typename } }
"""
INBOX = "{ viewer { inbox(unread: true) { nodes { key } } } }"


class Wrist:
    """An app on a watch: no keyboard, little space, and a token of its own once it has one."""

    def __init__(self, laurel: Laurel, http: httpx.AsyncClient) -> None:
        self._home, self._http = laurel.url.removesuffix("/graphql"), http
        self._laurel, self._code, self.token, self.tag = laurel, "", "", ""

    async def shows_a_code(self) -> str:
        said = {"client_id": "verde", "platform": "ANDROID", "kind": "WATCH", "app_version": "1.0"}
        answer = await self._http.post(
            f"{self._home}/device/code", data=said | {"locale": "en", "name": "My wrist"}
        )
        self._code = answer.json()["device_code"]
        return str(answer.json()["user_code"])

    async def comes_for_its_token(self) -> str:
        said = {"client_id": "verde", "grant_type": GRANT, "device_code": self._code}
        answer = (await self._http.post(f"{self._home}/device/token", data=said)).json()
        self.token = answer.get("access_token", "")
        return str(answer.get("error", "granted"))

    async def glances(self) -> tuple[int, dict[str, Any]]:
        """The status, and what is new."""
        headers = {"authorization": f"Bearer {self.token}", "if-none-match": self.tag or '""'}
        answer = await self._http.get(f"{self._home}/glance", headers=headers)
        assert len(answer.content) <= 256 or answer.status_code != 200
        self.tag = answer.headers.get("etag", "")
        return answer.status_code, answer.json() if answer.content else {}

    @property
    def app(self) -> Phone:
        """The watch where it speaks GraphQL."""
        return Phone(self._laurel, self.token, self._http)


async def let_in(wrist: Wrist, bob: Phone) -> None:
    """Signed in without typing anything on the wrist."""
    code = await wrist.shows_a_code()
    assert await wrist.comes_for_its_token() == "authorization_pending"
    seen = (await bob.ask(FIND, code=code))["findWatch"]["watch"]
    assert seen == {"name": "My wrist", "kind": "WATCH"}
    await bob.ask(APPROVE, code=code)
    assert await wrist.comes_for_its_token() == "granted"


async def shown_out(wrist: Wrist, bob: Phone) -> None:
    """Lost, and removed on the phone."""
    nodes = (await bob.ask(DEVICES))["viewer"]["devices"]["nodes"]
    [mine] = [node["id"] for node in nodes if node["name"] == "My wrist"]
    await bob.ask(REMOVE, id=mine)


async def test_a_watch_is_let_in_takes_a_friends_points_by_one_tap_and_is_shown_out(
    laurel: Laurel,
) -> None:
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        ada = Phone(laurel, laurel.token("ada"), http)
        friend = (await ada.ask(FRIENDS))["viewer"]["friends"]["nodes"][0]
        bob = Phone(laurel, laurel.token(friend["member"]["handle"]), http)
        his = (await bob.ask(FRIENDS))["viewer"]["friends"]["nodes"]
        [back] = [one["id"] for one in his if one["member"]["handle"] == "ada"]
        await bob.ask(ASK_ME, id=back)
        wrist = Wrist(laurel, http)
        await let_in(wrist, bob)

        before = (await wrist.glances())[1]["points"]
        sent = (await ada.ask(SEND, friend=friend["id"], points=2, key=key()))["sendPoints"]
        assert sent["__typename"] == "SendPointsSuccess", sent
        told: dict[str, Any] = {}

        async def shown() -> bool:
            told.update((await wrist.glances())[1])
            return told.get("transfer", {}).get("id") == sent["transfer"]["id"]

        await until(shown, seconds=60)
        inbox = (await wrist.app.ask(INBOX))["viewer"]["inbox"]["nodes"]
        assert {"key": "transfers.offered"} in inbox

        # One tap, which the watch says twice: the points move once.
        tap = {"transfer": told["transfer"]["id"], "key": key()}
        states = [(await wrist.app.ask(ACCEPT, **tap))["acceptTransfer"] for _ in range(2)]
        assert states == [{"transfer": {"state": "ACCEPTED"}}] * 2
        assert await available(bob) == before + 2

        await shown_out(wrist, bob)
        assert (await wrist.glances())[0] == 401
        refused = await http.post(
            laurel.url,
            json={"query": ACCEPT, "variables": tap},
            headers={"authorization": f"Bearer {wrist.token}"},
        )
        assert refused.status_code == 401
