"""Controlling: the API by which tests and demos install apps, watch them, and make things go wrong.

Plain HTTP on this machine only, open to every web page (CORS), since there is nothing to protect.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs

import orjson

from fcm_standin import delivering, ruling, showing
from fcm_standin.clock import AHEAD_S_MAX, written
from fcm_standin.exchange import Reply, Request, Streaming
from fcm_standin.installing import App, Platform, Target
from fcm_standin.limiting import BadLimits
from fcm_standin.standin import StandIn

CORS = (
    ("access-control-allow-origin", "*"),
    ("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE"),
    ("access-control-allow-headers", "content-type, last-event-id, authorization"),
    ("access-control-max-age", "86400"),
)
PAGE_MAX = 1_000
APPS_AT_ONCE_MAX = 100_000


class BadRequest(ValueError):
    """The control API was asked for something that makes no sense; the message says why."""


class NotThere(LookupError):
    """What was named does not exist."""


class Control:
    """The control API of one stand-in."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin
        self.routes: dict[tuple[str, str], Callable[[Request], object]] = {
            ("GET", "/health"): lambda _: {"ok": True},
            ("GET", "/stats"): lambda _: standin.stats(),
            ("GET", "/deliveries"): self._deliveries,
            ("GET", "/deliveries/stream"): self._stream,
            ("GET", "/messages"): self._messages,
            ("GET", "/apps"): lambda _: {"apps": [a.told() for a in standin.apps.everyone()]},
            ("POST", "/apps"): self._install,
            ("GET", "/rules"): lambda _: self._rules(),
            ("PUT", "/rules"): self._replace_rules,
            ("POST", "/rules"): self._add_rule,
            ("DELETE", "/rules"): self._remove_rules,
            ("PUT", "/connections"): self._shape,
            ("GET", "/limits"): lambda _: asdict(standin.meter.limits),
            ("PUT", "/limits"): self._limit,
            ("PUT", "/tokens"): self._lifetime,
            ("POST", "/tokens/revoke"): lambda _: {"revoked": standin.tokens.revoke()},
            ("POST", "/clock"): self._advance,
        }

    def reply(self, request: Request) -> Reply | Streaming:
        """The answer to one request."""
        if request.method == "OPTIONS":
            return Reply(204, headers=CORS)
        if (request.method, request.path) == ("POST", "/token"):
            return self._standin.tokens.reply(request.body)
        try:
            said = self._answer(request)
        except NotThere as missing:
            return _json(404, {"error": str(missing)})
        except (BadRequest, BadLimits, ruling.BadRule) as wrong:
            return _json(400, {"error": str(wrong)})
        return said if isinstance(said, Streaming) else _json(200, said)

    def _answer(self, request: Request) -> object:
        if request.path.startswith("/apps/"):
            return self._app(request)
        route = self.routes.get((request.method, request.path))
        if route is None:
            raise NotThere(f"there is no {request.method} {request.path} here")
        return route(request)

    def _deliveries(self, request: Request) -> object:
        query = _query(request)
        after, limit = _whole(query, "after", 0), min(_whole(query, "limit", 100), PAGE_MAX)
        found = self._standin.post.after(after, fid=query.get("fid"), limit=max(1, limit))
        return {"deliveries": [showing.delivery(one) for one in found]}

    def _stream(self, request: Request) -> object:
        query = _query(request)
        after = _whole(query, "after", self._standin.post.delivered)
        last = request.headers.get("last-event-id", "")
        after = int(last) if last.isdecimal() else after
        feed = DeliveryFeed(self._standin.post, query.get("fid"), after)
        return Streaming(feed, headers=CORS)

    def _messages(self, request: Request) -> object:
        query = _query(request)
        limit = max(1, min(_whole(query, "limit", 100), PAGE_MAX))
        found = self._standin.post.fated(query.get("fid"), limit)
        return {"messages": [showing.delivery(one) for one in found]}

    def _install(self, request: Request) -> object:
        said = _object(request, {"platform", "kind", "target", "project", "package", "count"})
        count = said.pop("count", None)
        if count is not None and not (type(count) is int and 1 <= count <= APPS_AT_ONCE_MAX):
            raise BadRequest(f"count is between 1 and {APPS_AT_ONCE_MAX}")
        named: dict[str, Any] = {}
        for name, value in said.items():
            if not isinstance(value, str):
                raise BadRequest(f"{name} is a text")
            named[name] = _choice(name, value)
        if count is None:
            return self._standin.apps.install(**named).told()
        return {"apps": [self._standin.apps.install(**named).told() for _ in range(count)]}

    def _app(self, request: Request) -> object:
        fid, _, what = request.path.removeprefix("/apps/").partition("/")
        app = self._standin.apps.find(fid)
        if app is None:
            raise NotThere(f"no app has the FID {fid}")
        if (request.method, what) == ("POST", "token"):
            self._standin.apps.ask_for_token(app)
        elif (request.method, what) == ("DELETE", ""):
            app.installed = False
            self._standin.post.release(app)
        elif (request.method, what) == ("PATCH", ""):
            self._change(app, _object(request, {"online", "restricted", "installed"}))
        elif (request.method, what) != ("GET", ""):
            raise NotThere(f"there is no {request.method} {request.path} here")
        return app.told()

    def _change(self, app: App, said: dict[str, Any]) -> None:
        if not all(isinstance(value, bool) for value in said.values()):
            raise BadRequest("online, restricted and installed are true or false")
        for name, value in said.items():
            setattr(app, name, value)
        self._standin.post.release(app)

    def _rules(self) -> object:
        rules = self._standin.rules
        return {"seed": rules.seed, "rules": [asdict(rule) for rule in rules.rules]}

    def _replace_rules(self, request: Request) -> object:
        said = _object(request, {"rules", "seed"})
        listed, seed = said.get("rules", []), said.get("seed")
        if not isinstance(listed, list) or not (seed is None or type(seed) is int):
            raise BadRequest("rules is a list, and seed a whole number")
        self._standin.rules.replace([ruling.read_rule(rule) for rule in listed], seed=seed)
        return self._rules()

    def _add_rule(self, request: Request) -> object:
        self._standin.rules.add(ruling.read_rule(_body(request)))
        return self._rules()

    def _remove_rules(self, _: Request) -> object:
        self._standin.rules.replace([])
        return self._rules()

    def _shape(self, request: Request) -> object:
        said = _object(request, {"streams_max", "goaway_every_streams"})
        for name, value in said.items():
            if type(value) is not int or value < 0:
                raise BadRequest(f"{name} is a whole number")
        for name, value in said.items():
            setattr(self._standin.shape, name, value)
        return asdict(self._standin.shape)

    def _limit(self, request: Request) -> object:
        self._standin.meter.limits.change(_body(request))
        return asdict(self._standin.meter.limits)

    def _lifetime(self, request: Request) -> object:
        seconds = _object(request, {"lifetime_s"}).get("lifetime_s")
        if type(seconds) is not int or seconds < 0:
            raise BadRequest("lifetime_s is a whole number")
        self._standin.tokens.lifetime_s = seconds
        return {"lifetime_s": seconds}

    def _advance(self, request: Request) -> object:
        seconds: Any = _object(request, {"advance_s"}).get("advance_s")
        if type(seconds) not in (int, float) or not 0 <= float(seconds) <= AHEAD_S_MAX:
            raise BadRequest("advance_s is a number of seconds; time does not run backwards")
        self._standin.advance(float(seconds))
        return {"now": written(self._standin.clock.now())}


