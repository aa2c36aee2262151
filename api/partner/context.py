"""Context: which partner is asking, with which key, and the one programme they see."""

import functools
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, cast

import strawberry

from api.asking import Asking
from api.faults import Fault, FaultCode
from api.fields import described
from api.partner.identifying import PartnerIdentity
from domain.partners import Partner, Scope
from domain.programmes import Programme
from infra import db
from infra.db import Tx

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])
SCOPE = "scope"


@dataclass(slots=True, kw_only=True)
class PartnerContext(Asking):
    """One operation of a partner. What it reads is read behind the programme's wall."""

    identity: PartnerIdentity

    @property
    def partner(self) -> Partner:
        """The partner who asks."""
        return self.identity.partner

    @property
    def programme(self) -> Programme:
        """The programme that the key is for."""
        return self.identity.programme

    def _opened(self) -> AbstractAsyncContextManager[Tx]:
        return db.reading(wall=self.identity.wall)


PartnerInfo: TypeAlias = strawberry.Info[PartnerContext, None]


def scoped(*scopes: Scope) -> Callable[[F], F]:
    """A field for keys with one of these scopes only; its type must be nullable.

    For others it is null, with NOT_PERMITTED in `errors`. The resolver takes `info: PartnerInfo`.
    """

    named_scopes = " or ".join(scopes)

    def declare(resolver: F) -> F:
        @functools.wraps(resolver)
        async def checked(*args: Any, **named: Any) -> Any:
            info: PartnerInfo = named["info"]
            if info.context.identity.scopes.isdisjoint(scopes):
                raise Fault(FaultCode.NOT_PERMITTED, f"This needs the scope {named_scopes}.")
            return await resolver(*args, **named)

        told = f"{described(resolver)}\nNeeds {named_scopes}."
        return cast(F, strawberry.field(checked, description=told, metadata={SCOPE: scopes}))

    return declare
