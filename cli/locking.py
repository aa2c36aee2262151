"""Locking: one `up` at a time for a folder, held by the kernel, so that no crash leaves it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.telling import Stop


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder for the length of the block. Raises Stop, naming who holds it."""
    with (folder / "up.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid = file.read().strip() or "unknown"
            raise Stop(
                f"Laurel is up already on {folder}: process {pid}. "
                "Stop it with Ctrl-C there, or choose another folder with --data."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
