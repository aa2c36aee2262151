"""Recalling: what several members had done by several moments, to judge choices after the fact."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.interactions.records import Seen
from infra.db import Tx

ASKED_MAX, EACH_MAX = 1_000, 200

# The newest of each, by the key that orders them by time.
HISTORIES = """
SELECT a.place::int AS place, i.key AS item, n.weight, n.at
FROM unnest($2::uuid[], $3::timestamptz[]) WITH ORDINALITY AS a (member, at, place)
CROSS JOIN LATERAL (
    SELECT item, weight, at, id FROM interaction
    WHERE programme = $1 AND member = a.member AND at < a.at ORDER BY id DESC LIMIT $4) AS n
JOIN item AS i ON i.programme = $1 AND i.number = n.item
ORDER BY a.place, n.id DESC
"""


async def histories(
    asked: Sequence[tuple[UUID, datetime]], *, programme: int, tx: Tx
) -> Sequence[Sequence[Seen]]:
    """What each member had done before the moment beside them, the newest first, 200 at most.

    In the order of `asked`, which holds 1,000 at most; empty for who did not agree to it.
    """
    assert len(asked) <= ASKED_MAX, "whoever judges takes a sample"
    members, moments = [member for member, _ in asked], [at for _, at in asked]
    found: list[list[Seen]] = [[] for _ in asked]
    for row in await tx.rows(HISTORIES, programme, members, moments, EACH_MAX):
        found[row["place"] - 1].append(Seen(row["item"], row["weight"], row["at"]))
    return found
