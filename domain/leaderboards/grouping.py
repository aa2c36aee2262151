"""Grouping: among whom a member has a place on a board, when they first score in a window."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain import members
from domain.leaderboards.records import Board, Scope
from infra.db import Tx

TOWN_CHARACTERS_MAX = 80


async def groupings(
    places: Sequence[tuple[Board, UUID]], *, programme: int, tx: Tx
) -> Mapping[tuple[UUID, UUID], str]:
    """By board and member; who is left out is among all. Teams come with challenges' progress,
    and cohorts are dealt."""
    wanted = [(board.id, member) for board, member in places if board.scope is Scope.CITY]
    if not wanted:
        return {}
    towns = await members.towns({member for _, member in wanted}, programme=programme, tx=tx)
    return {(board, member): town(towns[member]) for board, member in wanted if towns.get(member)}


def town(name: str) -> str:
    """A town as boards tell it apart from others: in any case, blanks counted once."""
    return " ".join(name.casefold().split())[:TOWN_CHARACTERS_MAX]
