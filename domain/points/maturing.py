"""Maturing: how long points wait, by who vouches for their activity, and telling when they came.

The ledger posts what is due by itself; this says so to whoever wants to hear Matured.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from domain import ledger, members
from domain.activities import Judged, Proof
from domain.points.claiming import settle_claims
from domain.points.errors import BadMaturity
from domain.points.events import Matured
from domain.points.records import Maturity
from domain.programmes import Programme
from infra.db import Row, Tx
from infra.outbox import emit

# Long enough for a second look at an activity that is believed but not proved.
MATURES_AFTER = timedelta(hours=24)
HOURS_MAX = 90 * 24
CHUNK = 500

SET = """
INSERT INTO maturity (programme, proof, hours) VALUES ($1, $2, $3)
ON CONFLICT (programme, proof) DO UPDATE SET hours = excluded.hours
"""
MATURITIES = "SELECT proof, hours FROM maturity WHERE programme = $1 ORDER BY proof"
# Of one programme, the one that has waited longest: another call takes the next.
DUE = """
SELECT programme, activity, rule, revision, member, given, posting FROM award
WHERE programme = (
    SELECT a.programme FROM award AS a
    WHERE a.matures_at <= $1 AND a.matured_at IS NULL AND a.undone_at IS NULL
    ORDER BY a.matures_at LIMIT 1
) AND matures_at <= $1 AND matured_at IS NULL AND undone_at IS NULL
ORDER BY matures_at LIMIT $2
"""
# Once more under the members' locks: what was undone meanwhile does not mature.
STILL_DUE = """
SELECT a.activity, a.rule, a.revision, a.member, a.given, a.posting FROM award AS a
JOIN unnest($2::uuid[]) AS d (posting) ON a.posting = d.posting
WHERE a.programme = $1 AND a.activity = ANY($3::uuid[]) AND a.matured_at IS NULL
  AND a.undone_at IS NULL
"""
NOTE = """
UPDATE award SET matured_at = $2
WHERE programme = $1 AND activity = ANY($3::uuid[]) AND posting = ANY($4::uuid[])
"""


async def set_maturity(programme: Programme, *, proof: Proof, hours: int, tx: Tx) -> Maturity:
    """What activities of that proof earn waits so many hours, from the next judgement on.

    PENDING ones wait for MATURES_AFTER at least. Refuses: BadMaturity.
    """
    if not 0 <= hours <= HOURS_MAX:
        raise BadMaturity(f"points mature after 0 to {HOURS_MAX} hours")
    await tx.run(SET, programme.id, proof, hours)
    return Maturity(proof, hours)


async def maturities(programme: int, *, tx: Tx) -> Mapping[Proof, int]:
    """How many hours points wait, by proof; one that is missing waits for none."""
    return {Proof(row["proof"]): row["hours"] for row in await tx.rows(MATURITIES, programme)}


def matures_at(judged: Judged, *, hours: int) -> datetime | None:
    """When the points of a judgement arrive; None: at once."""
    wait = timedelta(hours=hours)
    if judged.outcome == "PENDING":
        wait = max(wait, MATURES_AFTER)
    return judged.at + wait if wait else None


async def mature_due(at: datetime, tx: Tx) -> int:
    """Post promised points whose time has come, unless the ledger has, and tell; how many."""
    due = await tx.rows(DUE, at, CHUNK)
    if not due:
        return 0
    programme = due[0]["programme"]
    wallets = await members.lock({row["member"] for row in due}, programme=programme, tx=tx)
    postings, activities = [row["posting"] for row in due], [row["activity"] for row in due]
    rows = await tx.rows(STILL_DUE, programme, postings, activities)
    book = next(iter(wallets.values())).book
    results = await ledger.mature([row["posting"] for row in rows], book=book, at=at, tx=tx)
    for result in results:
        ledger.require(result)
    await tx.run(NOTE, programme, at, activities, [row["posting"] for row in rows])
    for row in rows:
        emit(_matured(programme, row, at), tx=tx)
    earners = {row["member"]: wallets[row["member"]].account for row in rows}
    await settle_claims(earners, again={}, programme=programme, book=book, at=at, tx=tx)
    return len(due)


def _matured(programme: int, row: Row, at: datetime) -> Matured:
    return Matured(
        programme=programme,
        subject=row["member"],
        object=row["activity"],
        at=at,
        points=row["given"],
    )
