"""python -m cli.loc_keys: write docs/loc-keys.json, what an app has built in to show pushes."""

from pathlib import Path

import orjson

from cli.telling import answers
from domain import wording

FILE = Path(__file__).parent.parent / "docs" / "loc-keys.json"


def text() -> str:
    """The file's text: every key with its arguments, and every text by language."""
    return orjson.dumps(wording.catalogue(), option=orjson.OPT_INDENT_2).decode() + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
    answers.print(f"wrote {FILE.name}")
