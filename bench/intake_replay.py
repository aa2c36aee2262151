"""Replay: how long the history of a programme takes under proposed rules.

The history is made in the database by a few statements: members with a year of activities of
four types, in the order in which they happened, and the awards that its rules gave. No limit
bites there, so the database can say what each is worth, and the rules as they are must replay
to exactly that.
"""

import asyncio
import os
import resource
import time
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from cli.replaying import parted
from domain import points, replays
from domain.activities import Type
from domain.points import Measure, Terms
from domain.replays import Period
from infra import clock, db
from infra.ids import EPOCH
from infra.settings import Settings
from tests.support import apart, given, servers

EVENTS = 1_000_000
# Of one member in a year.
EVENTS_OF_A_MEMBER = 100
TYPES = (Type.RUN, Type.RIDE, Type.WALK, Type.STEPS)
PROPOSAL = {
    "rules": [
        {"activity": "RUN", "measure": "METRES", "points": 8, "per": 1_000, "day_max": 150},
        {"activity": "STEPS", "measure": "QUANTITY", "points": 1, "per": 100, "day_max": 60,
         "week_max": 300},
    ]
}  # fmt: skip
ID = """
CREATE FUNCTION bench_id(at timestamptz, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0')
            || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid
$$
"""
# Whose it is is scattered, as in life: neighbours in time are different members.
HISTORY = """
INSERT INTO event (id, programme, subject, action, object, at, evidence)
SELECT bench_id(e.at, e.n), $1, bench_id($2, e.n * 7919 % $5::bigint), 'activities.Judged',
       bench_id(e.at, e.n + 1000000000), e.at,
       ('{"day": "' || to_char(e.at, 'YYYY-MM-DD') || '", "type": "' || ($6::text[])[1 + e.n % 4]
        || '", "proof": "DEVICE", "source": "strava", "outcome": "COUNTED", "ended_at": "'
        || to_char(e.at, 'YYYY-MM-DD"T"HH24:MI:SS') || '+00:00", "quantity": '
        || 1000 + e.n % 9000 || ', "revision": 1, "duration_s": ' || 600 + e.n % 5000
        || ', "distance_m": ' || 1000 + e.n % 12000 || ', "started_at": "'
        || to_char(e.at, 'YYYY-MM-DD"T"HH24:MI:SS') || '+00:00"}')::jsonb
FROM (SELECT n, date_trunc('second', $2::timestamptz + n * ($3::interval / $4::float8)) AS at
      FROM generate_series(1, $4::bigint) AS n) AS e
"""
AWARDS = """
INSERT INTO award (programme, activity, rule, version, revision, member, day, measured, wanted,
                   given, day_took, week_took, month_took, multipliers, posting, text, at)
SELECT e.programme, e.object, e.evidence ->> 'type', 1, 1, e.subject, e.at::date, m.measured,
       m.measured / 100, m.measured / 100, 0, 0, 0, '{}', e.id, '', e.at
FROM event AS e CROSS JOIN LATERAL (
    SELECT (CASE e.evidence ->> 'type' WHEN 'STEPS' THEN e.evidence ->> 'quantity'
            ELSE e.evidence ->> 'distance_m' END)::bigint AS measured
) AS m WHERE e.programme = $1
"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE indexname IN ('event_subject', 'event_action')"


async def measure(here: object = None, *, events: int = EVENTS, parts: int = 0) -> dict[str, Any]:
    """Make a history of so many events, replay it under a proposal and as it was.

    here  -- not needed: the history is so large that it gets a server of its own.
    parts -- processes; 0: one for each core.
    """
    with servers.postgres() as server:
        url = await server.copy("replayed")
        async with apart.database(url, name="bench"):
            programme = await _founded()
            async with db.reading() as tx:
                today = await points.terms(programme, tx=tx)
        await _filled(url, programme, events)
        settings = Settings(database_url=url, database_role="laurel_app")
        proposal = replays.proposed(PROPOSAL, instead_of=today)
        seconds, tally = await _timed(settings, programme, proposal, parts)
        again, same = await _timed(settings, programme, today, parts)
        assert (tally.judgements, same.judgements) == (events, events), "all were replayed"
        assert same.today == same.proposed, "the rules as they are come to what was given"
    return {
        "replay_events": events,
        "replay_members": tally.members,
        "replay_seconds": round(seconds, 1),
        "replay_current_seconds": round(again, 1),
        "replay_events_per_second": round(events / min(seconds, again)),
        "replay_processes": parts or os.cpu_count(),
        "replay_worker_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }


async def _founded() -> int:
    async with db.transaction() as tx:
        programme = await given.a_programme(tx=tx)
        for kind in TYPES:
            measure = Measure.QUANTITY if kind is Type.STEPS else Measure.METRES
            await points.set_rule(
                programme, activity=kind, measure=measure, points=1, per=100,
                day_max=10_000_000, at=EPOCH, tx=tx,
            )  # fmt: skip
    return programme.id


async def _filled(url: str, programme: int, events: int) -> None:
    link = await asyncpg.connect(url, server_settings={"session_replication_role": "replica"})
    begin: datetime = clock.now() - timedelta(days=365)
    members = max(events // EVENTS_OF_A_MEMBER, 1)
    try:
        await link.execute(ID)
        # Indexes are quicker made at the end.
        indexes = [row["indexdef"] for row in await link.fetch(INDEXES)]
        await link.execute("DROP INDEX event_subject, event_action")
        kinds = [str(kind) for kind in TYPES]
        year = timedelta(days=360)
        await link.execute(HISTORY, programme, begin, year, events, members, kinds, timeout=3_600)
        await link.execute(AWARDS, programme, timeout=3_600)
        for index in indexes:
            await link.execute(index, timeout=3_600)
        await link.execute("VACUUM (ANALYZE) event, award", timeout=3_600)
    finally:
        await link.close()


async def _timed(
    settings: Settings, programme: int, terms: Terms, parts: int
) -> tuple[float, replays.Tally]:
    began = time.perf_counter()
    tally = await parted(settings, Period(programme, EPOCH, clock.now()), terms, parts=parts)
    return time.perf_counter() - began, tally


if __name__ == "__main__":
    import sys

    print(asyncio.run(measure(events=int(sys.argv[1]))))
