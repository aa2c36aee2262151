"""Handing: what rewards give besides points to spend: badges, and a way up in the tiers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import badges, tiers
from domain.challenges.rewarding import Given, Pay
from domain.tiers import Credit, CreditKind
from infra import ids
from infra.db import Tx

REASON = "challenge"


async def hand(done: Sequence[Given], *, programme: int, at: datetime, tx: Tx) -> None:
    """Give what belongs to rewards that were paid, and take it back where they were returned."""
    paid = [one for one in done if one.state is Pay.PAID]
    back = [one for one in done if one.state is Pay.RETURNED]
    if back:
        had = [one.id for one in back if one.badge]
        await badges.take_back(had, programme=programme, at=at, tx=tx)
        credits = [id for one in back for id in (one.id, _credit_id(one))]
        await tiers.uncredit(credits, programme=programme, at=at, tx=tx)
    if paid:
        await _badges([one for one in paid if one.badge], programme=programme, at=at, tx=tx)
        told = [credit for one in paid for credit in _credits(one, at)]
        if told:
            await tiers.give(told, programme=programme, at=at, tx=tx)


async def _badges(paid: Sequence[Given], *, programme: int, at: datetime, tx: Tx) -> None:
    if not paid:
        return
    keys = {one.badge for one in paid if one.badge is not None}
    known = await badges.known(keys, programme=programme, tx=tx)
    wanted = [
        badges.Grant(
            one.id,
            programme,
            one.member,
            badge.id,
            one.level or 1,
            badges.Origin.REWARD,
            at,
            _evidence(one),
        )
        for one in paid
        if (badge := known.get(one.badge or "")) is not None
    ]
    await badges.grant(wanted, programme=programme, tx=tx)


def _credits(one: Given, at: datetime) -> Sequence[Credit]:
    """What counts towards a tier: the points themselves, those that were kept too, and what is
    for that alone."""
    pairs = (
        (one.id, CreditKind.EARNED, one.points + one.kept),
        (_credit_id(one), CreditKind.CREDIT, one.tier_credit),
    )
    return [
        Credit(id, one.member, kind, points, REASON, at) for id, kind, points in pairs if points
    ]


def _credit_id(one: Given) -> UUID:
    return ids.derived(ids.made_at(one.id), "challenges.tier", one.id)


def _evidence(one: Given) -> Mapping[str, Any]:
    told: dict[str, Any] = {"challenge": str(one.challenge), "round": one.round}
    return told | ({"activity": str(one.activity)} if one.activity is not None else {})
