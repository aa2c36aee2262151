"""FCM: Firebase's own libraries, unmodified, take the stand-in for Google."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fcm_standin import Platform, Rule, Served, What
from tests.interop import naming
from tests.interop.interop_webhooks import NODE

HERE = Path(__file__).parent
PYTHON = str(HERE.parents[1] / ".venv" / "bin" / "python")
CLIENT = str(HERE / "fcm_client.py")
DRY = "projects/demo-project/messages/fake_message_id"
# The rule for each app, and what the library for Python makes of the answer.
ERRORS = {
    What.UNREGISTERED: "UnregisteredError",
    What.INVALID_ARGUMENT: "InvalidArgumentError",
    What.SENDER_ID_MISMATCH: "SenderIdMismatchError",
    What.THIRD_PARTY_AUTH_ERROR: "ThirdPartyAuthError",
    What.QUOTA_EXCEEDED: "QuotaExceededError",
}
# Firebase's library for Node: sendEach shares a connection of HTTP/2.
SEND = """
const { initializeApp, applicationDefault } = require("firebase-admin/app");
const { getMessaging } = require("firebase-admin/messaging");
initializeApp({ credential: applicationDefault(), projectId: "demo-project" });
const messages = process.argv.slice(1).map((fid) => ({
  fid,
  data: { number: "node" },
  android: { priority: "high", ttl: 60000, notification: { titleLocKey: "t", color: "#aabbcc" } },
  apns: { headers: { "apns-priority": "10" }, payload: { aps: { alert: "Hello", badge: 1 } } },
}));
getMessaging().sendEach(messages).then((batch) => {
  const told = batch.responses.map((one) => one.messageId || one.error.code);
  console.log(JSON.stringify(told));
  process.exit(0);
});
"""


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with naming.at_googles_address() as served:
        yield served


def installed(served: Served, count: int) -> list[str]:
    kinds = list(Platform)
    return [served.standin.apps.install(platform=kinds[n % 3]).fid for n in range(count)]


def numbers(served: Served, fid: str) -> list[str]:
    found = served.standin.post.after(0, fid=fid, limit=100)
    return [one.message.content["data"]["number"] for one in found]


async def test_given_firebase_admin_when_it_does_all_it_can_then_the_apps_have_it(
    served: Served,
) -> None:
    fids = installed(served, 12)

    said = await naming.run(served, PYTHON, CLIENT, "all", *fids)

    for name in (*said["each"], *said["multicast"], said["topic"], said["condition"]):
        assert name.startswith("projects/demo-project/messages/0:"), said
    assert (said["dry"], said["subscribed"], said["left"]) == ([DRY, DRY], [2, 0], [1, 0])
    assert numbers(served, fids[0]) == ["0", "many", "topic"]
    assert numbers(served, fids[1]) == ["1", "many", "topic", "condition"]
    assert numbers(served, fids[2]) == ["2", "many"]
    assert served.standin.tokens.refusals == 0


async def test_given_rules_when_firebase_admin_sends_then_it_raises_its_own_error_for_each(
    served: Served,
) -> None:
    fids = installed(served, len(ERRORS) + 1)
    served.standin.rules.replace(
        [Rule(answer=what, fid=fid) for what, fid in zip(ERRORS, fids, strict=False)]
    )

    said = await naming.run(served, PYTHON, CLIENT, "errors", *fids, "nobody")

    *failed, good, nobody = said["each"]
    assert failed == list(ERRORS.values())
    assert good.startswith("projects/demo-project/messages/")
    assert nobody == "InvalidArgumentError"


async def test_given_a_passing_fault_when_firebase_admin_sends_then_it_tries_again_and_is_let_in(
    served: Served,
) -> None:
    (fid,) = installed(served, 1)
    served.standin.rules.replace([Rule(answer=What.UNAVAILABLE, next=1)])

    said = await naming.run(served, PYTHON, CLIENT, "errors", fid)

    assert said["each"][0].startswith("projects/demo-project/messages/")
    assert served.standin.sends.answers == {"503 UNAVAILABLE": 1, "200": 1}


async def test_given_firebase_admin_when_it_sends_asynchronously_then_the_apps_have_it(
    served: Served,
) -> None:
    fids = installed(served, 40)

    said = await naming.run(served, PYTHON, CLIENT, "async", *fids)

    assert len(said["each"]) == 40
    assert [numbers(served, fid) for fid in fids] == [["async"]] * 40


async def test_given_the_library_for_node_when_it_sends_then_the_apps_have_it_and_one_is_missing(
    served: Served,
) -> None:
    fids = installed(served, 10)
    gone = served.standin.apps.find(fids[9])
    assert gone is not None
    gone.installed = False

    said = await naming.run(served, str(NODE), "-e", SEND, *fids)

    assert said[9] == "messaging/installation-id-not-registered"
    assert all(name.startswith("projects/demo-project/messages/") for name in said[:9])
    assert [numbers(served, fid) for fid in fids[:9]] == [["node"]] * 9
