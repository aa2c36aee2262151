"""Differing: random operations on a board, and what SQL's own rank() says of the same rows.

Scores rise, fall and vanish, many at once; some who committed never tell Valkey; it loses
everything in the middle, and is made anew while scores go on. After each round the whole order and
the reads around members, as members get them, must be what rank() says of the rows.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import asyncpg

from domain.leaderboards import Board, Span, following, scoring
from domain.leaderboards.scoring import Wanted
from domain.leaderboards.windows import BEGINNING
from infra import db, ranking, signals
from tests.domain.leaderboards.boards import a_board
from tests.support import given
from tests.support.given import NOON

BATCH_MAX = 1_000
READS = 10
TURNS_MAX = 60

# The naive way, by which ours is judged.
RANKED = """
SELECT member, score, reached_at, rank() OVER (ORDER BY score DESC, reached_at, member) AS place
FROM board_score WHERE programme = $1 AND board = $2 AND cycle = $3 AND score > 0
ORDER BY place
"""
LAGS = "SELECT count(*) FROM board_lag"
MEMBERS = """
INSERT INTO member (programme, id, book, account, handle, name, locale, zone, joined_at,
                    external_ref)
SELECT programme, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, book, 1000000 + n,
       'd' || n || '-' || programme, name, locale, zone, joined_at, 'D' || n
FROM member, generate_series(1, $2::int) AS n WHERE id = $1
"""


@dataclass(slots=True)
class Tally:
    """How much was done, and how often what went wrong on purpose did."""

    operations: int = 0
    checks: int = 0
    flushes: int = 0
    untold: int = 0
    differences: list[str] = field(default_factory=list)


@dataclass(slots=True)
class World:
    """A board with members whose scores move."""

    board: Board
    members: Sequence[UUID]
    lot: random.Random
    tally: Tally = field(default_factory=Tally)

    @property
    def place(self) -> following.Place:
        """Its set on Valkey."""
        return (self.board.programme, self.board.id, BEGINNING, "")


async def founded(url: str, *, members: int, seed: int) -> World:
    """A board of all time with so many members, none of whom has a score."""
    async with db.transaction() as tx:
        club = await given.a_programme(tx=tx)
        ada = await given.a_member(club, tx=tx)
        board = await a_board(club, tx, span=Span.ALL_TIME)
    owner = await asyncpg.connect(url)
    try:
        await owner.execute("SET session_replication_role = replica")
        await owner.execute(MEMBERS, ada.id, members)
    finally:
        await owner.close()
    ids = [UUID(f"00000000-0000-7000-8000-{number:012}") for number in range(1, members + 1)]
    return World(board, ids, random.Random(seed))


async def everybody_scores(world: World) -> None:
    """Every member has one point, each at a time of their own."""
    wanted = [
        Wanted(world.board.id, BEGINNING, member, 1, NOON + timedelta(microseconds=number))
        for number, member in enumerate(world.members)
    ]
    boards = {world.board.id: world.board}
    async with db.transaction() as tx:
        await scoring.put(wanted, boards=boards, programme=world.board.programme, tx=tx)


async def run(world: World, *, operations: int) -> Tally:
    """At least so many operations; `differences` says what was not as rank() has it."""
    tally = world.tally
    while tally.operations < operations and not tally.differences:
        await asyncio.gather(*(_batch(world) for _ in range(4)), _trouble(world))
        await _check(world)
    return tally


async def _batch(world: World) -> None:
    """One transaction that moves scores, and whoever reads meanwhile."""
    lot = world.lot
    some = lot.sample(world.members, min(BATCH_MAX, len(world.members) // 2))
    wanted = [_wanted(world, member) for member in some]
    boards = {world.board.id: world.board}
    verb = lot.choice([scoring.add, scoring.put])
    async with db.transaction() as tx:
        await verb(wanted, boards=boards, programme=world.board.programme, tx=tx)
        if lot.random() < 0.1:
            # As when the process dies between its commit and its telling.
            tx._committed.clear()
            world.tally.untold += 1
    world.tally.operations += len(wanted)


def _wanted(world: World, member: UUID) -> Wanted:
    lot = world.lot
    # Few different scores and times, so that ties are the rule.
    score = lot.choice([1, 2, 3, 10, 500])
    reached_at = NOON + timedelta(microseconds=lot.randrange(50))
    if lot.random() < 0.1:
        score = 0 if lot.random() < 0.5 else 2**40 + lot.randrange(3)
    return Wanted(world.board.id, BEGINNING, member, score, reached_at)


async def _trouble(world: World) -> None:
    chance = world.lot.random()
    if chance < 0.15:
        await flush()
        world.tally.flushes += 1
    elif chance < 0.25:
        await following.rebuild(world.place)
    elif chance < 0.35:
        await asyncio.gather(following.rebuild(world.place), flush(), caught_up())
        world.tally.flushes += 1


async def flush() -> None:
    """Valkey loses everything."""
    async with signals.present() as client:
        assert client is not None, "Valkey is there"
        await client.flushall()


async def caught_up() -> None:
    """The job that tells Valkey what it does not know runs once."""
    async with db.transaction() as tx:
        await following.follow(NOON, tx)


async def _check(world: World) -> None:
    name = following.set_name(world.place)
    await _settled(name)
    async with db.reading() as tx:
        key = (world.board.programme, world.board.id, BEGINNING)
        rows = await tx.rows(RANKED, *key)
    size = len(rows)
    found = await ranking.stretch(name, around=None, count=max(size, 1))
    world.tally.checks += 1
    if found is None:
        world.tally.differences.append("the set is not whole")
        return
    told = [(seat.place, seat.id, seat.score, seat.reached_at) for seat in found.seats]
    said = [(row["place"], row["member"], row["score"], row["reached_at"]) for row in rows]
    if told != said or found.all != size:
        world.tally.differences.append("the order is another")
    await _check_around(world, name, {row["member"]: row["place"] for row in rows}, size)


async def _settled(name: str) -> None:
    """The job has run until it has nothing to tell: it may have been flushed in between, or a
    busy machine may have kept Valkey from answering in time."""
    for _ in range(TURNS_MAX):
        await caught_up()
        async with db.reading() as tx:
            behind = await tx.value(LAGS)
        if not behind and await ranking.whole(name):
            return
        await asyncio.sleep(signals.RECONNECT_SECONDS / 4)


async def _check_around(world: World, name: str, places: Mapping[UUID, int], size: int) -> None:
    for member in world.lot.sample(world.members, READS):
        found = await ranking.stretch(name, around=member, count=5)
        world.tally.operations += 1
        if found is None or found.place != places.get(member):
            world.tally.differences.append(f"{member} is elsewhere")
            continue
        place = places.get(member)
        first = 0 if place is None else max(0, min(place - 3, size - 5))
        wanted = [] if place is None else list(range(first + 1, min(first + 5, size) + 1))
        if [seat.place for seat in found.seats] != wanted:
            world.tally.differences.append(f"around {member} are others")
