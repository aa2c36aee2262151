"""Digesting: hand out what was gathered for members, once a day each."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from domain import members
from domain.members import Member
from domain.windows.hushing import quiet_until
from domain.windows.preferring import several
from domain.windows.records import Channel, Digest, Mode, Preferences, Topic
from infra import ids
from infra.db import Row, Tx

OLDEST = "SELECT programme FROM window_digest WHERE due_at <= $1 ORDER BY due_at LIMIT 1"
# All that is due of a member at once, in one order whoever asks.
DUE = """
SELECT d.member, d.channel, d.wish, d.topic FROM window_digest AS d
WHERE d.programme = $1 AND d.due_at <= $2 AND d.member IN (
    SELECT member FROM window_digest WHERE programme = $1 AND due_at <= $2
    GROUP BY member ORDER BY min(due_at), member LIMIT $3)
ORDER BY d.member, d.channel, d.wish FOR UPDATE
"""
TAKE = (
    "DELETE FROM window_digest WHERE programme = $1 AND member = ANY($2::uuid[]) AND due_at <= $3"
)
PUT_OFF = """
UPDATE window_digest AS d SET due_at = t.due_at
FROM unnest($2::uuid[], $3::timestamptz[]) AS t (member, due_at)
WHERE d.programme = $1 AND d.member = t.member AND d.due_at <= $4
"""

Rows: TypeAlias = Mapping[UUID, Sequence[Row]]


async def due_digests(*, at: datetime, limit: int, tx: Tx) -> Sequence[Digest]:
    """The digests that are due, of `limit` members of one programme at most; each is handed out
    once, in the transaction that sends it. None: nothing more is to be handed out for now.

    Where it is quiet by now, for a worker that comes late or a member who changed their hours,
    the digest waits again. What has been turned off meanwhile is not in it, and whoever is no
    member any more gets none.
    """
    programme = await tx.value(OLDEST, at)
    if programme is None:
        return []
    rows = await _due(programme, at=at, limit=limit, tx=tx)
    known = await members.several(rows, programme=programme, tx=tx)
    active = {id: member for id, member in known.items() if member.is_active}
    wanted = await several(active, programme=programme, tx=tx)
    later = quiet_until(active, wanted, at)
    await tx.run(PUT_OFF, programme, list(later), list(later.values()), at)
    await tx.run(TAKE, programme, [id for id in rows if id not in later], at)
    made = [
        _digest(rows[id], wanted[id], member=member, at=at)
        for id, member in active.items()
        if id not in later
    ]
    return [one for one in made if one is not None]


async def _due(programme: int, *, at: datetime, limit: int, tx: Tx) -> Rows:
    found: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in await tx.rows(DUE, programme, at, limit):
        found[row["member"]].append(row)
    return found


def _digest(
    rows: Sequence[Row], wanted: Preferences, *, member: Member, at: datetime
) -> Digest | None:
    told = [
        (Topic(row["topic"]), Channel(row["channel"]), row["wish"])
        for row in rows
        if wanted.modes[Topic(row["topic"]), Channel(row["channel"])] is not Mode.OFF
    ]
    if not told:
        return None
    return Digest(
        id=ids.derived(at, "digest", member.programme, member.id),
        programme=member.programme,
        member=member.id,
        channels=frozenset(channel for _, channel, _ in told),
        topics=Counter(topic for topic, _ in {(topic, wish) for topic, _, wish in told}),
    )
