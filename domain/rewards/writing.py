"""Writing: texts and images as plain JSON, and read from it again. Pure."""

from collections.abc import Mapping, Sequence

import orjson

from domain.rewards.records import Image, Text


def write_texts(texts: Mapping[str, Text]) -> str:
    """The texts as JSON text."""
    plain = {language: [text.title, text.body] for language, text in texts.items()}
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()


def read_texts(text: str) -> Mapping[str, Text]:
    """The texts that `write_texts` has written."""
    return {language: Text(*words) for language, words in orjson.loads(text).items()}


def write_images(images: Sequence[Image]) -> str:
    """The images as JSON text."""
    plain = [[image.url, dict(image.alts)] for image in images]
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()


def read_images(text: str) -> Sequence[Image]:
    """The images that `write_images` has written."""
    return tuple(Image(url, alts) for url, alts in orjson.loads(text))
