"""Codes: every reason a mutation may give for saying no; codes.txt has them and their meanings."""

from collections.abc import Mapping
from enum import Enum
from pathlib import Path

import strawberry


def _read(text: str) -> Mapping[str, str]:
    joined = text.replace("\n  ", " ").splitlines()
    lines = (line for line in joined if line and not line.startswith("#"))
    return {code: told for code, _, told in (line.partition(": ") for line in lines)}


MEANINGS = _read(Path(__file__).with_suffix(".txt").read_text())


@strawberry.enum(description="Why a mutation said no. Codes are added, never renamed.")
class ErrorCode(Enum):
    """Why a mutation said no."""

    # As the standard library shows for enums of many values.
    _ignore_ = "codes code told"
    codes = vars()
    for code, told in MEANINGS.items():
        codes[code] = strawberry.enum_value(code, description=told)
