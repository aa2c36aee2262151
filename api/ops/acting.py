"""Acting: the one way through which every act of an operator goes.

One mutation field is one transaction behind the programme's wall. Whatever comes of it, also a
refusal, is written to the audit log in that transaction; a repeated request did nothing again,
so it is not written again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import strawberry

from api import globalids
from api.ops.context import Desk, OpsContext, OpsInfo
from api.performing import Answered, Mutation, id_for
from api.refusals import Refusal
from domain import operators
from domain.operators import Operator, Permission
from domain.programmes import Programme
from infra import db
from infra.answers import Claim
from infra.db import Tx
from infra.errors import Refused

V = TypeVar("V")
R = TypeVar("R")


class NotAnOperator(Refused):
    """The token is good, but whoever it names is no operator of its programme."""

    code = "NOT_AN_OPERATOR"


class NotPermitted(Refused):
    """None of the operator's roles may do this."""

    code = "NOT_PERMITTED"


@dataclass(frozen=True, slots=True)
class OpsAct:
    """What a verb of the domain needs beside its own arguments.

    id -- for what the verb makes: derived from the key, so that a repeat makes the same.
    """

    operator: Operator
    programme: Programme
    reason: str
    at: datetime
    id: UUID
    tx: Tx


@dataclass(frozen=True)
class OpsVerb(Mutation[OpsContext, OpsAct, V, R], Generic[V, R]):
    """One mutation of an operator; its input has a `reason`.

    permission -- what the operator needs.
    made       -- the global id of what the verb made, for the audit log; the ids in the input
                  are written there anyway.
    """

    permission: Permission = field(kw_only=True)
    made: Callable[[V], strawberry.ID] | None = field(default=None, kw_only=True)

    async def perform(self, info: OpsInfo, asked: Any) -> R:
        """Carry the mutation out, or repeat the first answer; a value of its result union."""
        context = info.context
        await context.rest()
        desk = await context.desk()
        if desk is None:
            refused = NotAnOperator("you are no operator of this programme")
            return await self.shaped(self.refusal(refused, asked), context)
        value = await self._audited(info, asked, desk)
        context.forget()
        return await self.shaped(value, context)

    async def _audited(self, info: OpsInfo, asked: Any, desk: Desk) -> V | Refusal:
        at = info.context.at
        async with db.transaction(wall=desk.wall) as tx:
            try:
                async with tx.savepoint():
                    answered = await self._permitted(info, asked, desk, tx)
            except Refused as refused:
                answered = Answered(self.refusal(refused, asked))
            value = answered.value
            if not answered.repeated:
                await operators.note(
                    info.field_name,
                    programme=desk.programme.id,
                    operator=desk.operator.id,
                    objects=self._objects(asked, value),
                    reason=_reason(asked),
                    outcome=value.code if isinstance(value, Refusal) else operators.DONE,
                    at=at,
                    tx=tx,
                )
        return value

    async def _permitted(self, info: OpsInfo, asked: Any, desk: Desk, tx: Tx) -> Answered[V]:
        """Raises Refused, in this order: permission, reason, key, and what the verb refuses."""
        at, operator = info.context.at, desk.operator
        if self.permission not in operator.permissions:
            raise NotPermitted(f"this needs the permission {self.permission}")
        reason = operators.sound_reason(asked.reason)
        key = self.key(info, asked, at=at)
        act = OpsAct(
            operator, desk.programme, reason, at, id_for(key, owner=operator.id, at=at), tx
        )
        claim = None
        if key is not None:
            claim = Claim(desk.programme.id, operator.id, key.id, key.fingerprint)
        return await self.once(claim, asked, act)

    def _objects(self, asked: object, value: V | Refusal) -> list[str]:
        found = list(named(asked))
        if self.made is not None and not isinstance(value, Refusal):
            found.append(str(self.made(value)))
        return found


def named(asked: object) -> list[str]:
    """The global ids in an input, in its order. What is no id of ours is left out: whatever
    somebody typed there does not belong in the audit log."""
    if isinstance(asked, list | tuple):
        return [id for one in asked for id in named(one)]
    if isinstance(asked, str):
        name = globalids.read(asked)
        return [] if name is None or name.uuid is None else [asked]
    if not is_dataclass(asked) or isinstance(asked, type):
        return []
    parts = (getattr(asked, one.name) for one in fields(asked) if one.name.endswith(("id", "ids")))
    return [id for part in parts for id in named(part)]


def _reason(asked: Any) -> str:
    """The reason as it may be kept; empty when it is refused for itself."""
    try:
        return operators.sound_reason(asked.reason)
    except operators.BadReason:
        return ""
