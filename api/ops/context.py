"""Context: which operator is asking, and the one programme they see.

Everything behind it is read behind the wall: by a database role that row-level security keeps
inside the programme.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar, cast

import strawberry

from api.asking import Asking
from api.faults import Fault, FaultCode
from api.fields import described
from domain import operators, programmes
from domain.operators import Operator, Permission
from domain.programmes import Programme
from infra import db
from infra.db import Tx, Wall
from infra.identity import Identity

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])
PERMISSION = "permission"
CLAIM = "claimInvitation"


@dataclass(frozen=True, slots=True)
class Desk:
    """An operator at work: who, and for which programme."""

    operator: Operator
    programme: Programme

    @property
    def wall(self) -> Wall:
        """What the operator's transactions may touch."""
        return Wall(self.programme.id, self.programme.book)


@dataclass(slots=True, kw_only=True)
class OpsContext(Asking):
    """One operation of somebody with a good operator's token."""

    identity: Identity
    _desk: Desk | None = None
    _wall: Wall | None = None
    _asked: bool = False
    _door: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def desk(self) -> Desk | None:
        """Who asks, at work; None for somebody who is no operator of the token's programme."""
        async with self._door:
            if not self._asked:
                self._desk = await self._recognised()
                self._wall = self._wall if self._desk is None else self._desk.wall
                self._asked = True
        return self._desk

    async def operator(self) -> Operator | None:
        """The operator who asks; None for somebody who is none."""
        desk = await self.desk()
        return None if desk is None else desk.operator

    async def programme(self) -> Programme:
        """The programme that the operator works for. Raises Fault with NOT_PERMITTED."""
        return (await self._at_work()).programme

    async def allowed(self, permission: Permission) -> Operator:
        """The operator, who has that permission. Raises Fault with NOT_PERMITTED."""
        operator = (await self._at_work()).operator
        if permission not in operator.permissions:
            raise Fault(FaultCode.NOT_PERMITTED, f"This needs the permission {permission}.")
        return operator

    def forget(self) -> None:
        """Read anew who asks: a mutation may have changed what they may do."""
        self._desk, self._asked = None, False

    async def _at_work(self) -> Desk:
        desk = await self.desk()
        if desk is None:
            raise Fault(FaultCode.NOT_PERMITTED, "You are no operator of this programme.")
        return desk

    async def _recognised(self) -> Desk | None:
        who = self.identity
        try:
            async with db.reading() as tx:
                programme = await programmes.by_slug(who.programme, tx=tx)
                known = await self._known(programme, tx)
            if known is None and who.email is not None and who.email_verified:
                known = await self._claimed(programme, who.email)
        except programmes.NoSuchProgramme:
            return None
        return None if known is None else Desk(known, programme)

    async def _known(self, programme: Programme, tx: Tx) -> Operator | None:
        who = self.identity
        try:
            return await operators.identified(
                programme=programme.id, issuer=who.issuer, subject=who.subject, tx=tx
            )
        except operators.NoSuchOperator:
            return None

    async def _claimed(self, programme: Programme, email: str) -> Operator | None:
        """The first sign-in of somebody who was invited by an address that is verified."""
        who = self.identity
        async with db.transaction(wall=Wall(programme.id, programme.book)) as tx:
            try:
                claimed = await operators.claim(
                    programme=programme.id,
                    email=email,
                    issuer=who.issuer,
                    subject=who.subject,
                    at=self.at,
                    tx=tx,
                )
            except operators.NoSuchOperator:
                # Another request of theirs may have claimed it a moment ago.
                return await self._known(programme, tx)
            await operators.note(
                CLAIM,
                programme=programme.id,
                operator=claimed.id,
                reason="signed in for the first time",
                at=self.at,
                tx=tx,
            )
            return claimed

    def _opened(self) -> AbstractAsyncContextManager[Tx]:
        # It outlives `forget`: the answer of a mutation is read within the same programme.
        assert self._wall is not None, "only an operator reads anything"
        return db.reading(wall=self._wall)


OpsInfo: TypeAlias = strawberry.Info[OpsContext, None]


def permitted(permission: Permission) -> Callable[[F], F]:
    """A field that only operators with that permission see; its type must be nullable.

    For others it is null, with NOT_PERMITTED in `errors`. The resolver takes `info: OpsInfo`.
    """

    def declare(resolver: F) -> F:
        @functools.wraps(resolver)
        async def checked(*args: Any, **named: Any) -> Any:
            info: OpsInfo = named["info"]
            await info.context.allowed(permission)
            return await resolver(*args, **named)

        told = f"{described(resolver)}\nNeeds {permission}."
        declared = strawberry.field(checked, description=told, metadata={PERMISSION: permission})
        return cast(F, declared)

    return declare
