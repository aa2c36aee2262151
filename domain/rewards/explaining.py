"""Explain: what stands between a member and a reward, in words of their language."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import wording
from domain.members import Member
from domain.rewards.gating import eligible
from domain.rewards.records import Gate, Reward
from domain.wording import Said
from infra.db import Tx

KEYS = {gate: f"rewards.gate_{gate.lower()}" for gate in Gate}


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What stands in the way, and how that is said to the member."""

    gate: Gate
    words: str


async def hindrances(
    rewards: Collection[Reward],
    *,
    member: Member,
    empty: Collection[UUID] = (),
    at: datetime,
    tx: Tx,
) -> Mapping[UUID, Sequence[Hindrance]]:
    """What stands between the member and one unit of each reward, as `eligible` says."""
    found = await eligible(rewards, member=member, empty=empty, at=at, tx=tx)
    said = [
        (one.id, gate, Said(KEYS[gate], member.locale, {"years": one.terms.age_min}))
        for one in rewards
        for gate in found[one.id]
    ]
    told = await wording.rendered([one for _, _, one in said], programme=member.programme, tx=tx)
    names: dict[UUID, list[Hindrance]] = {one.id: [] for one in rewards}
    for (id, gate, _), words in zip(said, told, strict=True):
        names[id].append(Hindrance(gate, words.body))
    return names
