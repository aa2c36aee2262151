"""What surveys keeps about a member, for them to have and to have forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset({"survey_answer"})

TOLD = """
SELECT a.survey, s.title, a.started_at, a.answered_at FROM survey_answer AS a
JOIN survey AS s ON s.programme = a.programme AND s.id = a.survey
WHERE a.programme = $1 AND a.member = $2 ORDER BY a.survey
"""
# The ref is what somebody else's page knows the member by: it leads nowhere from now on.
FORGET = """
UPDATE survey_answer
SET ref = translate(left(md5(random()::text || survey || member), 26), '0189', 'wxyz')
WHERE programme = $1 AND member = $2
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The member's surveys, by table; what they answered is not here."""
    return {"survey_answer": [dict(row) for row in await tx.rows(TOLD, programme, member)]}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Nobody's page knows the member by a ref any more."""
    await tx.run(FORGET, programme, member)
