"""Preview: how long a challenge takes to be told beforehand, over a million members.

    python -m bench.game_preview [members]

The members, their labels and ten facts for each are made in the database by a few statements; one
earlier challenge, which a seventh of them joined, tells how many take part. A preview is asked as a
partner asks it: behind the programme's wall.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import asyncpg

from domain import challenges
from domain.activities import Type
from domain.challenges import (
    Audience,
    Challenge,
    Criterion,
    Draft,
    Entry,
    Milestone,
    Personal,
    Reward,
    Span,
    Terms,
)
from domain.metrics import Filter, Metric
from domain.partners import Partner
from domain.programmes import Programme
from infra import clock, db, ids
from tests.support import apart, given
from tests.support.own_server import own_server
from tests.support.servers import Postgres

MEMBERS, FACTS_EACH = 1_000_000, 10
ASKED = 3
DATABASE = "previewed"
SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "maintenance_work_mem": "512MB",
    "fsync": "off",
}
# The last twelve digits scattered, as those of real ids are.
ID = """
CREATE FUNCTION bench_id(at timestamptz, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0')
            || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid
$$
"""
PEOPLE = """
INSERT INTO member (programme, id, book, account, handle, name, locale, zone, joined_at,
                    external_ref)
SELECT $1, bench_id($3::timestamptz, n), $2, 1000 + n, 'bench' || n, 'Bench ' || n, 'en',
       'Europe/Vienna', $3, 'B-' || n
FROM generate_series(1, $4::bigint) AS n
"""
# Three in ten are runners, one in ten has gold.
LABELS = """
INSERT INTO member_label (programme, member, kind, name, valid_from)
SELECT $1, bench_id($2::timestamptz, n), l.kind, l.name, $2
FROM generate_series(1, $3::bigint) AS n
JOIN (VALUES (3, 'SEGMENT', 'runners'), (1, 'TIER', 'gold')) AS l (share, kind, name)
  ON n % 10 < l.share
"""
# Over the last hundred days; whose it is is scattered, as in life.
NUMBERED = """
CREATE TEMPORARY TABLE numbered AS
SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM member WHERE programme = $1
"""
FACTS = """
INSERT INTO fact (programme, activity, member, doer, revision, counts, type, day, minute,
                  started_at, ended_at, distance_m, duration_s, elevation_m, quantity, points,
                  word, proof, source)
SELECT $1, uuidv7(), f.id, f.id, 1, true, ($4::text[])[1 + f.n % 3], f.at::date, 600, f.at,
       f.at + interval '40 minutes', 1000 + f.n * 31 % 12000, 2400, 0, 0, 10, 2, 'DEVICE', 'file'
FROM (
    SELECT s.n, m.id, $3::timestamptz - (s.n * 104729 % 8640000) * interval '1 second' AS at
    FROM generate_series(1, $2::bigint * $5::int) AS s (n)
    JOIN numbered AS m ON m.n = s.n * 7919 % $2::bigint
) AS f
"""
JOINED = """
INSERT INTO participation (programme, member, challenge, entry, open, since, joined_at, changed_at)
SELECT $1, bench_id($2::timestamptz, n), $3, 'IN', false, $4::date, $2, $2
FROM generate_series(1, $5::bigint, 7) AS n
"""
OVER = """
UPDATE challenge SET state = 'ENDED', ended_at = $3 WHERE programme = $1 AND id = $2
"""
INDEXES = """
SELECT indexname AS name, indexdef AS made FROM pg_indexes
WHERE indexname IN ('fact_member_day', 'fact_doer', 'member_name_alike')
"""
TIDY = "VACUUM (ANALYZE) member, member_label, fact, participation"


async def main(
    here: object = None, *, members: int = MEMBERS, facts_each: int = FACTS_EACH
) -> Mapping[str, float]:
    """Seconds that the slowest and the median preview take, of several kinds of challenges.

    here -- not needed: so much history gets a server of its own.
    """
    with own_server(SETTINGS) as server:
        url = await Postgres(server.url()).copy(DATABASE)
        async with apart.database(url, name="bench"):
            club, partner, asked = await _founded()
            began = time.perf_counter()
            await _filled(url, club, asked[0], members=members, facts_each=facts_each)
            filling = time.perf_counter() - began
            taken = sorted([await _seconds(one, partner) for one in asked[1:] * ASKED])
    return {
        "preview_members": members,
        "preview_facts": members * facts_each,
        "preview_filling_seconds": round(filling, 1),
        "preview_p50_seconds": round(taken[len(taken) // 2], 3),
        "preview_slowest_seconds": round(taken[-1], 3),
    }


async def _founded() -> tuple[Programme, Partner, Sequence[Challenge]]:
    """A programme, a partner, a challenge of the partner that is to be over, and drafts."""
    at = clock.now()
    async with db.transaction() as tx:
        club = await given.a_programme(tx=tx)
        partner, _ = await given.a_partner(club, tx=tx)
        made = [
            await challenges.create(
                Draft(name=f"Bench {number}", terms=terms, budget=5_000_000),
                programme=club.id, partner=partner.id, id=ids.new(at), at=at, tx=tx,
            )
            for number, terms in enumerate(_terms(at.date()))
        ]  # fmt: skip
    return club, partner, made


def _terms(today: date) -> Sequence[Terms]:
    """What is over, and then: for all; for some by labels; personal; weekly and by itself."""
    runs = Filter(types=frozenset({Type.RUN}))
    plain = Terms(
        criteria=(Criterion(Metric.DISTANCE, 5_000, runs), Criterion(Metric.DAYS, 1, runs)),
        reward=Reward(points=100),
        first_day=today + timedelta(days=1),
        last_day=today + timedelta(days=28),
        milestones=(Milestone(50, Reward(points=20)),),
    )
    some = Audience(segments=frozenset({"runners"}), tiers=frozenset({"gold"}))
    more = Personal(percent=110, weeks=4, at_least=1_000)
    personal = (Criterion(Metric.DISTANCE, 20_000, personal=more),)
    return (
        plain,
        plain,
        replace(plain, audience=some),
        replace(plain, criteria=personal),
        replace(plain, span=Span.WEEK, audience=Audience(entry=Entry.AUTOMATIC)),
    )


async def _filled(
    url: str, club: Programme, over: Challenge, *, members: int, facts_each: int
) -> None:
    at = clock.now()
    joined: datetime = at - timedelta(days=365)
    kinds = [str(one) for one in (Type.RUN, Type.RIDE, Type.WALK)]
    # As a replica: references are not looked up ten million times.
    link = await asyncpg.connect(url, server_settings={"session_replication_role": "replica"})
    try:
        await link.execute(ID)
        # Indexes are quicker made at the end.
        indexes = await link.fetch(INDEXES)
        for index in indexes:
            await link.execute(f"DROP INDEX {index['name']}")
        # Of what is thrown away afterwards no log is needed.
        await link.execute("ALTER TABLE fact SET UNLOGGED")
        await _run(link, PEOPLE, club.id, club.book, joined, members)
        await _run(link, LABELS, club.id, joined, members)
        await _run(link, NUMBERED, club.id)
        await _run(link, FACTS, club.id, members, at, kinds, facts_each)
        day = joined.date() + timedelta(days=1)
        await _run(link, JOINED, club.id, joined, over.id, day, members)
        await _run(link, OVER, club.id, over.id, at)
        for index in indexes:
            await link.execute(index["made"], timeout=3_600)
        await link.execute(TIDY, timeout=3_600)
    finally:
        await link.close()


async def _run(link: asyncpg.Connection, sql: str, *values: object) -> None:
    await link.execute(sql, *values, timeout=3_600)


async def _seconds(challenge: Challenge, partner: Partner) -> float:
    """How long a partner waits for the preview; it must tell something."""
    at = clock.now()
    wall = db.Wall(challenge.programme, partner.book)
    began = time.perf_counter()
    async with db.reading(wall=wall) as tx:
        told = await challenges.preview(challenge, at=at, tx=tx)
    seconds = time.perf_counter() - began
    assert told.sampled, "there is a past"
    assert told.cost.expected, "and it costs something"
    return seconds


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.game_preview", description=__doc__)
    parser.add_argument("--members", type=int, default=MEMBERS)
    print(json.dumps(asyncio.run(main(members=parser.parse_args().members))))
