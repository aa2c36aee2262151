"""Naming: what the things are called that members are told of, and who is named to whom."""

from collections import defaultdict
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from domain import badges, challenges, clubs, friends, giving, leaderboards, members, streaks, tiers
from domain.members import Member, State
from infra.db import Tx

Named: TypeAlias = tuple[str, UUID | str]
Names: TypeAlias = Mapping[Any, str]
# By whom they are told to and who they are.
People: TypeAlias = Mapping[tuple[UUID, UUID], str]


async def things(wanted: Collection[Named], *, programme: int, tx: Tx) -> Mapping[Named, str]:
    """What each of these things is called, by its kind and id; "" for one that is no more."""
    by_kind: defaultdict[str, set[Any]] = defaultdict(set)
    for kind, id in wanted:
        by_kind[kind].add(id)
    found = {
        # One statement for each kind of thing, and there are seven.
        kind: await NAMES[kind](ids, programme, tx)
        for kind, ids in sorted(by_kind.items())
    }
    return {(kind, id): found[kind].get(id, "") for kind, id in wanted}


async def people(
    wanted: Collection[tuple[UUID, UUID]],
    *,
    known: Mapping[UUID, Member],
    programme: int,
    tx: Tx,
) -> People:
    """What the second of each two is called to the first; "" where they may not be named.

    known -- those of them who are known already.
    Nobody is named to whom they have blocked or who has blocked them, nor who was erased.
    """
    if not wanted:
        return {}
    missing = {other for _, other in wanted} - known.keys()
    found = {**known, **await members.several(missing, programme=programme, tx=tx)}
    parted = await friends.parted(wanted, programme=programme, tx=tx)
    return {pair: "" if pair in parted else _called(found.get(pair[1])) for pair in wanted}


def _called(member: Member | None) -> str:
    return "" if member is None or member.state is State.ERASED else member.name


async def _badges(ids: Collection[UUID], programme: int, tx: Tx) -> Names:
    found = await badges.several(ids, programme=programme, tx=tx)
    return {id: one.name for id, one in found.items()}


async def _boards(ids: Collection[UUID], programme: int, tx: Tx) -> Names:
    found = await leaderboards.several(ids, programme=programme, tx=tx)
    return {id: one.name for id, one in found.items()}


async def _causes(ids: Collection[UUID], programme: int, tx: Tx) -> Names:
    found = await giving.several(ids, programme=programme, tx=tx)
    return {id: one.name for id, one in found.items()}


async def _challenges(ids: Collection[UUID], programme: int, tx: Tx) -> Names:
    found = await challenges.several(ids, programme=programme, tx=tx)
    return {id: one.name for id, one in found.items()}


async def _clubs(ids: Collection[UUID], programme: int, tx: Tx) -> Names:
    return await clubs.names(ids, programme=programme, tx=tx)


async def _streaks(ids: Collection[UUID], programme: int, tx: Tx) -> Names:
    found: Sequence[streaks.Streak] = await streaks.every(programme, tx=tx)
    return {one.id: one.name for one in found}


async def _tiers(keys: Collection[str], programme: int, tx: Tx) -> Names:
    found = await tiers.ladder(programme, tx=tx)
    return {one.key: one.name for one in found.terms.tiers}


NAMES: Mapping[str, Callable[[Any, int, Tx], Coroutine[Any, Any, Names]]] = {
    "badge": _badges,
    "board": _boards,
    "cause": _causes,
    "challenge": _challenges,
    "club": _clubs,
    "streak": _streaks,
    "tier": _tiers,
}