class DeliveryFeed:
    """Deliveries as server-sent events, from one number on; the number is the event's id."""

    def __init__(self, post: delivering.Post, fid: str | None, after: int) -> None:
        self._post, self._fid, self._after = post, fid, after

    def start(self, write: Callable[[bytes], None], end: Callable[[], None]) -> Callable[[], None]:
        """Write those there are already, and each new one when it comes.

        Where there are too many at once it ends after a page: the client comes back for the next.
        """
        there = list(self._post.after(self._after, fid=self._fid, limit=PAGE_MAX + 1))
        write(b": deliveries\nretry: 500\n\n" + b"".join(_events(there[:PAGE_MAX])))
        if len(there) > PAGE_MAX:
            end()
            return lambda: None
        return self._post.listen(self._fid, lambda one: write(b"".join(_events([one]))))


def _events(deliveries: Iterable[delivering.Delivery]) -> Iterable[bytes]:
    for one in deliveries:
        told = orjson.dumps(showing.delivery(one))
        yield b"id: %d\nevent: delivery\ndata: %b\n\n" % (one.number or 0, told)


def _json(status: int, said: object) -> Reply:
    return Reply(status, orjson.dumps(said) + b"\n", headers=CORS)


def _query(request: Request) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(request.query).items()}


def _whole(query: dict[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal() or len(text) > 15:
        raise BadRequest(f"{name} is a whole number")
    return int(text)


def _body(request: Request) -> object:
    try:
        return json.loads(request.body or b"{}")
    except ValueError as wrong:
        raise BadRequest(f"the body is not JSON: {wrong}") from wrong


def _object(request: Request, known: set[str]) -> dict[str, Any]:
    said = _body(request)
    if not isinstance(said, dict):
        raise BadRequest("the body is an object")
    unknown = sorted(set(said) - known)
    if unknown:
        raise BadRequest(f"there is no {unknown[0]!r} here; there are {', '.join(sorted(known))}")
    return said


def _choice(name: str, value: str) -> object:
    choices: dict[str, type[Platform | Target]] = {"platform": Platform, "target": Target}
    kind = choices.get(name)
    if kind is None:
        return value
    if value not in list(kind):
        raise BadRequest(f"no {name} is called {value!r}; there are {', '.join(kind)}")
    return kind(value)
