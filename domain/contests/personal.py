"""What contests keep about a member: told on request, and forgotten.

Rows and sums stay; contests hold no words of anybody.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import members
from domain.contests.vacating import give_up
from infra.db import Tx

TABLES = frozenset({"contest", "contest_player"})

CONTESTS = """
SELECT id, template, target, payout, stake, first_day, last_day, state, created_at, ended_at
FROM contest WHERE programme = $1 AND creator = $2 ORDER BY created_at, id
"""
PLAYED = """
SELECT contest, state, invited_at, answered_at, stake, day, reached, place, won
FROM contest_player WHERE programme = $1 AND member = $2 ORDER BY invited_at, contest
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that contests keep of the member, by table; nothing of others."""
    return {
        "contest": [dict(row) for row in await tx.rows(CONTESTS, programme, member)],
        "contest_player": [dict(row) for row in await tx.rows(PLAYED, programme, member)],
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """The member out of every contest; what was forfeited is in the pots then."""
    found = await members.get(member, programme=programme, tx=tx)
    await give_up(found, at=at, tx=tx)
