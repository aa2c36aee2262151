"""Rolling: a period that nobody kept is over, by the clock.

Two such moments of one member's streak are never within 20 hours of each other: see `periods`.
"""

from datetime import datetime

from domain import members
from domain.streaks import storing
from domain.streaks.keeping import keepings
from domain.streaks.turning import Turn, turn
from infra.db import Tx

CHUNK = 200

# Of one programme, those that have waited longest: another call takes the next.
DUE = """
SELECT k.programme, k.member, k.streak FROM streak_keeping AS k
WHERE k.rolls_at <= $1 AND k.programme = (
    SELECT f.programme FROM streak_keeping AS f WHERE f.rolls_at <= $1 ORDER BY f.rolls_at LIMIT 1
)
ORDER BY k.rolls_at LIMIT $2
"""


async def roll(at: datetime, tx: Tx) -> int:
    """Bring streaks whose next period is over to what is known; how many there were.

    Somebody who has moved west since has more time: theirs is only put off.
    """
    due = await tx.rows(DUE, at, CHUNK)
    if not due:
        return 0
    programme = due[0]["programme"]
    await members.lock({row["member"] for row in due}, programme=programme, tx=tx)
    # Once more with the members held: what they did meanwhile counts.
    pairs = [(row["member"], row["streak"]) for row in due]
    pasts = await keepings(pairs, programme=programme, tx=tx)
    streaks = (await storing.known(programme, tx=tx)).streaks
    turns = [
        Turn(streaks[streak], member, past, past, at) for (member, streak), past in pasts.items()
    ]
    await turn(turns, programme=programme, tx=tx)
    return len(due)
