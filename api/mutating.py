"""Mutating: the one way through which every mutation of a member goes.

One mutation field is one transaction.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Generic, TypeVar
from uuid import UUID

from api.context import Context, Info
from api.performing import Key, Mutation, id_for
from api.refusals import NotAMember, Refusal
from domain import programmes
from domain.members import Member
from infra import db
from infra.answers import Claim
from infra.db import Tx
from infra.errors import Refused
from infra.identity import Identity

V = TypeVar("V")
R = TypeVar("R")


class NotOnWatch(Refused):
    """A watch that asks with its own token may not do this: the member does it on their phone."""

    code = "NOT_ON_WATCH"


@dataclass(frozen=True, slots=True)
class Act:
    """What a verb of the domain needs beside its own arguments.

    id -- for what the verb makes: derived from the key, so that a repeat makes the same.
    told -- what the verb's `ask` was answered.
    """

    identity: Identity
    at: datetime
    id: UUID
    tx: Tx
    asker: Member | None
    told: Any = None

    @property
    def member(self) -> Member:
        """Who acts. Raises NotAMember."""
        if self.asker is None:
            raise NotAMember("join the programme first")
        return self.asker


@dataclass(frozen=True)
class Verb(Mutation[Context, Act, V, R], Generic[V, R]):
    """One mutation of a member.

    newcomers -- True when somebody who is no member yet may use it.
    on_watch  -- True when a watch may use it with its own token; by default it may not. A watch
                 is worn open, lent and lost, so it does what is soon done and does no harm.
    ask       -- what is asked of others than the database, before the transaction begins: nobody
                 waits for them in one. Of a request that is repeated it is asked again, in vain.
    """

    newcomers: bool = False
    on_watch: bool = False
    ask: Callable[[Any, Context], Awaitable[Any]] | None = None

    async def perform(self, info: Info, asked: object) -> R:
        """Carry the mutation out, or repeat the first answer; a value of its result union."""
        context = info.context
        await context.rest()
        value: V | Refusal
        try:
            self._check(context.identity)
            key = self.key(info, asked, at=context.at)
            told = None if self.ask is None else await self.ask(asked, context)
            async with db.transaction() as tx:
                asker = await context.recognise(tx=tx)
                if asker is None and not self.newcomers:
                    raise NotAMember("join the programme first")
                owner = _stranger(context.identity) if asker is None else asker.id
                id = id_for(key, owner=owner, at=context.at)
                act = Act(context.identity, context.at, id, tx, asker, told)
                claim = None if key is None else await _claim(key, act, newcomers=self.newcomers)
                value = (await self.once(claim, asked, act)).value
        except Refused as refused:
            value = self.refusal(refused, asked)
        # What moves points leaves the member's own record as it is.
        context.forget(asker=not self.moves)
        return await self.shaped(value, context)

    def _check(self, who: Identity) -> None:
        if who.device is not None and not self.on_watch:
            raise NotOnWatch("this is done on the phone, not on a watch")


async def _claim(key: Key, act: Act, *, newcomers: bool) -> Claim:
    """The place of a key. A newcomer becomes a member by the mutation itself, so theirs is
    that of the token before and after."""
    if act.asker is not None and not newcomers:
        return Claim(act.asker.programme, act.asker.id, key.id, key.fingerprint)
    programme = await programmes.by_slug(act.identity.programme, tx=act.tx)
    return Claim(programme.id, _stranger(act.identity), key.id, key.fingerprint)


def _stranger(identity: Identity) -> UUID:
    said = f"{identity.programme}\x1f{identity.issuer}\x1f{identity.subject}"
    return UUID(bytes=sha256(said.encode()).digest()[:16])
