"""Ordering: what is to be pushed is written down, one row for each device that is to be told."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import TypeAlias
from uuid import UUID

import orjson

from domain import devices
from domain.devices import DeviceKind, Target
from domain.push.handing import sender_beside
from domain.push.records import DATA_BYTES_MAX, Due, Kind, Lane, Order
from domain.push.switching import is_on
from domain.windows import Channel
from infra import signals
from infra.db import Tx

# A hint on it says that something can be sent; what it says is which lane.
CHANNEL = "laurel:push"
ABOUT: Mapping[Lane, str] = {Lane.ONE: "push.one", Lane.MANY: "push.many"}
KINDS: Mapping[Channel, DeviceKind] = {
    Channel.PHONE: DeviceKind.PHONE,
    Channel.WATCH: DeviceKind.WATCH,
}

# What goes to one device, with all that the order goes to.
Pushed: TypeAlias = tuple[Order, Target, Sequence[Target]]

# What is known already is passed over, and its devices with it. What a stopped template would
# bring waits for the operator, and what a device cannot take yet for the end of that. What can go
# now is leased as it is written, when a sender beside takes it. The newer one replaces what still
# waits; what is on its way is passed over, for the device replaces it as well.
ADD = """
WITH added AS (
    INSERT INTO push_order (programme, id, member, kind, template, label, content, ordered_at,
                            send_at, expires_at)
    SELECT $1, o.id, o.member, o.kind, o.template, o.label, o.content::jsonb, $2, o.send_at,
           o.expires_at
    FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[],
                $10::timestamptz[], $11::timestamptz[])
         AS o (id, member, kind, template, label, content, send_at, expires_at)
    ON CONFLICT DO NOTHING
    RETURNING id, template, label
), ready AS (
    SELECT w.id, w.device, w.lane, greatest(w.due_at, q.until) AS due_at,
           EXISTS (SELECT FROM push_stopped AS s
                    WHERE s.programme = $1 AND s.template = a.template) AS parked,
           w.collapse, w.alone
    FROM added AS a
    JOIN unnest($12::uuid[], $13::uuid[], $14::smallint[], $15::timestamptz[], $16::text[],
                $17::boolean[]) AS w (id, device, lane, due_at, collapse, alone) ON w.id = a.id
    LEFT JOIN push_quiet AS q
      ON q.programme = $1 AND q.device = w.device AND q.until > w.due_at
), waiting AS (
    INSERT INTO push_waiting (programme, id, device, lane, due_at, parked, attempts, collapse,
                              alone)
    SELECT $1, r.id, r.device, r.lane, CASE WHEN now.leased THEN $3 ELSE r.due_at END, r.parked,
           now.leased::int, r.collapse, r.alone
    FROM ready AS r
    CROSS JOIN LATERAL (
        SELECT $3::timestamptz IS NOT NULL AND r.lane = 0 AND r.due_at <= $2 AND NOT r.parked
    ) AS now (leased)
    RETURNING id, device, attempts = 1 AS leased
), counted AS (
    INSERT INTO push_count (programme, label, ordered)
    SELECT $1, a.label, count(*) FROM added AS a JOIN waiting AS w ON w.id = a.id
    WHERE a.label IS NOT NULL GROUP BY a.label ORDER BY a.label
    ON CONFLICT (programme, label)
    DO UPDATE SET ordered = push_count.ordered + excluded.ordered
), replaced AS (
    DELETE FROM push_waiting AS w USING (
        SELECT o.programme, o.id, o.device
        FROM unnest($12::uuid[], $13::uuid[], $16::text[]) AS n (id, device, collapse)
        JOIN push_waiting AS o
          ON o.programme = $1 AND o.device = n.device AND o.collapse = n.collapse
        WHERE o.id < n.id
        FOR UPDATE OF o SKIP LOCKED
    ) AS old
    WHERE w.programme = old.programme AND w.id = old.id AND w.device = old.device
)
SELECT id, device, leased FROM waiting
"""
# The same among those that were ordered together, which the statement above cannot see.
SUPERSEDE = """
DELETE FROM push_waiting AS w USING (
    SELECT o.programme, o.id, o.device FROM push_waiting AS o
    JOIN unnest($2::uuid[], $3::uuid[], $4::text[]) AS n (id, device, collapse)
      ON o.programme = $1 AND o.device = n.device AND o.collapse = n.collapse
    WHERE o.id < n.id
    FOR UPDATE OF o SKIP LOCKED
) AS old
WHERE w.programme = old.programme AND w.id = old.id AND w.device = old.device
RETURNING w.id, w.device
"""


async def order(orders: Sequence[Order], *, programme: int, at: datetime, tx: Tx) -> None:
    """Have these pushed to every device that their members have of the wanted kinds.

    Ordering again changes nothing. What has expired by `at`, or has no device to go to, is left
    out; news go to no device that has been silent for 30 days. Where this process has no way to
    Firebase nothing is kept (`switched`).
    """
    if not is_on():
        return
    fresh = [one for one in orders if one.expires_at > max(at, one.send_at)]
    targets = await _targets(fresh, programme=programme, at=at, tx=tx)
    reached = [(one, found) for one in fresh if (found := _of(one, targets))]
    await keep(reached, programme=programme, at=at, tx=tx)


async def keep(
    reached: Sequence[tuple[Order, Sequence[Target]]], *, programme: int, at: datetime, tx: Tx
) -> None:
    """Write down orders with the devices that each goes to; the newest of what collapses stays.

    What can go now is handed to the sender beside, when there is one that has room for it.
    """
    if not reached:
        return
    rows = [(one, target, found) for one, found in reached for target in found]
    sender = sender_beside(len(rows))
    written = await tx.rows(
        ADD,
        programme,
        at,
        None if sender is None else at + sender.lease,
        *_orders([one for one, _ in reached], at=at),
        *_waiting(rows, at=at),
    )
    replaced = await _supersede(rows, programme=programme, tx=tx)
    leased = {(row["id"], row["device"]) for row in written if row["leased"]} - replaced
    if sender is not None and leased:
        due = [
            _due(one, target, found, programme=programme)
            for one, target, found in rows
            if (one.id, target.id) in leased
        ]
        tx.after_commit(partial(sender.give, due), first=True)
    if not all(row["leased"] for row in written):
        about = sorted({ABOUT[one.lane] for one, _ in reached})
        tx.after_commit(partial(signals.wake, CHANNEL, about))


async def _supersede(rows: Sequence[Pushed], *, programme: int, tx: Tx) -> Set[tuple[UUID, UUID]]:
    """Of what was ordered together, leave the newest of what collapses; what went."""
    collapsing = [(one.id, target.id, one.collapse) for one, target, _ in rows if one.collapse]
    if len({(device, about) for _, device, about in collapsing}) == len(collapsing):
        return frozenset()
    went = await tx.rows(SUPERSEDE, programme, *map(list, zip(*collapsing, strict=True)))
    return {(row["id"], row["device"]) for row in went}


def _due(one: Order, target: Target, found: Sequence[Target], *, programme: int) -> Due:
    """The same as `take` would make of its row."""
    return Due(
        programme=programme,
        id=one.id,
        kind=one.kind,
        template=one.template,
        label=one.label,
        content=orjson.loads(_content(one)),
        expires_at=one.expires_at,
        attempts=1,
        alone=_alone(found),
        target=target,
    )


def _alone(found: Sequence[Target]) -> bool:
    """The member's other devices are told by themselves."""
    return len({each.kind for each in found}) > 1


