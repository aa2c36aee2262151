"""Taking: the next pushes that are due, for whoever sends them now.

Taking puts a push off for as long as sending may last. Whoever sends it crosses it out; when that
never happens, it is due again and taken by somebody else, so nothing is lost by a crash.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from domain import devices, windows
from domain.devices import Place, Target
from domain.push.crossing import Crossed, Fate, cross_out, put_off
from domain.push.records import Due, Kind, Lane
from infra.db import Row, Tx

# When a push was to go was decided for that time; so much later it may be quiet.
LATE = timedelta(minutes=1)
HURRIED = frozenset({Kind.BONUS_OFFER, Kind.LIVE})

# A plan that was made, and kept, while nothing waited would read whole tables later. And nobody
# waits for the disk: a lease that is lost with the server is a push that comes twice, as it does
# when a worker dies.
PREPARE = """
SELECT set_config('enable_seqscan', 'off', true), set_config('synchronous_commit', 'off', true)
"""
TAKE = """
WITH due AS MATERIALIZED (
    SELECT programme, id, device FROM push_waiting
    WHERE lane = $1 AND NOT parked AND due_at <= $2 ORDER BY due_at LIMIT $3
    FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE push_waiting AS w SET due_at = $4, attempts = w.attempts + 1 FROM due AS d
    WHERE w.programme = d.programme AND w.id = d.id AND w.device = d.device
    RETURNING w.programme, w.id, w.device, w.attempts, w.alone
)
SELECT t.programme, t.id, t.device, t.attempts, t.alone, o.member, o.kind, o.template, o.label,
       o.content::text AS content, o.send_at, o.expires_at
FROM taken AS t JOIN push_order AS o ON o.programme = t.programme AND o.id = t.id
ORDER BY o.id
"""


async def take(
    lane: Lane, *, limit: int, lease: timedelta, at: datetime, tx: Tx
) -> tuple[Sequence[Due], int]:
    """At most `limit` pushes of the lane that are due, for the caller until `at + lease`; and how
    many were looked at, 0 when nothing is due.

    Whatever has expired, or has no device to go to any more, is crossed out instead. The caller
    commits before it sends, and says what became of each by `answer`.
    """
    await tx.run(PREPARE)
    rows = await tx.rows(TAKE, lane, at, limit, at + lease)
    if not rows:
        return [], 0
    targets = await devices.installed({(row["programme"], row["device"]) for row in rows}, tx=tx)
    hushed = await _hushed(rows, at=at, tx=tx)
    due, void, later = [], [], []
    for row in rows:
        key = row["programme"], row["id"], row["device"]
        until = hushed.get((row["programme"], row["member"]), at) if _is_late(row, at) else at
        if (fate := _fate(row, targets, at=until)) is not None:
            void.append(Crossed(key, row["label"], fate))
        elif until > at:
            later.append((key, until, False))
        else:
            due.append(_due(row, targets))
    await cross_out(void, tx=tx)
    await put_off(later, tx=tx)
    return due, len(rows)


def _is_late(row: Row, at: datetime) -> bool:
    """It is so late that it may be quiet by now. An offer that is worth nothing later goes."""
    return row["kind"] not in HURRIED and at - row["send_at"] > LATE


async def _hushed(
    rows: Sequence[Row], *, at: datetime, tx: Tx
) -> Mapping[tuple[int, UUID], datetime]:
    """Until when it is quiet for the members of what is late, by programme and member."""
    late = [row for row in rows if _is_late(row, at)]
    found: dict[tuple[int, UUID], datetime] = {}
    for programme in sorted({row["programme"] for row in late}):
        ids = {row["member"] for row in late if row["programme"] == programme}
        quiet = await windows.quiet_now(ids, programme=programme, at=at, tx=tx)
        found |= {(programme, id): until for id, until in quiet.items()}
    return found


def _fate(row: Row, targets: Mapping[Place, Target], *, at: datetime) -> Fate | None:
    """What has become of it by itself; None: it is to be sent."""
    target = targets.get((row["programme"], row["device"]))
    # An installation that moved is another device; whose it is now is looked at all the same.
    if target is None or target.member != row["member"]:
        return Fate.GONE
    return Fate.EXPIRED if row["expires_at"] <= at else None


def _due(row: Row, targets: Mapping[Place, Target]) -> Due:
    return Due(
        programme=row["programme"],
        id=row["id"],
        kind=Kind(row["kind"]),
        template=row["template"],
        label=row["label"],
        content=orjson.loads(row["content"]),
        expires_at=row["expires_at"],
        attempts=row["attempts"],
        alone=row["alone"],
        target=targets[row["programme"], row["device"]],
    )
