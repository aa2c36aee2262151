"""Replay: run a history of judgements under other rules, and compare with what was given.

Every step is that of the ledger's own reckoning (points.Standing), so the rules as they are
reproduce what was given to the point. Writes nothing.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TypeAlias
from uuid import UUID

from domain import members, points
from domain.members import Label
from domain.points import Fact, Given, Standing, Step, Terms
from domain.replays.errors import ReplayTooLong
from domain.replays.reading import Life, Period, count, lives
from domain.replays.tallying import Tally
from infra.db import Row, Tx

# What one may wait for at a screen: some seconds.
PREVIEW_MAX = 100_000

# Told each judgement that changed something, for whoever compares award by award.
Note: TypeAlias = Callable[[UUID, Fact, Step], None]


async def replay(period: Period, terms: Terms, *, note: Note | None = None, tx: Tx) -> Tally:
    """What the period's judgements would have earned under `terms`, beside what they earned.

    What stood before the period stays as it is: it fills limits, and later revisions undo it.
    Needs a transaction. Judgements that wait for the workers still are counted as nothing today.
    """
    tally = Tally()
    async for life in lives(period, tx=tx):
        labels = await _labels(life, period, terms, tx)
        facts = await _facts(life, period, tx)
        proposed = _lived(life, facts, terms, labels, note)
        today = _today(life.today)
        tally.judgements += len(facts)
        tally.today.update(today)
        tally.proposed.update(proposed)
        tally.note(life.member, change=proposed.total() - today.total())
    return tally


async def preview(period: Period, terms: Terms, *, most: int = PREVIEW_MAX, tx: Tx) -> Tally:
    """As `replay`, of at most `most` judgements. Refuses: ReplayTooLong."""
    if await count(period, most=most, tx=tx) > most:
        raise ReplayTooLong(limit=most)
    return await replay(period, terms, tx=tx)


def _lived(
    life: Life, facts: Sequence[Fact], terms: Terms, labels: Sequence[Label], note: Note | None
) -> Counter[tuple[str, int]]:
    """The points of one member by type and month."""
    standing = _standing(life.before)
    judge = standing.judge
    sums: dict[tuple[str, date], int] = {}
    for fact in facts:
        step = judge(fact, terms, labels)
        if step is None:
            continue
        undone, earning = step
        if undone is not None:
            key = (undone.rule, undone.day)
            sums[key] = sums.get(key, 0) - undone.points
        if earning is not None:
            key = (fact.type, fact.day)
            sums[key] = sums.get(key, 0) + earning.reckoning.given
        if note is not None:
            note(life.member, fact, step)
    found: Counter[tuple[str, int]] = Counter()
    for (rule, day), given in sums.items():
        found[rule, day.year * 12 + day.month - 1] += given
    return found


def _standing(before: Row | None) -> Standing:
    standing = Standing()
    if before is not None:
        names = ("activity", "rule", "revision", "day", "given")
        for activity, *given in zip(*(before[name] for name in names), strict=True):
            standing.stood(activity, Given(*given))
    return standing


def _today(row: Row | None) -> Counter[tuple[str, int]]:
    if row is None:
        return Counter()
    keys = zip(row["rule"], row["month"], strict=True)
    return Counter(dict(zip(keys, row["points"], strict=True)))


async def _labels(life: Life, period: Period, terms: Terms, tx: Tx) -> Sequence[Label]:
    if not terms.labelled:
        return ()
    found = await members.labels([life.member], programme=period.programme, tx=tx)
    return found.get(life.member, ())


async def _facts(life: Life, period: Period, tx: Tx) -> list[Fact]:
    row = life.judged
    facts = [
        Fact(activity, revision, type, outcome, _moment(started), at, _day(day), m, s, quantity)
        for activity, revision, type, outcome, started, at, day, m, s, quantity in zip(
            row["activity"], row["revision"], row["type"], row["outcome"], row["started_at"],
            row["at"], row["day"], row["metres"], row["seconds"], row["quantity"], strict=True,
        )
    ]  # fmt: skip
    late = [n for n, fact in enumerate(facts) if fact.at - fact.started_at > points.LATE_AFTER]
    if late:
        member = await members.get(life.member, programme=period.programme, tx=tx)
        days = await members.local_days([(member, facts[n].at) for n in late], tx=tx)
        for n, day in zip(late, days, strict=True):
            facts[n] = facts[n]._replace(day=day)
    return facts


_moment = datetime.fromisoformat


@lru_cache(maxsize=10_000)
def _day(text: str) -> date:
    return date.fromisoformat(text)
