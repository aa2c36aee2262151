"""Subscribing: app instances to topics, as the Admin SDKs do since they address FIDs.

POST /v1/projects/{project}/registrations/{target}/topicSubscriptions?topic_name={topic} and
DELETE .../topicSubscriptions/{topic} ("Manage topic subscriptions", firebase.google.com). The
target is a FID or a registration token.
"""

import re
from urllib.parse import parse_qs, unquote

import orjson

from fcm_standin import errors
from fcm_standin.checking.contents import TOPIC
from fcm_standin.errors import Refused, Violation
from fcm_standin.exchange import Reply, Request
from fcm_standin.granting import Tokens
from fcm_standin.installing import App, Apps, Target, well_formed

PATH = re.compile(
    r"/v1/projects/(?P<project>[^/]+)/registrations/(?P<target>[^/]+)/topicSubscriptions"
    r"(?:/(?P<topic>[^/]+))?\Z"
)
TOPICS_MAX = 2_000


class Subscribing:
    """The endpoint, over the app instances."""

    def __init__(self, tokens: Tokens, apps: Apps) -> None:
        self._tokens, self._apps = tokens, apps

    def reply(self, request: Request, asked: re.Match[str]) -> Reply:
        """The answer to one request. `asked` is what `PATH` found in its path."""
        query = {name: values[-1] for name, values in parse_qs(request.query).items()}
        try:
            self._tokens.check(request.headers.get("authorization"))
            if asked["project"] != self._apps.project:
                raise errors.forbidden(asked["project"])
            app = self._app(unquote(asked["target"]))
            if request.method == "POST" and asked["topic"] is None:
                return self._subscribe(app, query.get("topic_name", ""))
            if request.method == "DELETE" and asked["topic"] is not None:
                missing_allowed = query.get("allow_missing") == "true"
                return self._unsubscribe(app, unquote(asked["topic"]), missing_allowed)
            raise Refused("NOT_FOUND", "Method not found.")
        except Refused as refusal:
            return Reply(refusal.code, refusal.body(), headers=refusal.headers)

    def _app(self, value: str) -> App:
        target = Target.TOKEN if ":" in value else Target.FID
        if not well_formed(target, value):
            raise errors.bad_target()
        app = self._apps.addressed(target, value)
        if app is None:
            raise errors.unregistered()
        return app

    def _subscribe(self, app: App, topic: str) -> Reply:
        if not TOPIC.match(topic):
            raise errors.invalid(Violation("topic_name", "Invalid topic name"))
        if len(app.topics | {topic}) > TOPICS_MAX:
            text = "The app instance has subscribed to too many topics."
            raise errors.quota(f"device:{app.fid}", text)
        app.topics.add(topic)
        name = f"projects/{app.project}/registrations/{app.fid}/topicSubscriptions/{topic}"
        return Reply(200, orjson.dumps({"name": name}))

    def _unsubscribe(self, app: App, topic: str, missing_allowed: bool) -> Reply:
        if topic not in app.topics and not missing_allowed:
            raise errors.unregistered()
        app.topics.discard(topic)
        return Reply(200, b"{}")
