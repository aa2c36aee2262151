"""Store streaks as they are defined, and know them again."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from domain.activities import Type
from domain.streaks.errors import NoSuchStreak
from domain.streaks.records import Cadence, Streak
from domain.streaks.writing import read, write
from infra.db import Row, Tx

# Programmes whose streaks a process keeps in mind.
KNOWN_MAX = 500

ADD = """
INSERT INTO streak (programme, id, name, description, cadence, grace_hours, first_day, versions,
                    created_at, catching_up)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, $9, $10)
"""
CHANGE = """
UPDATE streak SET name = $3, description = $4, last_day = $5, versions = $6::text::jsonb
WHERE programme = $1 AND id = $2
"""
STAMP = """
INSERT INTO streak_stamp (programme, stamp) VALUES ($1, $2)
ON CONFLICT (programme) DO UPDATE SET stamp = excluded.stamp
"""
STAMP_OF = "SELECT stamp FROM streak_stamp WHERE programme = $1"
# One at a time for a programme, so that there are never more than there may be.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('streaks.define', $1))"
EVERY = """
SELECT id, programme, name, description, cadence, grace_hours, first_day, last_day,
       versions::text AS versions, created_at
FROM streak WHERE programme = $1 ORDER BY created_at, id
"""


@dataclass(frozen=True, slots=True)
class Known:
    """The streaks of a programme, and those that activities of a type may count for."""

    streaks: Mapping[UUID, Streak]
    by_type: Mapping[Type, Sequence[Streak]]


NOTHING = Known({}, {})
_known: OrderedDict[tuple[int, UUID], Known] = OrderedDict()


async def add(streak: Streak, *, catching_up: bool, tx: Tx) -> None:
    """Keep a new streak."""
    words = (streak.name, streak.description, streak.cadence, streak.grace_hours)
    rest = (streak.first_day, write(streak.versions), streak.created_at, catching_up)
    await tx.run(ADD, streak.programme, streak.id, *words, *rest)
    await tx.run(STAMP, streak.programme, uuid4())


async def change(streak: Streak, *, tx: Tx) -> None:
    """Keep what may change of a streak."""
    words = (streak.name, streak.description, streak.last_day, write(streak.versions))
    await tx.run(CHANGE, streak.programme, streak.id, *words)
    await tx.run(STAMP, streak.programme, uuid4())


async def lock(programme: int, *, tx: Tx) -> None:
    """Whoever defines or changes streaks of the programme comes one by one."""
    await tx.run(LOCK, programme)


async def every(programme: int, *, tx: Tx) -> Sequence[Streak]:
    """The programme's streaks, the oldest first, retired ones too."""
    return [_streak(row) for row in await tx.rows(EVERY, programme)]


async def known(programme: int, *, tx: Tx) -> Known:
    """The programme's streaks: read once by a process, and again when any of them changed."""
    stamp = await tx.value(STAMP_OF, programme)
    if stamp is None:
        return NOTHING
    key = (programme, UUID(bytes=stamp.bytes))
    if key not in _known:
        _known[key] = _compiled(await every(programme, tx=tx))
        while len(_known) > KNOWN_MAX:
            _known.popitem(last=False)
    _known.move_to_end(key)
    return _known[key]


async def get(streak: UUID, *, programme: int, tx: Tx) -> Streak:
    """One streak of the programme. Refuses NoSuchStreak."""
    found = (await known(programme, tx=tx)).streaks.get(streak)
    if found is None:
        raise NoSuchStreak("there is no such streak")
    return found


def _compiled(streaks: Sequence[Streak]) -> Known:
    by_type = {type: tuple(one for one in streaks if _may_count(one, type)) for type in Type}
    return Known({one.id: one for one in streaks}, by_type)


def _may_count(streak: Streak, type: Type) -> bool:
    filters = [version.terms.filter for version in streak.versions]
    return any(not filter.types or type in filter.types for filter in filters)


def _streak(row: Row) -> Streak:
    first_day: date = row["first_day"]
    return Streak(
        id=row["id"],
        programme=row["programme"],
        name=row["name"],
        description=row["description"],
        cadence=Cadence(row["cadence"]),
        grace_hours=row["grace_hours"],
        first_day=first_day,
        last_day=row["last_day"],
        versions=read(row["versions"]),
        created_at=row["created_at"],
    )
