"""Acting: the one way through which every mutation of a partner goes.

One mutation field is one transaction behind the programme's wall. The key is looked at again in
it, so that one that was revoked a moment ago does nothing more.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from api.partner.context import PartnerContext, PartnerInfo
from api.performing import Mutation, id_for
from api.refusals import Refusal
from domain import partners
from domain.partners import KeyClosed, Partner, Scope
from domain.programmes import Programme
from infra import db
from infra.answers import Claim
from infra.db import Tx
from infra.errors import Refused

V = TypeVar("V")
R = TypeVar("R")


class ScopeMissing(Refused):
    """The key may not be used for this."""

    code = "SCOPE_MISSING"


@dataclass(frozen=True, slots=True)
class PartnerAct:
    """What a verb of the domain needs beside its own arguments.

    id  -- for what the verb makes: derived from the idempotency key, so that a repeat makes the
           same.
    key -- the public id of the API key, for `partners.still_valid`.
    """

    partner: Partner
    programme: Programme
    at: datetime
    id: UUID
    tx: Tx
    key: str


@dataclass(frozen=True)
class PartnerVerb(Mutation[PartnerContext, PartnerAct, V, R], Generic[V, R]):
    """One mutation of a partner.

    scope -- what the key must be for.
    """

    scope: Scope = field(kw_only=True)

    async def perform(self, info: PartnerInfo, asked: Any) -> R:
        """Carry the mutation out, or repeat the first answer; a value of its result union.

        Refuses, in this order: SCOPE_MISSING, what is wrong with the key of `@idempotent`,
        KEY_CLOSED, and what the verb refuses.
        """
        context = info.context
        await context.rest()
        value: V | Refusal
        try:
            value = await self._allowed(info, asked)
        except Refused as refused:
            value = self.refusal(refused, asked)
        return await self.shaped(value, context)

    async def _allowed(self, info: PartnerInfo, asked: Any) -> V | Refusal:
        who, at = info.context.identity, info.context.at
        if self.scope not in who.scopes:
            raise ScopeMissing(f"this needs the scope {self.scope}")
        key = self.key(info, asked, at=at)
        async with db.transaction(wall=who.wall) as tx:
            if not await partners.still_valid(who.key, at=at, tx=tx):
                raise KeyClosed("the key is revoked or has expired")
            id = id_for(key, owner=who.partner.id, at=at)
            act = PartnerAct(who.partner, who.programme, at, id, tx, who.key)
            claim = None
            if key is not None:
                claim = Claim(who.programme.id, who.partner.id, key.id, key.fingerprint)
            return (await self.once(claim, asked, act)).value
