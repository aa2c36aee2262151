"""What wording hands out, and its limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

# What a text is about: a name, a whole number in the unit of the argument's kind.
Value: TypeAlias = str | int | bool


class Kind(StrEnum):
    """What an argument of a text is, and so how it is written in a language.

    TEXT    -- as it is.
    NAME    -- of a person, as it is; an empty one is said as "Somebody". Texts begin with it.
    NUMBER  -- a whole number.
    POINTS  -- a whole number, with the name of the unit: "1 point", "5 punktów".
    METRES  -- a whole number of metres, written as kilometres from one on.
    SECONDS -- a whole number of seconds, written as minutes, and hours from one on.
    MESSAGES -- a whole number of messages.
    """

    TEXT = "TEXT"
    NAME = "NAME"
    NUMBER = "NUMBER"
    POINTS = "POINTS"
    METRES = "METRES"
    SECONDS = "SECONDS"
    MESSAGES = "MESSAGES"


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that is said to members.

    name -- "<topic>.<what>".
    args -- what it says it of, each with its kind, in the order of a push's arguments.
    """

    name: str
    args: Mapping[str, Kind]

    @property
    def title_key(self) -> str:
        """What an app calls the title in its own resources: letters, digits and underscores."""
        return self.name.replace(".", "_") + "_title"

    @property
    def body_key(self) -> str:
        """What an app calls the body in its own resources."""
        return self.name.replace(".", "_") + "_body"


@dataclass(frozen=True, slots=True)
class Said:
    """Something to be put into words.

    key    -- the name of a Key.
    locale -- of whoever reads it, as a BCP 47 tag.
    args   -- a value for each argument of the key, by name: text for TEXT and NAME,
              else a whole number; what the key has no use for is ignored.
    """

    key: str
    locale: str
    args: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Words:
    """Something in words.

    args -- as the strings that a push carries where the device has the text: each in the
            reader's language, in the key's order, none longer than ARG_BYTES_MAX.
    own  -- True: the words are the programme's own. A push then carries the title and the body,
            because the app on the device knows other words.
    """

    title: str
    body: str
    args: tuple[str, ...]
    own: bool
