"""Sending: what FCM does with POST /v1/projects/{project}/messages:send.

The order in which it looks: may you, is it a message, does something go wrong on purpose, is it
too much, is anybody there. The first no is the answer.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import orjson

from fcm_standin import checking, errors
from fcm_standin.checking import Message, conditions
from fcm_standin.clock import Clock
from fcm_standin.delivering import Delivery, Post
from fcm_standin.errors import Refused
from fcm_standin.exchange import Fault, Reply, Request
from fcm_standin.granting import Tokens
from fcm_standin.installing import App, Apps, Platform, Target, well_formed
from fcm_standin.limiting import Meter
from fcm_standin.ruling import QUIET, Asked, Rule, Rules, Verdict, What

SEND = re.compile(r"/v1/projects/([^/]+)/messages:send\Z")
DRY = "fake_message_id"
PROMISES_MAX = 500_000
FAULTS = {What.RESET: Fault.RESET, What.NEVER: Fault.NEVER, What.DROP: Fault.DROP}
BAD_GATEWAY = Reply(
    502,
    b"<!DOCTYPE html>\n<html lang=en>\n  <title>Error 502 (Server Error)!!1</title>\n"
    b"  <p><b>502.</b> <ins>That\xe2\x80\x99s an error.</ins>\n",
    content_type="text/html; charset=UTF-8",
)


@dataclass(slots=True)
class Sends:
    """What was asked, and how it was answered.

    answers -- by HTTP status and error, such as "200" or "404 UNREGISTERED".
    early -- requests that came before the time which Retry-After had named for that message.
    """

    requests: int = 0
    accepted: int = 0
    dry: int = 0
    early: int = 0
    answers: dict[str, int] = field(default_factory=dict)

    def count(self, answer: str) -> None:
        """One more of such an answer."""
        self.answers[answer] = self.answers.get(answer, 0) + 1


class Sending:
    """The endpoint, over everything that it looks at."""

    def __init__(
        self, *, tokens: Tokens, rules: Rules, meter: Meter, apps: Apps, post: Post, clock: Clock
    ) -> None:
        self._tokens, self._rules, self._meter = tokens, rules, meter
        self._apps, self._post, self._clock = apps, post, clock
        self._promises: OrderedDict[int, float] = OrderedDict()
        self._number = 0
        self.sends = Sends()

    def reply(self, request: Request, project: str) -> Reply:
        """The answer to one request."""
        self.sends.requests += 1
        verdict = QUIET
        if self._promises:
            self._watch(request.body)
        try:
            self._tokens.check(request.headers.get("authorization"))
            if project != self._apps.project:
                raise errors.forbidden(project)
            self._meter.count_project(self._clock.now())
            message = checking.read(request.body)
            verdict = self._judge(message, request.body)
            return self._ruled(message, verdict) or self._done(message, verdict)
        except Refused as refusal:
            return self._refused(refusal, request.body, verdict)

    def _judge(self, message: Message, body: bytes) -> Verdict:
        if not self._rules.rules:
            return QUIET
        app = self._apps.find(message.to.partition(":")[0])
        platform, kind = (app.platform, app.kind) if app else (None, None)
        topic = message.to if message.target == "topic" else None
        asked = Asked(message.to, body, platform=platform, kind=kind, topic=topic)
        return self._rules.judge(asked)

    def _ruled(self, message: Message, verdict: Verdict) -> Reply | None:
        rule = verdict.rule
        if rule is None or rule.answer is None:
            return None
        if rule.accept:
            self._accept(message)
        fault = FAULTS.get(rule.answer)
        if fault is not None:
            self.sends.count(rule.answer.value)
            code = rule.reset_code
            return Reply(0, delay_s=verdict.delay_s, fault=fault, reset_code=code)
        if rule.answer is What.BAD_GATEWAY:
            self.sends.count("502")
            return replace(BAD_GATEWAY, delay_s=verdict.delay_s)
        raise _error(rule, message)

    def _done(self, message: Message, verdict: Verdict) -> Reply:
        name = self._accept(message)
        self.sends.count("200")
        if message.validate_only:
            name = DRY
            self.sends.dry += 1
        else:
            self.sends.accepted += 1
        body = b'{\n  "name": "projects/%b/messages/%b"\n}\n'
        told = body % (self._apps.project.encode(), name.encode())
        return Reply(200, told, delay_s=verdict.delay_s)

    def _accept(self, message: Message) -> str:
        now = self._clock.now()
        apps = self._recipients(message, now)
        self._number += 1
        name = f"0:{int(now * 1e6)}%{self._number:016x}"
        if not message.validate_only:
            for app in apps:
                ttl_s, collapse_key = message.terms.of(app.platform, now)
                self._post.accept(Delivery(name, app, message, now, ttl_s, collapse_key))
        return name

    def _recipients(self, message: Message, now: float) -> Sequence[App]:
        if message.target == "topic":
            return self._apps.subscribed(lambda topics: message.to in topics)
        if message.target == "condition":
            return self._apps.subscribed(conditions.compiled(message.to))
        target = Target(message.target)
        if not well_formed(target, message.to):
            raise errors.bad_target()
        app = self._apps.addressed(target, message.to)
        if app is None:
            raise errors.unregistered()
        if app.project != self._apps.project:
            raise errors.sender_mismatch()
        self._check_package(message, app)
        self._meter.count_device(app.fid, now)
        return (app,)

    def _check_package(self, message: Message, app: App) -> None:
        wanted = message.terms.package
        if wanted and app.platform is Platform.ANDROID and wanted != app.package:
            path = "message.android.restricted_package_name"
            raise errors.invalid(errors.Violation(path, "Invalid package name"))

    def _refused(self, refusal: Refused, body: bytes, verdict: Verdict) -> Reply:
        self.sends.count(f"{refusal.code} {refusal.error or refusal.status}")
        for name, value in refusal.headers:
            if name == "retry-after":
                self._promise(body, float(value))
        return Reply(refusal.code, refusal.body(), headers=refusal.headers, delay_s=verdict.delay_s)

    def _promise(self, body: bytes, seconds: float) -> None:
        """Remember until when this very message should not come again."""
        self._promises[hash(body)] = self._clock.now() + seconds
        if len(self._promises) > PROMISES_MAX:
            self._promises.popitem(last=False)

    def _watch(self, body: bytes) -> None:
        until = self._promises.pop(hash(body), None)
        if until is not None and self._clock.now() < until:
            self.sends.early += 1


def _error(rule: Rule, message: Message) -> Refused:
    """What a rule answers, as the error of its name."""
    wait_s = rule.retry_after_s
    path = f"message.{message.target}"
    made: dict[What, Callable[[], Refused]] = {
        What.UNREGISTERED: errors.unregistered,
        What.BAD_TARGET: errors.bad_target,
        What.SENDER_ID_MISMATCH: errors.sender_mismatch,
        What.THIRD_PARTY_AUTH_ERROR: errors.third_party_auth,
        What.UNAUTHENTICATED: lambda: errors.unauthenticated("ACCESS_TOKEN_EXPIRED"),
        What.UNAVAILABLE: lambda: errors.unavailable(retry_after_s=wait_s),
        What.INTERNAL: lambda: errors.internal(retry_after_s=wait_s),
        What.INVALID_ARGUMENT: lambda: errors.invalid(errors.Violation(path, errors.ARGUMENT)),
        What.QUOTA_EXCEEDED: lambda: errors.quota(
            "project", "Message rate exceeded.", retry_after_s=wait_s
        ),
        What.DEVICE_QUOTA_EXCEEDED: lambda: errors.quota(
            f"device:{message.to}", "Device message rate exceeded.", retry_after_s=wait_s
        ),
    }
    assert rule.answer is not None
    return made[rule.answer]()


def not_found(request: Request) -> Reply:
    """What Google answers where nothing is."""
    text = f"The requested URL {request.path} was not found on this server."
    return Reply(404, orjson.dumps({"error": {"code": 404, "message": text}}))
