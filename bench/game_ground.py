"""Ground for the bench of the game: a hundred thousand members, two hundred challenges that they
take part in, five each, and two thousand that nothing they do counts for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg

from bench.intake import rules
from domain import challenges, members, partners, programmes
from domain.activities import Type
from domain.challenges import Challenge, Criterion, Draft, Reward, Terms
from domain.metrics import Filter, Metric
from domain.partners import Scope
from domain.programmes import Programme
from infra import clock, db, ids
from simulator import games

LIVE, IDLE = 200, 2_000
EACH = 5
AT_ONCE = 5_000
ZONE = "Europe/Vienna"
TYPES = (Type.WALK, Type.RUN, Type.RIDE, Type.STEPS)
METRICS = (Metric.DISTANCE, Metric.DURATION, Metric.COUNT, Metric.DAYS)
# A season of a member's doings; nobody completes anything in a bench of some minutes' batches.
FAR = {Metric.DISTANCE: 900_000, Metric.DURATION: 900_000, Metric.COUNT: 900, Metric.DAYS: 200}
DAYS = 260
PLENTY = 1_000_000

# As `join` leaves it, for half a million at once.
ENROL = """
INSERT INTO participation (programme, member, challenge, entry, open, since, joined_at, changed_at)
SELECT $1, m.id, c.id, 'IN', true, $4, $5, $5
FROM unnest($2::uuid[]) WITH ORDINALITY AS m (id, place)
CROSS JOIN generate_series(0, $6 - 1) AS n (number)
JOIN unnest($3::uuid[]) WITH ORDINALITY AS c (id, place)
  ON c.place = (m.place * $6 + n.number) % cardinality($3) + 1
"""
BEGIN = """
INSERT INTO challenge_round (programme, member, challenge, round, first_day, last_day, state,
                             targets, reached, percent, due)
SELECT p.programme, p.member, p.challenge, 1, $2, $3, 'JOINED', t.targets, '{0}', 0, false
FROM participation AS p
JOIN unnest($4::uuid[], $5::bigint[]) AS c (id, target) ON c.id = p.challenge
CROSS JOIN LATERAL (SELECT ARRAY[c.target] AS targets) AS t
WHERE p.programme = $1
"""
# What jobs find out member by member after a definition: nobody has done anything yet.
FILLED = "UPDATE badge SET filled_after = NULL"
RECOUNTED = "UPDATE board_cycle SET recounted = NULL"
# Which of the idle ones count at all: the others are drafts, and then count again.
TOGGLE = """
WITH now AS (
    UPDATE challenge_version
    SET version = version + 1, changed_by = pg_current_xact_id()::text::bigint
    WHERE programme = $1 RETURNING version
)
UPDATE challenge AS c SET changed = now.version, state = i.state
FROM now, unnest($2::uuid[], $3::text[]) AS i (id, state)
WHERE c.programme = $1 AND c.id = i.id AND c.state <> i.state
"""


@dataclass(frozen=True, slots=True)
class Club:
    """What the bench plays with."""

    programme: Programme
    key: str
    slug: str
    refs: Sequence[str]


async def founded(count: int) -> Club:
    """The programme with its rules, badges, boards and challenges, and `count` members."""
    at = clock.now() - timedelta(days=DAYS + 40)
    async with db.transaction() as tx:
        programme = await programmes.found(
            "bench", name="Bench", unit="leaves", zone=ZONE, locale="en", at=at, tx=tx
        )
        await rules(programme, tx)
        partner = await partners.register(
            "mill", programme=programme, name="Mill", id=ids.new(at), at=at, tx=tx
        )
        key = await partners.create_key(
            partner.id,
            programme=programme.id,
            scopes=[Scope.ACTIVITIES_WRITE],
            at=clock.now(),
            tx=tx,
        )
        await games.furnish(programme, at=at, tx=tx)
    refs = await _admitted(programme, count, at)
    return Club(programme, key.secret, partner.slug, refs)


async def asked(club: Club, *, owner: asyncpg.Connection) -> Sequence[UUID]:
    """Found the challenges and let everybody into their five; those that nothing counts for."""
    live = [await _opened(club.programme, number, TYPES) for number in range(LIVE)]
    people = await owner.fetchval("SELECT array_agg(id ORDER BY id) FROM member")
    now, first = clock.now(), _first()
    ids_ = [one.id for one in live]
    await owner.execute(ENROL, club.programme.id, people, ids_, first, now, EACH)
    targets = [one.terms.criteria[0].target for one in live]
    last = live[0].terms.last_day
    await owner.execute(BEGIN, club.programme.id, first, last, ids_, targets)
    await owner.execute(FILLED)
    await owner.execute(RECOUNTED)
    idle = [await _opened(club.programme, number, (Type.SWIM,)) for number in range(IDLE)]
    return [one.id for one in idle]


async def wait(club: Club, idle: Sequence[UUID], count: int, *, owner: asyncpg.Connection) -> None:
    """Have `count` of the idle challenges live, the rest drafts."""
    states = ["LIVE" if place < count else "DRAFT" for place in range(len(idle))]
    await owner.execute(TOGGLE, club.programme.id, list(idle), states)


def _first() -> date:
    return clock.now().date() - timedelta(days=DAYS)


async def _opened(programme: Programme, number: int, types: Sequence[Type]) -> Challenge:
    """A live challenge that asks for one type, and every eighth for all of them."""
    metric = METRICS[number // len(types) % len(METRICS)]
    asked = frozenset(types if number % 8 == 0 else [types[number % len(types)]])
    terms = Terms(
        criteria=(Criterion(metric, FAR[metric], Filter(types=asked)),),
        reward=Reward(points=10),
        first_day=_first(),
        last_day=clock.now().date() + timedelta(days=60),
        from_joining=False,
    )
    at = clock.now()
    words = {"programme": programme.id, "at": at}
    async with db.transaction() as tx:
        made = await challenges.create(
            Draft(name=f"Challenge {number}", terms=terms, budget=PLENTY),
            operator=ids.new(at),
            id=ids.new(at),
            tx=tx,
            **words,
        )
        await challenges.fund(made.id, PLENTY, id=ids.new(at), tx=tx, **words)
        await challenges.submit(made.id, tx=tx, **words)
        return await challenges.approve(made.id, tx=tx, **words)


async def _admitted(programme: Programme, count: int, at: datetime) -> Sequence[str]:
    refs = [f"B-{number:07}" for number in range(count)]
    for start in range(0, count, AT_ONCE):
        several = [
            members.Newcomer(
                id=members.newcomer_id(ref, programme=programme.id, at=at),
                external_ref=ref,
                handle=f"runner{start + place}",
                name=f"Runner {start + place}",
                locale="en",
                zone=ZONE,
                joined_at=at,
            )
            for place, ref in enumerate(refs[start : start + AT_ONCE])
        ]
        async with db.transaction() as tx:
            refused = await members.admit(several, programme=programme, at=at, tx=tx)
            assert not any(refused), refused
    return refs
