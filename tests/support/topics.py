"""Topics: what members can follow, each with something that makes it happen."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api import globalids
from api.globalids import Kind
from domain import challenges, inbox
from domain.challenges import Challenge, Criterion
from domain.leaderboards import Board
from domain.metrics import Metric
from infra import clock, ids
from infra.db import Tx
from tests.domain.challenges import making, playing
from tests.domain.leaderboards import boards
from tests.support import documents, facts, given
from tests.support.client import Door, Person

Ground = Any


async def give(door: Door, person: Person, points: int) -> None:
    await door.given(lambda tx: given.points(points, person.me, at=clock.now(), tx=tx))


async def tell(door: Door, person: Person) -> None:
    """A piece of news into the inbox."""
    at = clock.now()
    news = inbox.News(ids.new(at), person.me.id, "NEWS", "news", at, title="News", body="!")
    await door.given(lambda tx: inbox.add([news], programme=person.me.programme, at=at, tx=tx))


async def a_challenge(door: Door, person: Person, *, name: str = "Far") -> Challenge:
    """A challenge of a thousand kilometres, in which the person takes part."""
    home = await door.programme(_slug(door, person))

    async def build(tx: Tx) -> Challenge:
        words = {"criteria": (Criterion(Metric.DISTANCE, 1_000_000),), "name": name}
        payer = await making.a_payer(home, tx=tx)
        one = await making.live(payer, tx, from_joining=False, **words)
        await challenges.join(one.id, member=person.me, at=clock.now(), tx=tx)
        return one

    return await door.given(build)


async def step(door: Door, person: Person) -> None:
    """A run that counts for all the person's challenges."""
    await door.given(lambda tx: playing.run(person.me, tx, at=clock.now(), distance_m=1_000))


async def a_board(door: Door, person: Person, **words: Any) -> Board:
    home = await door.programme(_slug(door, person))
    at = clock.now()
    return await door.given(lambda tx: boards.a_board(home, tx, at=at, **words))


async def race(door: Door, person: Person, *, distance_m: int = 100) -> None:
    """A run that counts on all boards."""
    done = facts.fact(person.me, started_at=clock.now(), distance_m=distance_m)
    await door.given(lambda tx: boards.happen(facts.new(done, at=clock.now()), tx=tx))


def board_id(board: Board) -> str:
    return globalids.of(Kind.BOARD, board.id)


def _slug(door: Door, person: Person) -> str:
    return next(s for s, home in door.programmes.items() if home.id == person.me.programme)


@dataclass(frozen=True)
class Topic:
    """One subscription.

    ground -- what must be there, and the variables that it is asked with.
    happen -- something that is told.
    """

    field: str
    document: str
    ground: Callable[[Door, Person], Awaitable[Mapping[str, Any]]]
    happen: Callable[[Door, Person], Awaitable[None]]


async def _nothing(door: Door, person: Person) -> Mapping[str, Any]:
    return {}


async def _taking_part(door: Door, person: Person) -> Mapping[str, Any]:
    await a_challenge(door, person)
    return {}


async def _on_a_board(door: Door, person: Person) -> Mapping[str, Any]:
    return {"board": board_id(await a_board(door, person))}


TOPICS: Mapping[str, Topic] = {
    "points": Topic(
        "pointsChanged", documents.WATCH, _nothing, lambda door, one: give(door, one, 3)
    ),
    "inbox": Topic("inboxItemAdded", documents.INBOX_ADDED, _nothing, tell),
    "challenges": Topic("challengeProgressed", documents.PROGRESS, _taking_part, step),
    "boards": Topic("boardMoved", documents.BOARD_MOVED, _on_a_board, race),
}
