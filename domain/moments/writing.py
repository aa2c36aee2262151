"""Writing: texts as plain JSON, and read from it again. Pure."""

from collections.abc import Mapping

import orjson

from domain.moments.records import Text


def write_texts(texts: Mapping[str, Text]) -> str:
    """The texts as JSON text."""
    plain = {language: [text.title, text.body] for language, text in texts.items()}
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()


def read_texts(text: str) -> Mapping[str, Text]:
    """The texts that `write_texts` has written."""
    return {language: Text(*words) for language, words in orjson.loads(text).items()}
