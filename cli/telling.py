"""Telling: what the command line says, and how it says that something cannot be done."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import orjson
from rich.console import Console
from rich.table import Table

from infra.checks import Trouble
from infra.errors import Refused

# Said to people goes to standard error, answers to standard output, so that pipes work.
people = Console(stderr=True, highlight=False)
answers = Console(highlight=False)

REFUSED, TROUBLE, USAGE = 1, 3, 2


class Stop(Exception):
    """The command ends here: `message` is said, `code` is the exit status."""

    def __init__(self, message: str, *, code: int = TROUBLE) -> None:
        super().__init__(message)
        self.code = code


@contextmanager
def plainly() -> Iterator[None]:
    """Turn the faults that are to be expected into sentences and exit codes, no tracebacks."""
    from infra import db, observing

    # As in the processes: one line each, and no local variables, which hold members' data.
    observing.logs("warning")
    try:
        yield
    except Stop as stop:
        _end(str(stop), stop.code)
    except Refused as refused:
        _end(f"{refused.code}: {refused}", REFUSED)
    except db.Unavailable as error:
        _end(f"The database does not answer: {error or type(error).__name__}.", TROUBLE)
    except KeyboardInterrupt:
        _end("Stopped.", 130)


def stop_at(troubles: Iterable[Trouble]) -> None:
    """Say every trouble. Raises Stop when one of them is fatal."""
    fatal = False
    for trouble in troubles:
        colour = "red" if trouble.fatal else "yellow"
        people.print(f"[{colour}]{'Error' if trouble.fatal else 'Note'}:[/] ", end="")
        people.print(f"{trouble.what}\n  {trouble.mend}", markup=False)
        fatal = fatal or trouble.fatal
    if fatal:
        raise Stop("Not started.")


def as_json(answer: Any) -> None:
    """Print an answer for a script: one JSON document on standard output."""
    sys.stdout.write(orjson.dumps(answer, default=str).decode() + "\n")


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print an answer for a person."""
    shown = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False)
    for row in rows:
        shown.add_row(*(str(cell) for cell in row))
    answers.print(shown)


def _end(message: str, code: int) -> NoReturn:
    people.print(message, markup=False, soft_wrap=True)
    raise SystemExit(code)
