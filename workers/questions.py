"""Questions: what the recommender process was asked, read strictly; what is wrong is said where."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from infra.errors import Refused
from infra.recommending import Question

T = TypeVar("T")

KEY_CHARACTERS_MAX = 80
HISTORY_MAX = 1_000
AMONG_MAX = 10_000
WORDS_MAX = 10_000
PROFILE_MAX = 100
ABOUT_MAX = 50
LIMIT_MAX = 500
WEIGHT_MAX, AT_MAX = 1e6, 1e12
NUMBERS = frozenset({int, float})
FIELDS = frozenset(Question.__dataclass_fields__)


class BadQuestion(Refused):
    """The question cannot be answered as it is; `path` says where it is wrong."""

    code = "BAD_QUESTION"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = tuple(path.split("."))


def read(said: Any) -> Question:
    """The question of a decoded message. Raises BadQuestion.

    A number that is not finite, a weight below nought and a list beyond its limit are refused;
    keys that no model knows are not.
    """
    if not isinstance(said, dict) or not FIELDS.issuperset(said):
        raise BadQuestion("question", "not an object with the fields of a question")
    member, among = said.get("member"), said.get("among")
    return Question(
        programme=_whole(said.get("programme"), "programme", most=2**31 - 1),
        member=None if member is None else _text(member, "member"),
        at=_number(said.get("at"), "at"),
        placement=_text(said.get("placement"), "placement"),
        context=_table(said.get("context"), "context", _word, most=WORDS_MAX),
        history=_history(said.get("history")),
        refused=_table(said.get("refused"), "refused", _times, most=WORDS_MAX),
        among=None if among is None else _list(among, "among", _text, most=AMONG_MAX),
        about=_table(said.get("about"), "about", _keys, most=AMONG_MAX),
        profile=_table(said.get("profile"), "profile", _word, most=PROFILE_MAX),
        limit=_whole(said.get("limit"), "limit", most=LIMIT_MAX),
    )


def _history(said: Any) -> Sequence[tuple[str, float, float]]:
    """By far the longest part, so it is looked at in one go."""
    seen = _list(said, "history", _three, most=HISTORY_MAX)
    for item, weight, at in seen:
        if not (isinstance(item, str) and 0 < len(item) <= KEY_CHARACTERS_MAX):
            raise BadQuestion("history", "an item that is no key")
        # By type, for to Python a truth is a number too.
        if type(weight) not in NUMBERS or type(at) not in NUMBERS:
            raise BadQuestion("history", "a weight or a time that is no number")
        if not (0 <= weight <= WEIGHT_MAX and 0 <= at <= AT_MAX):
            raise BadQuestion("history", "a weight or a time that cannot be")
    return seen


def _three(said: Any, path: str) -> tuple[str, float, float]:
    if not isinstance(said, list) or len(said) != 3:
        raise BadQuestion(path, "not an item, a weight and a time")
    return said[0], said[1], said[2]


def _list(said: Any, path: str, read_one: Callable[[Any, str], T], *, most: int) -> Sequence[T]:
    if not isinstance(said, list) or len(said) > most:
        raise BadQuestion(path, f"not a list of {most} at most")
    return [read_one(one, path) for one in said]


def _table(
    said: Any, path: str, read_one: Callable[[Any, str], T], *, most: int
) -> Mapping[str, T]:
    if not isinstance(said, dict) or len(said) > most:
        raise BadQuestion(path, f"not an object of {most} fields at most")
    return {name: read_one(value, f"{path}.{name}") for name, value in said.items()}


def _keys(said: Any, path: str) -> Sequence[str]:
    return _list(said, path, _text, most=ABOUT_MAX)


def _word(said: Any, path: str) -> float | str:
    return _text(said, path) if isinstance(said, str) else _number(said, path)


def _times(said: Any, path: str) -> int:
    return _whole(said, path, most=2**31 - 1, least=0)


def _text(said: Any, path: str) -> str:
    if not isinstance(said, str) or not 0 < len(said) <= KEY_CHARACTERS_MAX:
        raise BadQuestion(path, f"not a text of 1 to {KEY_CHARACTERS_MAX} characters")
    return said


def _number(said: Any, path: str) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said):
        raise BadQuestion(path, "not a number")
    return float(said)


def _whole(said: Any, path: str, *, most: int, least: int = 1) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or not least <= said <= most:
        raise BadQuestion(path, f"not a whole number from {least} to {most}")
    return said
