"""python -m cli.documents: the parts of README that the code knows best, as Markdown."""

from enum import Enum
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from cli.telling import answers
from infra.settings import Settings, variable_of


def settings() -> str:
    """A table of every environment variable."""
    rows = [
        f"| `{variable_of(name)}` | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| Variable | Default | What it is |", "|---|---|---|", *rows]) + "\n"


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, Enum):
        value = value.value
    return "not set" if value is None or value == () else f"`{value}`"


if __name__ == "__main__":
    answers.print(settings(), markup=False, soft_wrap=True, end="")
