"""Subscribing: app instances to topics and out of them, by FID or token."""

import orjson
import pytest

from fcm_standin import StandIn, Target
from fcm_standin.exchange import Reply, Request
from fcm_standin.subscribing import TOPICS_MAX
from tests.fcm_standin.senders import Sender, error

BASE = "/v1/projects/demo-project/registrations"
UNKNOWN = "d" * 22


def ask(sender: Sender, method: str, path: str, query: str = "", *, token: str = "") -> Reply:
    headers = {"authorization": f"Bearer {token or sender.token}"}
    return sender.standin.reply(Request(method, path, query, headers, b"{}"))


@pytest.mark.parametrize("target", list(Target))
def test_given_an_app_when_it_subscribes_and_leaves_then_messages_to_the_topic_follow(
    standin: StandIn, sender: Sender, target: Target
) -> None:
    app = standin.apps.install(target=target)
    path = f"{BASE}/{(app.token or app.fid).replace(':', '%3A')}/topicSubscriptions"

    joined = ask(sender, "POST", path, "topic_name=news")
    sender.post({"message": {"topic": "news", "data": {"id": "1"}}})
    left = ask(sender, "DELETE", f"{path}/news", "allow_missing=true")
    again = ask(sender, "DELETE", f"{path}/news", "allow_missing=true")
    sender.post({"message": {"topic": "news", "data": {"id": "2"}}})

    assert orjson.loads(joined.body)["name"].endswith(f"/{app.fid}/topicSubscriptions/news")
    assert (joined.status, left.status, again.status) == (200, 200, 200)
    assert sender.received() == [{"id": "1"}]


def test_given_what_cannot_be_when_asked_then_each_has_its_error(
    standin: StandIn, sender: Sender
) -> None:
    app = standin.apps.install()
    full = standin.apps.install()
    full.topics |= {str(number) for number in range(TOPICS_MAX)}
    path = f"{BASE}/{app.fid}/topicSubscriptions"
    other = path.replace("demo-project", "other-project")

    answers = {
        "no token": error(ask(sender, "POST", path, "topic_name=a", token="x"))[:2],
        "another project": error(ask(sender, "POST", other, "topic_name=a"))[:2],
        "no FID": error(ask(sender, "POST", f"{BASE}/abc/topicSubscriptions", "topic_name=a")),
        "nobody": error(ask(sender, "POST", path.replace(app.fid, UNKNOWN), "topic_name=a")),
        "no topic": error(ask(sender, "POST", path)),
        "a bad topic": error(ask(sender, "POST", path, "topic_name=a%20b")),
        "one too many": error(ask(sender, "POST", path.replace(app.fid, full.fid), "topic_name=a")),
        "never joined": error(ask(sender, "DELETE", f"{path}/a")),
        "another method": error(ask(sender, "GET", path))[:2],
    }

    invalid = (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
    missing = (404, "NOT_FOUND", "UNREGISTERED")
    assert answers == {
        "no token": (401, "UNAUTHENTICATED"),
        "another project": (403, "PERMISSION_DENIED"),
        "no FID": invalid,
        "nobody": missing,
        "no topic": invalid,
        "a bad topic": invalid,
        "one too many": (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"),
        "never joined": missing,
        "another method": (404, "NOT_FOUND"),
    }
