"""Telling: what happened to a redemption, to whoever listens."""

from datetime import datetime
from typing import Any, TypeVar

from domain.redemptions.events import About
from domain.redemptions.records import Redemption
from infra.db import Tx
from infra.outbox import emit

E = TypeVar("E", bound=About)


def tell(
    kind: type[E], one: Redemption, name: str, *, at: datetime, tx: Tx, **evidence: Any
) -> None:
    """Emit what happened; name: of the reward, in the language of the member."""
    told = kind(
        programme=one.programme,
        subject=one.member,
        object=one.id,
        at=at,
        reward=one.reward,
        reward_name=name,
        kind=one.kind,
        price=one.price,
        quantity=one.quantity,
        discount=one.discount,
        offer=one.offer,
        **evidence,
    )
    emit(told, tx=tx)
