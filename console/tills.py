"""Tills: the key with which the demonstration plays the till of a shop. In development only."""

import asyncio
from datetime import timedelta

from domain import partners, programmes
from domain.partners import Made, Scope
from infra import clock, db

# Whose till it is, and what the page does with it.
PARTNER = "stride"
SCOPES = frozenset({Scope.REDEMPTIONS_WRITE})
LASTS = timedelta(days=1)
# A page that is loaded now is used for a while.
LEFT = timedelta(hours=1)


class Till:
    """The till of one process: its key is made when the first page asks, and again in time."""

    def __init__(self, programme: str) -> None:
        self._programme = programme
        self._made: Made | None = None
        self._one_at_a_time = asyncio.Lock()

    async def secret(self) -> str | None:
        """The secret of an open key; None where that shop is no partner, as outside the demo."""
        async with self._one_at_a_time:
            at = clock.now()
            if self._made is None or self._made.key.expires_at < at + LEFT:
                self._made = await self._new()
        return None if self._made is None else self._made.secret

    async def _new(self) -> Made | None:
        at = clock.now()
        async with db.transaction() as tx:
            try:
                home = await programmes.by_slug(self._programme, tx=tx)
            except programmes.NoSuchProgramme:
                return None
            known = await partners.listed(programme=home.id, after=None, limit=100, tx=tx)
            shop = next((one for one in known if one.slug == PARTNER), None)
            if shop is None:
                return None
            return await partners.create_key(
                shop.id,
                programme=home.id,
                scopes=SCOPES,
                expires_at=at + LASTS,
                at=at,
                tx=tx,
            )
