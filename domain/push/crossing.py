"""Crossing out: what waits no more, what waits longer, and the counts of labels."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.push.records import Key, Tally
from infra import observing
from infra.db import Tx

# In one order, whoever asks, so that nobody who changes many of them waits in a circle.
HOLD = """
SELECT count(*) FROM (
    SELECT w.id FROM push_waiting AS w
    JOIN unnest($1::int[], $2::uuid[], $3::uuid[]) AS d (programme, id, device)
      ON w.programme = d.programme AND w.id = d.id AND w.device = d.device
    ORDER BY w.programme, w.id, w.device FOR UPDATE OF w
) AS held
"""
CROSS_OUT = """
DELETE FROM push_waiting AS w USING unnest($1::int[], $2::uuid[], $3::uuid[]) AS d (
    programme, id, device)
WHERE w.programme = d.programme AND w.id = d.id AND w.device = d.device
"""
# What is parked meanwhile stays parked.
PUT_OFF = """
UPDATE push_waiting AS w SET due_at = p.due_at, attempts = w.attempts - p.untried
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::smallint[]) AS p (
    programme, id, device, due_at, untried)
WHERE w.programme = p.programme AND w.id = p.id AND w.device = p.device
"""
# In the order of the key, so that two who count the same labels can never wait for each other.
COUNT = """
INSERT INTO push_count (programme, label, sent, gone, expired, dead)
SELECT programme, label, sent, gone, expired, dead
FROM unnest($1::int[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]) AS c (
    programme, label, sent, gone, expired, dead)
ORDER BY programme, label
ON CONFLICT (programme, label) DO UPDATE
SET (sent, gone, expired, dead) = (push_count.sent + excluded.sent, push_count.gone + excluded.gone,
    push_count.expired + excluded.expired, push_count.dead + excluded.dead)
"""
TALLY = """
SELECT label, ordered, sent, gone, expired, dead FROM push_count
WHERE programme = $1 AND label = ANY($2::text[])
"""


class Fate(StrEnum):
    """What became of a push that waits no more."""

    SENT = "sent"
    GONE = "gone"
    EXPIRED = "expired"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Crossed:
    """A push that waits no more, and what it is counted under."""

    key: Key
    label: str | None
    fate: Fate


async def hold(keys: Sequence[Key], *, tx: Tx) -> None:
    """Nobody else changes these before `tx` ends."""
    await tx.value(HOLD, *rows_of(keys))


async def cross_out(crossed: Sequence[Crossed], *, tx: Tx) -> None:
    """These wait no more, and count as what became of them."""
    if not crossed:
        return
    await tx.run(CROSS_OUT, *rows_of([one.key for one in crossed]))
    counted = Counter(((one.key[0], one.label), one.fate) for one in crossed if one.label)
    labels = sorted({place for place, _ in counted}, key=str)
    if labels:
        columns = [[counted[place, fate] for place in labels] for fate in Fate]
        names = [programme for programme, _ in labels], [label for _, label in labels]
        await tx.run(COUNT, *names, *columns)
    for fate, count in Counter(one.fate for one in crossed).items():
        observing.PUSH_ROWS.labels(fate.value).inc(count)


async def put_off(later: Sequence[tuple[Key, datetime, bool]], *, tx: Tx) -> None:
    """These are due again at that time; True: it was tried, and the next try is another one."""
    if later:
        keys = rows_of([key for key, _, _ in later])
        untried = [int(not tried) for _, _, tried in later]
        await tx.run(PUT_OFF, *keys, [again for _, again, _ in later], untried)
        observing.PUSH_ROWS.labels("later").inc(len(later))


async def tally(labels: Collection[str], *, programme: int, tx: Tx) -> dict[str, Tally]:
    """What became of the pushes under these labels; one without any is all zeros."""
    found = {row["label"]: row for row in await tx.rows(TALLY, programme, list(labels))}
    return {
        label: Tally(**{name: row[name] for name in Tally.__slots__})
        if (row := found.get(label)) is not None
        else Tally()
        for label in labels
    }


def rows_of(keys: Sequence[Key]) -> tuple[list[object], list[object], list[object]]:
    """The keys as the columns that statements take."""
    return [key[0] for key in keys], [key[1] for key in keys], [key[2] for key in keys]
