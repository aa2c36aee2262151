"""Report: what became of an offer, as whoever pays for it may know; nobody by name."""

from dataclasses import dataclass

from domain.offers.records import Offer
from infra.db import Tx

# Of fewer members than these nothing is told that an offer's own sums do not say.
MEMBERS_MIN = 10

TOTALS = """
SELECT count(DISTINCT member)::int AS members,
       count(*) FILTER (WHERE state IN ('OPEN', 'TAKEN'))::int AS open,
       count(*) FILTER (WHERE paid > 0)::int AS used,
       count(*) FILTER (WHERE state = 'LAPSED')::int AS lapsed
FROM offer_acceptance WHERE programme = $1 AND offer = $2
"""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the acceptances of an offer until now.

    members -- who accepted it, each once; open: acceptances that still stand; used: that have
               given points; lapsed: whose time was over.
    None where fewer than MEMBERS_MIN members have accepted it.
    """

    members: int | None
    open: int | None
    used: int | None
    lapsed: int | None


async def report(offer: Offer, *, tx: Tx) -> Report:
    """What became of its acceptances until now."""
    row = await tx.row(TOTALS, offer.programme, offer.id)
    assert row is not None, "an aggregate always has a row"
    if row["members"] < MEMBERS_MIN:
        return Report(None, None, None, None)
    return Report(**row)
