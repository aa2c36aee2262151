"""Rendering: what is said to members, in the words and the language of each.

A text is looked for in the reader's locale, then in its language, in the programme's own and in
English: in each of them the programme's own words first, then the app's.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import chain

import structlog

from domain import programmes
from domain.programmes import Programme
from domain.wording.compiling import Own, Text, own_words, usual
from domain.wording.errors import BadTemplate, TemplateTooComplex
from domain.wording.keys import KEYS
from domain.wording.languages import LANGUAGES, language_of, lookup, tenths
from domain.wording.records import Kind, Said, Value, Words
from domain.wording.sandbox import run
from domain.wording.vocabulary import vocabulary
from infra.db import Tx

ARG_BYTES_MAX = 80
TITLE_BYTES_MAX = 240
# The unit that the app has words for in every language.
USUAL_UNIT = "points"
LAST_RESORT = "en"
KILOMETRE_M = 1_000
MINUTE_S = 60
HOUR_S = 3_600

_log = structlog.get_logger(__name__)


async def rendered(wanted: Sequence[Said], *, programme: int, tx: Tx) -> Sequence[Words]:
    """Each in words, in their order. Three statements, however many there are.

    An argument that a key has and `args` has not, or a key that is none, is our mistake. Words
    of the programme that fail with these arguments give way to the app's own.
    """
    if not wanted:
        return []
    known = await programmes.by_id(programme, tx=tx)
    speaker = Speaker(known, await own_words(programme, tx=tx))
    return [speaker.say(one) for one in wanted]


class Speaker:
    """A programme and the words it uses."""

    def __init__(self, programme: Programme, own: Own) -> None:
        self._programme, self._own = programme, own

    def say(self, said: Said) -> Words:
        """One thing in words."""
        found = self._text(said.key, said.locale, own=True)
        if found.own:
            try:
                return self.worded(said, found)
            except (BadTemplate, TemplateTooComplex) as refused:
                _log.warning("wording.failed", key=said.key, locale=found.locale, why=str(refused))
        return self.worded(said, self._text(said.key, said.locale, own=False))

    def worded(self, said: Said, text: Text) -> Words:
        """One thing in the words of that text. Raises what `sandbox.run` raises."""
        args = {
            name: self._written(said.args[name], kind, text.locale)
            for name, kind in KEYS[said.key].args.items()
        }
        names = named(said.key, said.args, args)
        return Words(
            title=short(run(text.title, names, part="title"), bytes_max=TITLE_BYTES_MAX),
            body=run(text.body, names, part="body"),
            args=tuple(short(one, bytes_max=ARG_BYTES_MAX) for one in args.values()),
            own=text.own,
        )

    def _text(self, key: str, locale: str, *, own: bool) -> Text:
        tags = chain(lookup(locale), lookup(self._programme.locale), (LAST_RESORT,))
        for tag in tags:
            found = self._own.texts.get((key, tag)) if own else None
            if found is not None:
                return found
            if tag in LANGUAGES:
                return usual(key, tag)
        raise AssertionError("the app speaks English")

    def _written(self, value: Value, kind: Kind, locale: str) -> str:
        if kind is Kind.NAME:
            return str(value) or vocabulary(language_of(locale).tag).somebody
        if kind is Kind.TEXT:
            return str(value)
        assert isinstance(value, int), f"{kind} is counted in whole numbers"
        if kind is Kind.POINTS:
            return self._points(value, locale)
        unit, number = _measured(value, kind)
        if unit is None:
            return language_of(locale).number(number)
        return self._counted(f"unit.{unit}", number, locale)

    def _points(self, count: int, locale: str) -> str:
        key = "unit.points"
        text = self._text(key, locale, own=True)
        if not text.own and self._programme.unit.lower() != USUAL_UNIT:
            # Nobody told us how its own unit is said of one or of five.
            return f"{language_of(locale).number(count)} {self._programme.unit}"
        return self._counted(key, count, locale)

    def _counted(self, key: str, count: Decimal | int, locale: str) -> str:
        text = self._text(key, locale, own=True)
        names: dict[str, Value] = {"count": count if isinstance(count, int) else str(count)}
        try:
            return run(text.body, names, part="body")
        except (BadTemplate, TemplateTooComplex) as refused:
            _log.warning("wording.failed", key=key, locale=text.locale, why=str(refused))
        return run(self._text(key, locale, own=False).body, names, part="body")


def named(key: str, raw: Mapping[str, Value], written: Mapping[str, str]) -> dict[str, Value]:
    """What a template may name: each argument as it is written, and what is counted also as the
    number, with `_count` after the name. Of a unit, only the number."""
    if key.startswith("unit."):
        return {name: raw[name] for name in KEYS[key].args}
    counts = {
        f"{name}_count": raw[name]
        for name, kind in KEYS[key].args.items()
        if kind not in (Kind.TEXT, Kind.NAME)
    }
    return {**written, **counts}


def short(text: str, *, bytes_max: int) -> str:
    """The text, or as much of it as fits into so many bytes of UTF-8 with an ellipsis after it."""
    raw = text.encode()
    if len(raw) <= bytes_max:
        return text
    return raw[: bytes_max - len("…".encode())].decode(errors="ignore").rstrip() + "…"


def _measured(value: int, kind: Kind) -> tuple[str | None, Decimal | int]:
    """The unit that a number is said in, and the number in it."""
    if kind is Kind.MESSAGES:
        return "messages", value
    if kind is Kind.METRES and abs(value) >= KILOMETRE_M:
        return "kilometres", tenths(Decimal(value) / KILOMETRE_M)
    if kind is Kind.METRES:
        return "metres", value
    if kind is Kind.SECONDS and abs(value) >= HOUR_S:
        return "hours", tenths(Decimal(value) / HOUR_S)
    if kind is Kind.SECONDS:
        return "minutes", value // MINUTE_S
    return None, value
