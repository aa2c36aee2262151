"""Add to members' inboxes: each thing once, numbered in the order of the commits."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

import orjson

from domain.inbox.records import Item, News, channel, item_of
from infra import signals
from infra.db import Tx

# Held until the commit: whoever tells the same thing meanwhile begins after it and finds it told,
# and whoever tells somebody who is being erased finds the inbox closed. Sorted, so that two who
# tell the same members never wait for each other.
LOCK = """
INSERT INTO inbox AS i (programme, member)
SELECT $1, m FROM (SELECT DISTINCT unnest($2::uuid[]) AS m ORDER BY m) AS members
ON CONFLICT (programme, member) DO UPDATE SET last = i.last
"""
# Nothing to who was erased, and nothing twice.
ADD = """
WITH fresh AS (
    SELECT n.id, n.member, n.topic, n.key, n.args, n.title, n.body, n.refs, n.at, n.quiet, n.place,
           row_number() OVER (PARTITION BY n.member ORDER BY n.place) AS rank
    FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::text[], $10::timestamptz[], $11::boolean[]) WITH ORDINALITY
         AS n (id, member, topic, key, args, title, body, refs, at, quiet, place)
    JOIN inbox AS i ON i.programme = $1 AND i.member = n.member AND NOT i.closed
    WHERE NOT EXISTS (SELECT FROM inbox_item AS k WHERE k.programme = $1 AND k.id = n.id)
), counted AS (
    UPDATE inbox AS i SET last = i.last + f.count, unread = i.unread + f.loud
    FROM (SELECT member, count(*) AS count, count(*) FILTER (WHERE NOT quiet) AS loud
          FROM fresh GROUP BY member) AS f
    WHERE i.programme = $1 AND i.member = f.member
    RETURNING i.member, i.last - f.count AS before
)
INSERT INTO inbox_item (programme, member, number, id, topic, key, args, title, body, refs, at,
                        read_at, archived_at)
SELECT $1, f.member, c.before + f.rank, f.id, f.topic, f.key, f.args::jsonb, f.title, f.body,
       f.refs::jsonb, f.at, CASE WHEN f.quiet THEN $12::timestamptz END,
       CASE WHEN f.quiet THEN $12 END
FROM fresh AS f JOIN counted AS c ON c.member = f.member
ORDER BY f.place
RETURNING id, programme, member, number, topic, key, args::text AS args, title, body,
          refs::text AS refs, at, read_at, archived_at
"""


async def add(
    items: Sequence[News], *, programme: int, held: bool = False, at: datetime, tx: Tx
) -> Sequence[Item]:
    """Tell members these things, whose ids differ; what is new to them, in the order given.

    held -- True: the caller has locked these inboxes already, by `hold`.
    What they were told before is left out, and so is what is for somebody who was erased. Whoever
    listens to their inbox is hinted at after the commit.
    """
    if not items:
        return []
    if not held:
        await hold([one.member for one in items], programme=programme, tx=tx)
    rows = await tx.rows(
        ADD,
        programme,
        [one.id for one in items],
        [one.member for one in items],
        [one.topic for one in items],
        [one.key for one in items],
        [orjson.dumps(one.args).decode() for one in items],
        [one.title for one in items],
        [one.body for one in items],
        [orjson.dumps(one.refs).decode() for one in items],
        [one.at for one in items],
        [one.quiet for one in items],
        at,
    )
    hint({row["member"] for row in rows}, programme=programme, tx=tx)
    return [item_of(row) for row in rows]


async def hold(members: Collection[UUID], *, programme: int, tx: Tx) -> None:
    """Nobody else adds to these inboxes before `tx` ends.

    For whoever locks more of these members than their inboxes: these come first, as they do when
    somebody is erased.
    """
    await tx.run(LOCK, programme, list(members))


def hint(members: Collection[UUID], *, programme: int, tx: Tx) -> None:
    """Tell whoever listens, once `tx` has committed, that these inboxes are other ones now."""
    if members:
        channels = [channel(member, programme=programme) for member in members]
        tx.after_commit(partial(signals.publish, channels))
