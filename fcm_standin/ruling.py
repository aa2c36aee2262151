"""Ruling: what goes wrong on purpose, for whom, how often, and how long an answer takes.

Rules are looked at in their order; the first that fits and has an answer decides, the delays of
all that fit are added. A share is no throw of dice at the moment of asking: it is decided by the
seed, the rule, the message and how often that message came, so that a run with other timing goes
wrong in the same places.
"""

import random
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from zlib import crc32

ATTEMPTS_MAX = 500_000
RESET_CODES = 2**32
LATENCY_MS_MAX = 3_600_000


class What(StrEnum):
    """What a rule can answer."""

    UNREGISTERED = "UNREGISTERED"
    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    BAD_TARGET = "BAD_TARGET"
    SENDER_ID_MISMATCH = "SENDER_ID_MISMATCH"
    THIRD_PARTY_AUTH_ERROR = "THIRD_PARTY_AUTH_ERROR"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    DEVICE_QUOTA_EXCEEDED = "DEVICE_QUOTA_EXCEEDED"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"
    BAD_GATEWAY = "BAD_GATEWAY"
    RESET = "RESET"
    NEVER = "NEVER"
    DROP = "DROP"


class BadRule(ValueError):
    """What was said is no rule; the message says why."""


@dataclass(slots=True)
class Rule:
    """One thing that goes wrong.

    answer -- None: nothing goes wrong, it only takes time.
    fid -- only targets that begin so; platform, kind, topic -- only these.
    share -- of the messages that fit, 0 to 1. next -- only the next so many that fit.
    accept -- the message is delivered all the same: the answer lies, as a lost one does.
    retry_after_s -- said with 429, 500 and 503. latency_ms -- at least and at most.
    reset_code -- of HTTP/2, where the answer is RESET; 7 is REFUSED_STREAM, 2 INTERNAL_ERROR.
    """

    answer: What | None = None
    fid: str = ""
    platform: str | None = None
    kind: str | None = None
    topic: str | None = None
    share: float = 1.0
    next: int | None = None
    accept: bool = False
    retry_after_s: int | None = None
    latency_ms: tuple[float, float] = (0.0, 0.0)
    reset_code: int = 2

    def fits(self, asked: "Asked") -> bool:
        """Whether the rule is about such a message."""
        return (
            asked.target.startswith(self.fid)
            and self.platform in (None, asked.platform)
            and self.kind in (None, asked.kind)
            and self.topic in (None, asked.topic)
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule may look at."""

    target: str
    body: bytes
    platform: str | None = None
    kind: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to happen to one message; `rule` None: nothing out of the ordinary."""

    rule: Rule | None
    delay_s: float


QUIET = Verdict(None, 0.0)


class Rules:
    """The rules that hold now."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self._rules: list[Rule] = []
        self._attempts: OrderedDict[int, int] = OrderedDict()
        self._random = random.Random(f"latency {seed}")

    @property
    def rules(self) -> Sequence[Rule]:
        """In the order in which they are looked at."""
        return self._rules

    def replace(self, rules: Sequence[Rule], *, seed: int | None = None) -> None:
        """These and no others from now on; what was counted is forgotten."""
        self.seed = self.seed if seed is None else seed
        self._rules = list(rules)
        self._attempts.clear()
        self._random = random.Random(f"latency {self.seed}")

    def add(self, rule: Rule) -> Rule:
        """One more, looked at after the others."""
        self._rules.append(rule)
        return rule

    def judge(self, asked: Asked) -> Verdict:
        """What is to happen to a message."""
        if not self._rules:
            return QUIET
        delay_s, attempt = 0.0, -1
        for number, rule in enumerate(self._rules):
            if rule.next == 0 or not rule.fits(asked):
                continue
            if rule.share < 1.0:
                attempt = self._attempt(asked) if attempt < 0 else attempt
                if self._dice(number, attempt, asked) >= rule.share:
                    continue
            least, most = rule.latency_ms
            if most > 0:
                delay_s += self._random.uniform(least, most) / 1000
            if rule.next is not None:
                rule.next -= 1
            if rule.answer is not None:
                return Verdict(rule, delay_s)
        return Verdict(None, delay_s)

    def _attempt(self, asked: Asked) -> int:
        key = hash((asked.target, asked.body))
        attempt = self._attempts.pop(key, 0) + 1
        self._attempts[key] = attempt
        if len(self._attempts) > ATTEMPTS_MAX:
            self._attempts.popitem(last=False)
        return attempt

    def _dice(self, number: int, attempt: int, asked: Asked) -> float:
        said = f"{self.seed} {number} {attempt} {asked.target} ".encode()
        # A plain checksum of such similar texts is not even; the generator makes it so.
        return random.Random(crc32(asked.body, crc32(said))).random()


def read_rule(said: object) -> Rule:
    """A rule as the control API takes it.

    Raises BadRule: not an object, an unknown field, an unknown answer, a value out of range.
    """
    if not isinstance(said, dict):
        raise BadRule("a rule is an object")
    unknown = sorted(set(said) - {field.name for field in fields(Rule)})
    if unknown:
        raise BadRule(f"a rule has no field {unknown[0]!r}")
    values = dict(said)
    answer = values.get("answer")
    if answer is not None:
        if not isinstance(answer, str):
            raise BadRule("answer is a text")
        if answer not in list(What):
            raise BadRule(f"no answer is called {answer!r}; there are {', '.join(What)}")
        values["answer"] = What(answer)
    if "latency_ms" in values:
        values["latency_ms"] = _latency(values["latency_ms"])
    rule = Rule(**values)
    _check_range(rule)
    return rule


def _latency(said: object) -> tuple[float, float]:
    pair = [said, said] if isinstance(said, int | float) else said
    if isinstance(pair, list | tuple) and len(pair) == 2:
        least, most = pair
        if _is_number(least) and _is_number(most) and 0 <= least <= most <= LATENCY_MS_MAX:
            return float(least), float(most)
    raise BadRule("latency_ms is a number, or [least, most]")


def _check_range(rule: Rule) -> None:
    texts = (rule.fid, rule.platform or "", rule.kind or "", rule.topic or "")
    if not all(isinstance(text, str) for text in texts):
        raise BadRule("fid, platform, kind and topic are texts")
    if not (_is_number(rule.share) and 0 <= rule.share <= 1):
        raise BadRule("share is between 0 and 1")
    for name, value in (("next", rule.next), ("retry_after_s", rule.retry_after_s)):
        if value is not None and not (_is_whole(value) and value >= 0):
            raise BadRule(f"{name} is a whole number")
    if not (_is_whole(rule.reset_code) and 0 <= rule.reset_code < RESET_CODES):
        raise BadRule("reset_code is an error code of HTTP/2")
    if not isinstance(rule.accept, bool):
        raise BadRule("accept is true or false")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
