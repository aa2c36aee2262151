"""Audit: choices that were left to chance, with what they were made from and what came of them.

From these it can be told what another way of choosing would have brought, before anybody uses it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from domain.decisions.choosing import Candidate
from domain.offers import Placement
from infra.db import Tx

AUDITED_MAX = 1_000

# The first place alone: what stands below it depends on what took it. Not what is held out, and
# not what nobody left to chance: both say nothing of what was not shown.
AUDITED = """
SELECT d.member, d.placement, d.item, d.propensity, d.taken, d.at, s.candidates::text AS candidates
FROM decision AS d JOIN slate AS s ON s.programme = d.programme AND s.id = d.slate
WHERE d.programme = $1 AND d.at > $2 AND d.features IS NOT NULL AND d.position = 0
  AND d.seen_at IS NOT NULL AND d.chooser IN ('LEARNT', 'RULE')
  AND NOT d.holdout AND d.expires_at < $3 AND s.candidates IS NOT NULL
ORDER BY d.at DESC LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Audited:
    """What stood first in one slate.

    propensity -- with which chance it stood there; candidates -- what it was chosen from, as they
    were estimated then; weights -- of each, what refusals had made of its p: 1 is nothing.
    """

    member: UUID
    placement: Placement
    item: str
    propensity: float
    taken: bool
    at: datetime
    candidates: Sequence[Candidate]
    weights: Sequence[float]


async def audited(*, programme: int, since: datetime, until: datetime, tx: Tx) -> Sequence[Audited]:
    """The newest choices that could be answered until then, 1,000 at most."""
    rows = await tx.rows(AUDITED, programme, since, until, AUDITED_MAX)
    found = []
    for row in rows:
        open = [one for one in orjson.loads(row["candidates"]) if one["out"] is None]
        found.append(
            Audited(
                member=row["member"],
                placement=Placement(row["placement"]),
                item=row["item"],
                propensity=row["propensity"],
                taken=row["taken"],
                at=row["at"],
                candidates=[_candidate(one) for one in open],
                weights=[one["weight"] for one in open],
            )
        )
    return found


def _candidate(kept: dict[str, object]) -> Candidate:
    said = {name: kept[name] for name in ("item", "p", "spread", "margin", "cost", "fresh")}
    return Candidate(**said)  # type: ignore[arg-type]
