"""Tabling: keeps what answers questions as the database has it, without a pause for who asks.

A new model, a changed shelf or new sums make a new table beside the one that answers; then one
takes the other's place. What cannot be loaded is noted, and the old one stays.
"""

import asyncio
import time
from pathlib import Path
from uuid import UUID

import structlog

from domain import decisions, offers, trainings
from domain.offers import Shelf
from infra import clock, db
from infra.db import Tx
from recommender import bandit, scoring, storing
from recommender.bandit import Posterior, Prior, Sums
from recommender.errors import Unusable
from workers.answering import Known, Laid, NoModel, Table

# A programme nobody has asked about for so long is looked after less often.
ASKED_SECONDS = 60.0
IDLE_SECONDS = 2.0
# Of a shelf that does not change: what depends on how old an offer is.
LAID_SECONDS = 600.0

_log = structlog.get_logger(__name__)


class Tables:
    """The tables of all programmes with a model in use, by programme."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tables: dict[int, Table] = {}
        self._refused: dict[int, UUID] = {}
        self._shelves: dict[int, Shelf] = {}
        self._laid_at: dict[int, float] = {}
        self._looked_at: dict[int, float] = {}
        self._asked_at: dict[int, float] = {}

    def of(self, programme: int) -> Table:
        """What answers for the programme. Raises NoModel."""
        self._asked_at[programme] = time.monotonic()
        table = self._tables.get(programme)
        if table is None:
            raise NoModel(f"programme {programme} has no model in use")
        return table

    async def follow_models(self) -> int:
        """Load the models that are in use and not loaded; how many it tried."""
        async with db.reading() as tx:
            wanted = await trainings.in_use(tx=tx)
        for programme in self._tables.keys() - wanted.keys():
            del self._tables[programme]
        missing = {
            programme: id for programme, id in wanted.items() if not self._has(programme, id)
        }
        for programme, id in missing.items():
            await self._load(programme, id)
        return 0

    async def follow_answers(self) -> int:
        """Bring shelves and sums up to date, of each programme that it is time for; always 0, so
        that the loop sleeps after it."""
        now = time.monotonic()
        due = [programme for programme in self._tables if self._is_due(programme, now)]
        for programme in due:
            await self._refresh(programme)
        return 0

    def _has(self, programme: int, id: UUID) -> bool:
        table = self._tables.get(programme)
        return self._refused.get(programme) == id or (
            table is not None and table.known.version == str(id)
        )

    async def _load(self, programme: int, id: UUID) -> None:
        folder = self._folder / str(programme) / str(id)
        try:
            # In a thread: whoever asks meanwhile is answered by the model of before.
            stored = await asyncio.to_thread(storing.load, folder)
            known = await asyncio.to_thread(Known.of, id, stored)
        except (Unusable, OSError) as error:
            self._refused[programme] = id
            code = error.code if isinstance(error, Unusable) else type(error).__name__
            _log.error("model.refused", programme=programme, model=str(id), code=code)
            return
        self._refused.pop(programme, None)
        await self._refresh(programme, known)
        _log.info("model.loaded", programme=programme, model=str(id), items=len(known.keys))

    async def _refresh(self, programme: int, known: Known | None = None) -> None:
        now = time.monotonic()
        self._looked_at[programme] = now
        async with db.reading() as tx:
            shelf = await offers.shelf(
                programme=programme, known=self._shelves.get(programme), tx=tx
            )
            belief = await _belief(programme, tx=tx)
        before = self._tables.get(programme)
        if known is None:
            if before is None:
                return
            known = before.known
        laid = None if before is None or before.known is not known else before.laid
        if laid is None or shelf.version != laid.version or self._is_old(programme, now):
            laid = await asyncio.to_thread(Laid.of, known, shelf, at=clock.now().timestamp())
            self._laid_at[programme] = now
        self._shelves[programme] = shelf
        self._tables[programme] = Table(known, laid, belief)

    def _is_due(self, programme: int, now: float) -> bool:
        asked = now - self._asked_at.get(programme, -ASKED_SECONDS) < ASKED_SECONDS
        return asked or now - self._looked_at.get(programme, 0.0) >= IDLE_SECONDS

    def _is_old(self, programme: int, now: float) -> bool:
        return now - self._laid_at.get(programme, 0.0) >= LAID_SECONDS


async def _belief(programme: int, *, tx: Tx) -> Posterior | None:
    """What the answers have taught so far; None before the first."""
    sums = await decisions.bandit(programme, tx=tx)
    if not sums.n:
        return None
    return bandit.posterior(Sums.of(sums.n, sums.a, sums.b), Prior.trusting(scoring.P))
