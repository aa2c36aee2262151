"""Publishing: write the heads of the sealed journal where its database cannot rewrite them.

The file has one seal a line, as JSON, in the order of sealing. Its last line says how far it
got, so a lost line is written by the next call and a call may be repeated.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from domain.ledger.sealing import Seal
from infra.db import Tx

# Far more than one line needs.
LINE_BYTES_MAX = 4096
LINES_MAX = 10_000

# Sealing goes through all books at once, so this order is the order of sealing.
AFTER = """
SELECT book, segment, first_xid, end_xid, rows, root, head, at
FROM ledger.seal WHERE (end_xid, book) > ($1, $2) ORDER BY end_xid, book LIMIT $3
"""


async def publish(path: Path, *, tx: Tx) -> int:
    """Append the seals that the file does not have yet; how many, at most LINES_MAX.

    Call it before sealing in a transaction: what is not committed must not be published.
    """
    last = _last(path)
    seals = [Seal(**row) for row in await tx.rows(AFTER, *last, LINES_MAX)]
    _append(path, b"".join(map(line, seals)))
    return len(seals)


def published(path: Path) -> Iterator[Seal]:
    """The seals of a published file, in its order.

    Raises ValueError, with the line's number, for a line that is not a seal.
    """
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            try:
                yield _read(orjson.loads(text))
            except (KeyError, TypeError, ValueError) as fault:
                raise ValueError(f"{path}: line {number} is not a seal") from fault


def line(seal: Seal) -> bytes:
    """One line of the file; bytes are in hexadecimal."""
    return orjson.dumps(
        {
            "book": seal.book,
            "segment": seal.segment,
            "first_xid": seal.first_xid,
            "end_xid": seal.end_xid,
            "rows": seal.rows,
            "root": seal.root.hex(),
            "head": seal.head.hex(),
            "at": seal.at,
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


def _read(fields: Mapping[str, Any]) -> Seal:
    return Seal(
        book=int(fields["book"]),
        segment=int(fields["segment"]),
        first_xid=int(fields["first_xid"]),
        end_xid=int(fields["end_xid"]),
        rows=int(fields["rows"]),
        root=bytes.fromhex(fields["root"]),
        head=bytes.fromhex(fields["head"]),
        at=datetime.fromisoformat(fields["at"]),
    )


def _last(path: Path) -> tuple[int, int]:
    lines = _tail(path).split(b"\n")[:-1]
    if not lines:
        return (0, 0)
    seal = _read(orjson.loads(lines[-1]))
    return (seal.end_xid, seal.book)


def _tail(path: Path) -> bytes:
    if not path.exists():
        return b""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 2 * LINE_BYTES_MAX))
        return file.read()


def _append(path: Path, text: bytes) -> None:
    if not text:
        return
    torn = len(_tail(path).rpartition(b"\n")[2])
    with path.open("ab") as file:
        # A crash may have left half a line; it was never published.
        file.truncate(file.tell() - torn)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
