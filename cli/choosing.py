"""Choosing: the settings of a command, from the environment and from what `up` wrote down."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from cli.telling import USAGE, Stop
from infra import settings as all_settings
from infra.settings import Settings, variable_of

FILE = "settings.json"


def settings(*, data: Path | None = None, **chosen: Any) -> Settings:
    """The settings of this process.

    data   -- a folder of `laurel up`, whose database is used when the environment names none.
    chosen -- what the command line says, which counts most.
    Raises Stop for a variable that cannot be understood.
    """
    try:
        said = Settings()
        known = {} if data is None else _remembered(data)
        new = {name: known[name] for name in known if name not in said.model_fields_set}
        return changed(said, **(new | chosen))
    except ValidationError as error:
        raise Stop("\n".join(_misread(error)), code=USAGE) from error


def changed(settings: Settings, **changes: Any) -> Settings:
    """The same settings with some fields set."""
    kept = {name: getattr(settings, name) for name in settings.model_fields_set}
    return Settings(**(kept | changes))


def environment(settings: Settings) -> dict[str, str]:
    """For a child process: our own environment, and what was set since it was read."""
    told = {
        variable_of(name): _text(getattr(settings, name))
        for name in settings.model_fields_set
        if variable_of(name) not in all_settings.inherited()
    }
    return all_settings.inherited() | told | _chosen_ports(settings)


def remember(settings: Settings, folder: Path) -> None:
    """Write down what `up` found out, for the commands that are run beside it."""
    names = (
        "database_url",
        "redis_url",
        "development_key",
        "seal_file",
        "port",
        "models",
        "recommender_url",
    )
    known = {name: _text(getattr(settings, name)) for name in names if getattr(settings, name)}
    file = folder / FILE
    file.touch(mode=0o600)
    file.write_bytes(orjson.dumps(known))


def _chosen_ports(settings: Settings) -> dict[str, str]:
    """The port of the command line counts more than the environment's."""
    return {variable_of("port"): str(settings.port)}


def _remembered(folder: Path) -> dict[str, str]:
    with suppress(OSError, orjson.JSONDecodeError):
        return dict(orjson.loads((folder.expanduser() / FILE).read_bytes()))
    return {}


def _text(value: object) -> str:
    secret = getattr(value, "get_secret_value", None)
    return str(secret() if secret else value)


def _misread(error: ValidationError) -> Iterator[str]:
    for fault in error.errors():
        field = str(fault["loc"][0]) if fault["loc"] else ""
        variable = variable_of(field) if field in Settings.model_fields else field
        yield f"{variable} cannot be understood: {fault['msg']}."
