"""Auditing: every act of an operator, also the refused ones, written once and never changed.

A row holds ids and the operator's own reason, and nothing about the people it concerns: who
they are is looked up where they are kept, so that an erasure need not touch the log.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import programmes
from domain.operators.errors import BadReason
from infra import ids
from infra.db import Tx

DONE = "DONE"
REASON_CHARACTERS_MAX = 300
OBJECTS_MAX = 20
ADDRESS = re.compile(r"\S@\S")

NOTE = """
INSERT INTO audit (programme, id, operator, verb, objects, reason, outcome, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
# Newest first: the ids are UUIDv7.
AUDITED = """
SELECT id, programme, operator, verb, objects, reason, outcome, at FROM audit
WHERE programme = $1 AND ($2::uuid IS NULL OR id < $2) AND ($3::uuid IS NULL OR operator = $3)
ORDER BY id DESC LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Deed:
    """One act, or an attempt at one.

    operator -- None: whoever runs this installation, by its command line.
    verb     -- the mutation's name.
    objects  -- the ids of what it was about.
    outcome  -- DONE, or the code of the refusal.
    """

    id: UUID
    programme: int
    operator: UUID | None
    verb: str
    objects: tuple[str, ...]
    reason: str
    outcome: str
    at: datetime


async def note(
    verb: str,
    *,
    programme: int,
    operator: UUID | None,
    objects: Sequence[str] = (),
    reason: str,
    outcome: str = DONE,
    at: datetime,
    tx: Tx,
) -> None:
    """Write an act down, in the transaction of the act itself."""
    told = (verb, list(objects)[:OBJECTS_MAX], reason, outcome, at)
    await tx.run(NOTE, programme, ids.new(at), operator, *told)


async def audited(
    *,
    programme: int,
    operator: UUID | None = None,
    before: UUID | None = None,
    limit: int,
    tx: Tx,
) -> Sequence[Deed]:
    """The acts of a programme's operators, or of one of them, newest first.

    before -- the id of the last deed of the page before.
    """
    rows = await tx.rows(AUDITED, programme, before, operator, limit)
    return [Deed(**{**row, "objects": tuple(row["objects"])}) for row in rows]


def sound_reason(text: str) -> str:
    """`text` as a reason. Raises BadReason."""
    reason = programmes.plain(text, longest=REASON_CHARACTERS_MAX)
    if not reason or ADDRESS.search(reason):
        raise BadReason(
            f"a reason is 1 to {REASON_CHARACTERS_MAX} characters of plain text and names nobody's"
            " e-mail address"
        )
    return reason
