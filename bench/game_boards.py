"""Boards: how long it takes to see who is around oneself among a million members.

    python -m bench.game_boards [members]

The scores are made in the database by one statement, and Valkey's order from them by the verb that
makes it anew. Then both ways take turns: ours, as the API asks it, with names and blocks, and the
naive one, `rank() OVER` the very same rows.
"""

import argparse
import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import median

import asyncpg

from domain import members
from domain.leaderboards import Board, Part, Span, following
from domain.leaderboards.windows import BEGINNING
from domain.members import Member
from infra import db, signals
from tests.domain.leaderboards import differing
from tests.domain.leaderboards.boards import seen
from tests.support import apart, servers

MEMBERS = 1_000_000
ROUNDS, ASKED = 5, 400
LINES = 11
P99_MS_MAX, RATIO_MIN = 5.0, 50.0
# Scattered scores with many ties, and a name for one in three.
SCORES = """
INSERT INTO board_score (programme, board, cycle, member, grouping, score, reached_at)
SELECT $1, $2, $3, m.id, '', 1 + abs(hashtext(m.id::text)) % 50000,
       $4::timestamptz - abs(hashtext(m.handle)) % 604800 * interval '1 s'
FROM member AS m WHERE m.programme = $1
"""
FACES = """
INSERT INTO board_face (programme, member, pseudonym, folded, changed_at)
SELECT programme, id, 'p' || right(id::text, 12), 'p' || right(id::text, 12), joined_at
FROM member WHERE programme = $1 AND hashtext(id::text) % 3 = 0
"""
NAIVE = """
WITH ranked AS (
    SELECT member, score, reached_at,
           rank() OVER (ORDER BY score DESC, reached_at, member) AS place
    FROM board_score WHERE programme = $1 AND board = $2 AND cycle = $3 AND score > 0
)
SELECT r.place, r.member, r.score, r.reached_at FROM ranked AS r
JOIN ranked AS me ON me.member = $4 AND r.place BETWEEN me.place - 5 AND me.place + 5
ORDER BY r.place
"""


async def main(place: object = None, *, count: int = MEMBERS) -> Mapping[str, float]:
    """The figures, by their names in the JSON line.

    place -- not needed: a million members get servers of their own.
    """
    with servers.postgres() as postgres, servers.valkey() as valkey:
        url = await postgres.copy("boards")
        async with apart.database(url, name="bench"), signals.connection(valkey):
            world = await differing.founded(url, members=count, seed=1)
            await _filled(url, world.board)
            began = time.perf_counter()
            while not await following.rebuild(world.place):
                began = time.perf_counter()
            built = time.perf_counter() - began
            figures = await _compared(world)
            async with signals.present() as client:
                assert client is not None, "Valkey is there"
                memory = int((await client.info("memory"))["used_memory"])
    return {**figures, "boards_rebuild_seconds": round(built, 1),
            "boards_valkey_mib": round(memory / 2**20)}  # fmt: skip


async def _filled(url: str, board: Board) -> None:
    owner = await asyncpg.connect(url, server_settings={"session_replication_role": "replica"})
    try:
        key = (board.programme, board.id, BEGINNING)
        await owner.execute(
            "INSERT INTO board_cycle (programme, board, starts_on) VALUES ($1, $2, $3)"
            " ON CONFLICT DO NOTHING",
            *key,
        )
        await owner.execute(SCORES, *key, differing.NOON, timeout=3_600)
        await owner.execute(FACES, board.programme, timeout=3_600)
        await owner.execute("VACUUM (ANALYZE) board_score, board_face, member", timeout=3_600)
    finally:
        await owner.close()


async def _compared(world: differing.World) -> Mapping[str, float]:
    assert world.board.span is Span.ALL_TIME, "the window is the one that was filled"
    lot = random.Random(7)
    ours: list[list[float]] = []
    naive: list[list[float]] = []
    for _ in range(ROUNDS):
        asked = await _some(world, lot)
        ours.append(await _timed(asked, lambda member: _around(world.board, member)))
        naive.append(await _timed(asked[:3], lambda member: _naively(world.board, member)))
    for member in (await _some(world, lot))[:20]:
        assert await _around(world.board, member) == await _naively(world.board, member)
    every = sorted(one for some in ours for one in some)
    ratio = median(median(b) / median(a) for a, b in zip(ours, naive, strict=True))
    p99 = every[int(len(every) * 0.99)]
    return {
        "boards_members": len(world.members),
        "boards_around_p50_ms": round(median(every), 3),
        "boards_around_p99_ms": round(p99, 3),
        "boards_naive_ms": round(median(one for some in naive for one in some), 1),
        "boards_ratio": round(ratio, 1),
        "boards_held": float(p99 <= P99_MS_MAX and ratio >= RATIO_MIN),
    }


async def _some(world: differing.World, lot: random.Random) -> Sequence[Member]:
    """Whoever asks is known by then: their sign-in has found them."""
    ids = lot.sample(world.members, ASKED)
    async with db.reading() as tx:
        return list((await members.several(ids, programme=world.board.programme, tx=tx)).values())


async def _timed(
    asked: Sequence[Member], ask: Callable[[Member], Awaitable[object]]
) -> list[float]:
    """How many milliseconds each took."""
    found = []
    for member in asked:
        began = time.perf_counter()
        await ask(member)
        found.append((time.perf_counter() - began) * 1e3)
    return found


async def _around(board: Board, asker: Member) -> list[int]:
    async with db.reading() as tx:
        view = await seen(board, asker, tx, part=Part.AROUND, count=LINES)
    return [line.place for line in view.lines]


async def _naively(board: Board, asker: Member) -> list[int]:
    async with db.reading() as tx:
        rows = await tx.rows(NAIVE, board.programme, board.id, BEGINNING, asker.id)
    return [row["place"] for row in rows]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("members", type=int, nargs="?", default=MEMBERS)
    print(json.dumps(asyncio.run(main(count=parser.parse_args().members))))
