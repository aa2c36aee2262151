"""Running: the challenges for which activities count now, compiled and kept by each process.

Reading them costs one small query while nothing has changed, and after a change only what has.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from domain.activities import Type
from domain.challenges.finding import challenge_of
from domain.challenges.records import COUNTING, Challenge, Entry
from domain.metrics import Metric
from infra.db import Tx

# Metrics that only activities of one type are worth anything in.
ONLY = {Metric.ENERGY: frozenset({Type.ENERGY}), Metric.STEPS: frozenset({Type.STEPS})}
ALL = frozenset(Type)
PROGRAMMES_MAX = 64

VERSION = """
SELECT version, epoch,
       changed_by IS NOT DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint AS own
FROM challenge_version WHERE programme = $1
"""
# From nothing on: those alone that count.
WHOLE = """
SELECT id, programme, owner, partner, creator, name, description, state, terms::text AS terms,
       version, book, account, budget, funded, spent, created_at, cutoff_at, exhausted_at,
       disclosed_at, reason, live_at, ended_at, settled_at, returned, halted
FROM challenge
WHERE programme = $1 AND state IN ('APPROVED', 'LIVE', 'PAUSED', 'ENDED')
"""
CHANGED = """
SELECT id, programme, owner, partner, creator, name, description, state, terms::text AS terms,
       version, book, account, budget, funded, spent, created_at, cutoff_at, exhausted_at,
       disclosed_at, reason, live_at, ended_at, settled_at, returned, halted
FROM challenge WHERE programme = $1 AND changed > $2
"""


class Running:
    """The challenges of one programme that count, at one version of them.

    What was spent of them is as it was when they were read; funding.charge knows better.
    """

    __slots__ = ("_automatic", "_by_id", "_by_type", "_counting", "version")

    def __init__(self, challenges: Iterable[Challenge], *, version: int) -> None:
        self.version = version
        self._by_id = {one.id: one for one in challenges}
        by_type: defaultdict[Type, list[Challenge]] = defaultdict(list)
        automatic: defaultdict[Type, list[Challenge]] = defaultdict(list)
        for one in self._by_id.values():
            for type in types_of(one):
                by_type[type].append(one)
                if one.terms.audience.entry is Entry.AUTOMATIC:
                    automatic[type].append(one)
        self._by_type: Mapping[Type, Sequence[Challenge]] = by_type
        self._automatic: Mapping[Type, Sequence[Challenge]] = automatic
        self._counting = {
            type: frozenset(one.id for one in several) for type, several in by_type.items()
        }

    def get(self, id: UUID) -> Challenge | None:
        """The challenge with that id; None when nothing counts for it."""
        return self._by_id.get(id)

    def by_type(self, type: Type) -> Sequence[Challenge]:
        """Those that an activity of that type may count for."""
        return self._by_type.get(type, ())

    def counting(self, type: Type) -> frozenset[UUID]:
        """The ids of those."""
        return self._counting.get(type, frozenset())

    def automatic(self, type: Type) -> Sequence[Challenge]:
        """Those of them that members come into by such an activity."""
        return self._automatic.get(type, ())

    def every(self) -> Iterable[Challenge]:
        """All of them."""
        return self._by_id.values()


class _Kept(NamedTuple):
    epoch: UUID
    running: Running


_kept: dict[int, _Kept] = {}


async def running(programme: int, *, tx: Tx) -> Running:
    """What counts in the programme now, from this process's own copy where it is still true."""
    row = await tx.row(VERSION, programme)
    if row is None:
        return Running((), version=0)
    kept = _kept.get(programme)
    if kept is None or kept.epoch != row["epoch"] or kept.running.version > row["version"]:
        rows = await tx.rows(WHOLE, programme)
        found = Running(map(challenge_of, rows), version=row["version"])
    elif kept.running.version == row["version"] and not row["own"]:
        return kept.running
    else:
        found = await _renewed(kept.running, programme, row["version"], tx)
    if not row["own"]:
        # What this transaction itself has changed may yet be undone.
        while len(_kept) >= PROGRAMMES_MAX and programme not in _kept:
            _kept.pop(next(iter(_kept)))
        _kept[programme] = _Kept(row["epoch"], found)
    return found


def types_of(challenge: Challenge) -> frozenset[Type]:
    """The types of activity that may count for one of its criteria."""
    wanted = [
        (one.filter.types or ALL) & ONLY.get(one.metric, ALL) for one in challenge.terms.criteria
    ]
    return frozenset().union(*wanted)


async def _renewed(old: Running, programme: int, version: int, tx: Tx) -> Running:
    """What was known, with what has changed since."""
    by_id = {one.id: one for one in old.every()}
    for row in await tx.rows(CHANGED, programme, old.version):
        one = challenge_of(row)
        if one.state in COUNTING:
            by_id[one.id] = one
        else:
            by_id.pop(one.id, None)
    return Running(by_id.values(), version=version)
