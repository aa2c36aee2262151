"""Filling: a small town's weeks, told by real verbs, and the truth kept apart from them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain import ledger
from infra import clock, db, outbox
from simulator import filling, truth
from simulator.people import Cheat, Kind, Stance
from simulator.towns import Town
from simulator.worlds import HARBOUR, MEADOW
from tests.support import apart
from workers import gathering

pytestmark = pytest.mark.usefixtures("own_url")

SMALL = (replace(MEADOW, people=60), replace(HARBOUR, people=40))
DAYS, FORTNIGHT = 42, 14
WORDS = [word.value for words in (Cheat, Stance, Kind) for word in words]
TEXTS = """
SELECT format('SELECT %L AS place, count(*) AS found FROM %I.%I AS t WHERE t::text ~ $1',
              c.relname, n.nspname, c.relname) AS query
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname IN ('public', 'ledger')
"""


async def filled(folder: Path, *, seed: int = 7, length: int = DAYS) -> Sequence[Town]:
    until = clock.now().date()
    async with db.transaction() as tx:
        await outbox.register(gathering.reactions(), tx=tx)
    days: list[date] = []
    made = await filling.fill(
        SMALL, seed=seed, until=until, days=length, told=days.append, folder=folder
    )
    assert days == [until - timedelta(days=ago) for ago in range(length, 0, -1)]
    return made


async def sums(made: Sequence[Town]) -> list[Mapping[int, int]]:
    async with db.reading() as tx:
        found = [await ledger.totals(town.programme.book, tx=tx) for town in made]
    return [{account: total.net for account, total in totals.items()} for totals in found]


async def counted(sql: str, *args: Any) -> int:
    async with db.reading() as tx:
        return int(await tx.value(sql, *args))


async def test_given_two_towns_when_filled_then_they_are_alive_and_their_ledgers_are_sound(
    own_url: str, tmp_path: Path
) -> None:
    async with apart.database(own_url):
        made = await filled(tmp_path)

        assert [len(town.members) for town in made] == [60, 40]
        assert await counted("SELECT count(*) FROM activity WHERE state = 'COUNTED'") > 300
        assert await counted("SELECT count(*) FROM award WHERE given > 0") > 300
        assert await counted("SELECT count(*) FROM friendship") > 60
        assert await counted("SELECT count(*) FROM transfer") > 0
        assert await counted("SELECT count(*) FROM event_queue") == 0
        assert await counted("SELECT count(*) FROM event_dead") == 0
        for town in made:
            async with db.transaction() as tx:
                verdict = await ledger.verify(town.programme.book, tx=tx)
            assert verdict.sound
            assert verdict.entries > 100


async def test_given_the_truth_when_filled_then_it_is_in_its_file_and_nowhere_in_the_database(
    own_url: str, tmp_path: Path
) -> None:
    async with apart.database(own_url):
        made = await filled(tmp_path)

    facts = [list(truth.read(tmp_path / f"{town.world.slug}.jsonl")) for town in made]
    assert [sum(fact["what"] == "person" for fact in each) for each in facts] == [60, 40]
    async with apart.owner(own_url) as connection:
        queries = [row["query"] for row in await connection.fetch(TEXTS)]
        found = [await connection.fetchrow(query, rf"\m({'|'.join(WORDS)})\M") for query in queries]
    assert len(found) > 30
    assert {row["place"]: row["found"] for row in found if row["found"]} == {}


async def test_given_one_seed_when_filled_twice_then_both_are_the_same_to_the_point(
    own_url: str, tmp_path: Path, postgres
) -> None:
    async with apart.database(own_url):
        first = await sums(await filled(tmp_path, length=FORTNIGHT))
    async with apart.database(await postgres.copy()):
        again = await sums(await filled(tmp_path, length=FORTNIGHT))
    async with apart.database(await postgres.copy()):
        other = await sums(await filled(tmp_path, seed=8, length=FORTNIGHT))

    assert again == first
    assert other != first
