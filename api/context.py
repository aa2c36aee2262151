"""Context: which member is asking, and what their operation has loaded."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import strawberry

from api import faults
from api.asking import Asking
from api.live import Hub
from api.loading import Loading
from domain import members
from domain.members import Member
from infra.db import Tx
from infra.identity import Identity


@dataclass(slots=True, kw_only=True)
class Context(Asking):
    """One operation of a member, or of somebody with a good token who has not joined yet.

    last_event_id -- the last place of a stream that is taken up again; None: it says none.
    """

    identity: Identity
    hub: Hub
    last_event_id: str | None = None
    _asker: Member | None = None
    _asked: bool = False
    _loading: Loading | None = None

    async def asker(self) -> Member | None:
        """The member who asks; None for somebody who has not joined the programme."""
        if not self._asked:
            async with self.reading() as tx:
                await self.recognise(tx=tx)
        return self._asker

    async def recognise(self, *, tx: Tx) -> Member | None:
        """Like `asker`, in a transaction that is open anyway."""
        if not self._asked:
            who = self.identity
            try:
                self._asker = await members.identified(
                    who.programme,
                    issuer=who.issuer,
                    subject=who.subject,
                    session=who.session,
                    since=who.authenticated_at or who.issued_at,
                    tx=tx,
                )
            except members.NoSuchMember:
                self._asker = None
            except members.SignedOut as refused:
                self.denied = faults.unauthenticated(str(refused), str(refused))
                raise self.denied from refused
            self._asked = True
        return self._asker

    @property
    def loading(self) -> Loading:
        """What this operation loads in batches."""
        if self._loading is None:
            assert self._asker is not None, "only a member sees anything to load"
            self._loading = Loading(self._asker, self.reading, at=self.at)
        return self._loading

    def forget(self, *, asker: bool) -> None:
        """Read anew what a mutation has changed; `asker`: who asks may have changed, too."""
        self._loading = None
        if asker:
            self._asker, self._asked = None, False

    def renewed(self, *, at: datetime) -> "Context":
        """The same asker at a later time: for each event of a subscription."""
        again = Context(
            identity=self.identity,
            at=at,
            request_id=self.request_id,
            cursors=self.cursors,
            hub=self.hub,
        )
        again._asker, again._asked = self._asker, self._asked
        return again


Info: TypeAlias = strawberry.Info[Context, None]
