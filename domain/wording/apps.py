"""Apps: the texts as a phone keeps them, so that a push need only name one.

A push names a title and a body by their keys and brings the body's arguments as strings, in the
order of the key. The texts here are those of the app itself, with a place for each argument as
Android writes it, %1$s; iOS writes %1$@.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from domain.wording.keys import KEYS
from domain.wording.languages import LANGUAGES
from domain.wording.records import Key
from domain.wording.vocabulary import vocabulary

PLACE = re.compile(r"\{\{ (\w+) \}\}")


def pushed_keys() -> Sequence[Key]:
    """The keys that a push may name: all but those of units, whose words are in arguments."""
    return [key for key in KEYS.values() if not key.name.startswith("unit.")]


@cache
def app_texts(tag: str) -> Mapping[str, str]:
    """Every text of a language by the key that a push names it by."""
    texts = vocabulary(tag).texts
    return {
        name: text
        for key in pushed_keys()
        for name, text in (
            (key.title_key, positional(texts[key.name].title, key)),
            (key.body_key, positional(texts[key.name].body, key)),
        )
    }


def catalogue() -> Mapping[str, object]:
    """All that an app has to know: the keys with their arguments, and the texts by language."""
    return {
        "keys": {
            key.name: {
                "title": key.title_key,
                "body": key.body_key,
                "args": [{"name": name, "kind": str(kind)} for name, kind in key.args.items()],
            }
            for key in pushed_keys()
        },
        "texts": {tag: app_texts(tag) for tag in LANGUAGES},
    }


def positional(template: str, key: Key) -> str:
    """A template of the app's own as a device has it: a percent sign that is none is doubled."""
    places = {name: place for place, name in enumerate(key.args, start=1)}
    return PLACE.sub(lambda found: f"%{places[found[1]]}$s", template.replace("%", "%%"))
