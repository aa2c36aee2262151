"""Targeting: which devices of members can be pushed to, and which turned out to be gone."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain.devices.records import FRESH, DeviceKind, Place, Platform, Target
from infra.db import Row, Tx

# The kinds are an array and not a join: a member has few devices.
TARGETS = """
SELECT id, programme, member, installation, platform, kind, locale FROM device
WHERE programme = $1 AND member = ANY($2::uuid[]) AND installation IS NOT NULL
  AND kind = ANY($3::text[]) AND ($4::timestamptz IS NULL OR seen_at > $4)
ORDER BY member, registered_at, id
"""
INSTALLED = """
SELECT d.id, d.programme, d.member, d.installation, d.platform, d.kind, d.locale
FROM unnest($1::int[], $2::uuid[]) AS a (programme, id)
JOIN device AS d ON d.programme = a.programme AND d.id = a.id
WHERE d.installation IS NOT NULL
"""
# What has another installation by now was not what FCM spoke of. In the order of the key, so that
# two who hear of the same devices can never wait for each other.
GONE = """
WITH dead AS (
    SELECT d.programme, d.id, d.token FROM device AS d
    JOIN unnest($1::int[], $2::uuid[], $3::text[]) AS a (programme, id, installation)
      ON d.programme = a.programme AND d.id = a.id AND d.installation = a.installation
    ORDER BY d.programme, d.id FOR UPDATE OF d
), stripped AS (
    UPDATE device AS d SET installation = NULL FROM dead AS a
    WHERE d.programme = a.programme AND d.id = a.id AND a.token IS NOT NULL
    RETURNING d.programme, d.id
), silenced AS (
    DELETE FROM device_live AS l USING stripped AS s
    WHERE l.programme = s.programme AND l.device = s.id
), removed AS (
    DELETE FROM device AS d USING dead AS a
    WHERE d.programme = a.programme AND d.id = a.id AND a.token IS NULL
)
SELECT programme, id FROM dead
"""


async def targets(
    members: Collection[UUID],
    *,
    programme: int,
    kinds: Collection[DeviceKind] = tuple(DeviceKind),
    at: datetime,
    fresh_only: bool = False,
    tx: Tx,
) -> Mapping[UUID, Sequence[Target]]:
    """The devices of these kinds that can be pushed to, by member, longest known first.

    fresh_only -- without those that were silent for 30 days, as broadcasts have it.
    Who has none is not in it.
    """
    found: defaultdict[UUID, list[Target]] = defaultdict(list)
    since = at - FRESH if fresh_only else None
    for row in await tx.rows(TARGETS, programme, list(members), [str(k) for k in kinds], since):
        target = target_of(row)
        found[target.member].append(target)
    return found


async def installed(places: Collection[Place], *, tx: Tx) -> Mapping[Place, Target]:
    """Those of the devices that can still be pushed to, as they are now, in any programme.

    One that moved to another member has another id there, so it is not among them.
    """
    programmes, ids = [place[0] for place in places], [place[1] for place in places]
    found = [target_of(row) for row in await tx.rows(INSTALLED, programmes, ids)]
    return {target.place: target for target in found}


async def gone(dead: Collection[Target], *, at: datetime, tx: Tx) -> Collection[Place]:
    """Forget what FCM no longer knows (UNREGISTERED, or of another sender); which of them were.

    A watch that is signed in stays so, and is pushed to no longer.
    """
    rows = await tx.rows(
        GONE,
        [target.programme for target in dead],
        [target.id for target in dead],
        [target.installation for target in dead],
    )
    return [(row["programme"], row["id"]) for row in rows]


def target_of(row: Row) -> Target:
    """A row of a device with an installation."""
    return Target(
        row["id"],
        row["programme"],
        row["member"],
        row["installation"],
        Platform(row["platform"]),
        DeviceKind(row["kind"]),
        row["locale"],
    )
