"""Guessing: codes that were wrong at a till, counted so that nobody tries them all.

One count for each outlet, whatever the codes are for.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.outlets import finding
from domain.outlets.errors import TooManyGuesses
from domain.outlets.records import Outlet
from infra.db import Tx

# So many codes may be wrong at one outlet in so long: of all there are, nobody hits one.
GUESSES_MAX = 20
GUESSES_WITHIN = timedelta(minutes=10)
GUESSES_KEPT = timedelta(days=1)
CHUNK = 500

GUESSES = """
SELECT coalesce(sum(wrong), 0)::int FROM moment_guess
WHERE programme = $1 AND outlet = $2 AND since > $3
"""
NOTE_GUESS = """
INSERT INTO moment_guess AS g (programme, outlet, since, wrong) VALUES ($1, $2, $3, 1)
ON CONFLICT (programme, outlet, since)
DO UPDATE SET wrong = least(g.wrong + 1, 32767)::smallint
"""
FORGET_GUESSES = """
DELETE FROM moment_guess WHERE (programme, outlet, since) IN (
    SELECT programme, outlet, since FROM moment_guess WHERE since <= $1
    ORDER BY since LIMIT $2 FOR UPDATE SKIP LOCKED
)
RETURNING outlet
"""


async def till(outlet: UUID, *, partner: UUID, programme: int, at: datetime, tx: Tx) -> Outlet:
    """The partner's outlet, where a code is about to be read.

    Refuses, in this order: NoSuchOutlet, TooManyGuesses.
    """
    here = await finding.get(outlet, partner=partner, programme=programme, tx=tx)
    wrong = await tx.value(GUESSES, programme, outlet, at - GUESSES_WITHIN)
    if wrong >= GUESSES_MAX:
        raise TooManyGuesses("too many codes were wrong here; try again in ten minutes")
    return here


async def note_guess(*, outlet: UUID, partner: UUID, programme: int, at: datetime, tx: Tx) -> None:
    """That a code was wrong at an outlet, in a transaction that stays. Raises NoSuchOutlet."""
    await finding.get(outlet, partner=partner, programme=programme, tx=tx)
    minute = at.astimezone(UTC).replace(second=0, microsecond=0)
    await tx.run(NOTE_GUESS, programme, outlet, minute)


async def forget_guesses(at: datetime, tx: Tx) -> int:
    """Forget wrong codes a day later; how many rows."""
    return len(await tx.rows(FORGET_GUESSES, at - GUESSES_KEPT, CHUNK))