def _orders(orders: Sequence[Order], *, at: datetime) -> tuple[list[object], ...]:
    return (
        [one.id for one in orders],
        [one.member for one in orders],
        [one.kind for one in orders],
        [one.template for one in orders],
        [one.label for one in orders],
        [_content(one) for one in orders],
        [max(one.send_at, at) for one in orders],
        [one.expires_at for one in orders],
    )


def _waiting(rows: Sequence[Pushed], *, at: datetime) -> tuple[list[object], ...]:
    return (
        [one.id for one, _, _ in rows],
        [target.id for _, target, _ in rows],
        [one.lane for one, _, _ in rows],
        [max(one.send_at, at) for one, _, _ in rows],
        [one.collapse for one, _, _ in rows],
        [_alone(found) for _, _, found in rows],
    )


def _content(one: Order) -> str:
    size = sum(len(key.encode()) + len(value.encode()) for key, value in one.data.items())
    assert size <= DATA_BYTES_MAX, "a push carries ids and numbers only"
    said = {
        "key": one.key,
        "args": list(one.args),
        "title": one.title,
        "body": one.body,
        "data": dict(one.data),
        "collapse": one.collapse,
        "live": None if one.live is None else asdict(one.live),
    }
    return orjson.dumps(
        {name: value for name, value in said.items() if value}, default=str
    ).decode()


async def _targets(
    orders: Sequence[Order], *, programme: int, at: datetime, tx: Tx
) -> Mapping[tuple[bool, UUID], Sequence[Target]]:
    """By whether only those that were heard of lately are wanted, and by member."""
    found: dict[tuple[bool, UUID], Sequence[Target]] = {}
    for lately in (False, True):
        wanted = {one.member for one in orders if (one.kind is Kind.NEWS) is lately}
        if wanted:
            told = await devices.targets(
                wanted,
                programme=programme,
                kinds=list(KINDS.values()),
                at=at,
                fresh_only=lately,
                tx=tx,
            )
            found |= {(lately, member): targets for member, targets in told.items()}
    return found


def _of(one: Order, targets: Mapping[tuple[bool, UUID], Sequence[Target]]) -> Sequence[Target]:
    kinds = {KINDS[channel] for channel in one.channels if channel in KINDS}
    found = targets.get((one.kind is Kind.NEWS, one.member), ())
    return [target for target in found if target.kind in kinds]
