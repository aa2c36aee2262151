"""Languages: how each writes numbers, and which form of a word a number takes. Pure functions.

Plural rules after Unicode CLDR 47, cardinal, for English, Polish, Swedish and Serbian; separators
after the same. Of other languages we know no rules: they count and write as English does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

NO_BREAK_SPACE = "\u00a0"
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Operands:
    """What the rules ask of a number: its whole part, its visible decimals, and how many."""

    i: int
    f: int
    v: int


@dataclass(frozen=True, slots=True)
class Language:
    """How one language counts.

    tag          -- its BCP 47 tag, with the script where that is not the usual one.
    forms        -- the forms a word can take, of CLDR's names, "other" the last.
    group, point -- between thousands, and before decimals.
    grouped_from -- digits of a whole part from which on thousands are separated.
    """

    tag: str
    forms: tuple[str, ...]
    form_of: Callable[[Operands], str]
    group: str
    point: str
    grouped_from: int = 4

    def number(self, number: Decimal | int) -> str:
        """The number as the language writes it."""
        whole, _, decimals = _digits(number)
        grouped = f"{int(whole):,}" if len(whole) >= self.grouped_from else whole
        sign = "-" if number < 0 else ""
        tail = self.point + decimals if decimals else ""
        return sign + grouped.replace(",", self.group) + tail

    def form(self, number: Decimal | int) -> str:
        """Which form a word beside the number takes: one of `forms`."""
        whole, _, decimals = _digits(number)
        return self.form_of(Operands(int(whole), int(decimals or 0), len(decimals)))


def _digits(number: Decimal | int) -> tuple[str, str, str]:
    """The whole part, a point and the decimals: written out, for `str` may use an exponent."""
    return f"{abs(Decimal(number)):f}".partition(".")


def tenths(number: Decimal) -> Decimal:
    """The number with one decimal, or with none where that would be a zero."""
    rounded = number.quantize(TENTH, ROUND_HALF_UP)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


def _germanic(n: Operands) -> str:
    return "one" if n.i == 1 and n.v == 0 else "other"


def _polish(n: Operands) -> str:
    if n.v:
        return "other"
    if n.i == 1:
        return "one"
    few = n.i % 10 in (2, 3, 4) and n.i % 100 not in (12, 13, 14)
    return "few" if few else "many"


def _serbian(n: Operands) -> str:
    counted = n.f if n.v else n.i
    if counted % 10 == 1 and counted % 100 != 11:
        return "one"
    few = counted % 10 in (2, 3, 4) and counted % 100 not in (12, 13, 14)
    return "few" if few else "other"


ENGLISH = Language("en", ("one", "other"), _germanic, ",", ".")
POLISH = Language(
    "pl", ("one", "few", "many", "other"), _polish, NO_BREAK_SPACE, ",", grouped_from=5
)
SWEDISH = Language("sv", ("one", "other"), _germanic, NO_BREAK_SPACE, ",")
SERBIAN = Language("sr", ("one", "few", "other"), _serbian, ".", ",")
SERBIAN_CYRILLIC = Language("sr-Cyrl", ("one", "few", "other"), _serbian, ".", ",")

LANGUAGES: Mapping[str, Language] = {
    one.tag: one for one in (ENGLISH, POLISH, SWEDISH, SERBIAN, SERBIAN_CYRILLIC)
}


def lookup(locale: str) -> tuple[str, ...]:
    """A locale and what it falls back to, the nearest first: "de-AT", then "de".

    After RFC 4647, section 3.4 (lookup).
    """
    parts = locale.split("-")
    return tuple("-".join(parts[:end]) for end in range(len(parts), 0, -1))


def language_of(locale: str) -> Language:
    """The language whose rules a locale has; English where we know none."""
    return next((LANGUAGES[tag] for tag in lookup(locale) if tag in LANGUAGES), ENGLISH)
