"""Schedule: the ledger's own work over time. Each job may run twice, at once, or late."""

from datetime import datetime, timedelta

from domain.ledger import crossing, publishing, sealing
from domain.ledger.posting import channel
from infra import signals
from infra.db import Tx
from infra.jobs import Job
from infra.settings import Settings

CHUNK = 200
BOOKS_MAX = 16
PARTITIONS_BEHIND = timedelta(days=31)
PARTITIONS_AHEAD = timedelta(days=100)

# Some books that have something due, by chance, so that none can starve the others; then in
# order, as everything that locks in two books does.
RELEASE_DUE = """
SELECT b.id AS book, ledger.release_due(b.id, $1, $2) AS accounts FROM (
    SELECT c.id FROM (
        SELECT d.id FROM ledger.book AS d WHERE EXISTS (
            SELECT FROM ledger.hold AS h
            WHERE h.book = d.id AND h.state = 0 AND h.expires_at <= $1
        ) ORDER BY random() LIMIT $3
    ) AS c ORDER BY c.id
) AS b
"""
MATURE_DUE = """
SELECT b.id AS book, ledger.mature_due(b.id, $1, $2) AS accounts FROM (
    SELECT c.id FROM (
        SELECT d.id FROM ledger.book AS d WHERE EXISTS (
            SELECT FROM ledger.pending AS p
            WHERE p.book = d.id AND p.state = 0 AND p.matures_at <= $1
        ) ORDER BY random() LIMIT $3
    ) AS c ORDER BY c.id
) AS b
"""
EXPIRE = """
SELECT b.id AS book, e.accounts, e.more FROM (
    SELECT c.id FROM (
        SELECT d.id FROM ledger.book AS d
        WHERE d.expired_through < ledger.month_of($1) - 1 ORDER BY random() LIMIT $3
    ) AS c ORDER BY c.id
) AS b CROSS JOIN LATERAL ledger.expire(b.id, $1, $2) AS e
"""
KEEP_MONTHS = "SELECT ledger.keep_months($1, $2)"
TOTAL_DAYS = "SELECT count(*) FILTER (WHERE ledger.total_days(b.id)) FROM ledger.book AS b"
PURGE_REFUSALS = """
SELECT coalesce(sum(ledger.purge_refusals(b.id, $1, $2)), 0)::int FROM ledger.book AS b
"""


async def release_due(at: datetime, tx: Tx) -> int:
    """Release the holds that have run out."""
    return await _each(RELEASE_DUE, at, tx)


async def mature_due(at: datetime, tx: Tx) -> int:
    """Post the promises whose time has come."""
    return await _each(MATURE_DUE, at, tx)


async def expire(at: datetime, tx: Tx) -> int:
    """Do one step of the monthly expiry; the count is of steps, not of accounts."""
    rows = await tx.rows(EXPIRE, at, CHUNK, BOOKS_MAX)
    _announce([(row["book"], account) for row in rows for account in row["accounts"]], tx)
    return sum(row["more"] for row in rows)


async def recover_crossings(at: datetime, tx: Tx) -> int:
    """Post the second legs that are missing."""
    return await crossing.recover(limit=CHUNK, at=at, tx=tx)


async def keep_months(at: datetime, tx: Tx) -> int:
    """Make the journal's partitions well before their months begin."""
    return int(await tx.value(KEEP_MONTHS, at - PARTITIONS_BEHIND, at + PARTITIONS_AHEAD))


async def purge_refusals(at: datetime, tx: Tx) -> int:
    """Forget refusals of ids that are refused for their age."""
    return int(await tx.value(PURGE_REFUSALS, at, CHUNK))


async def total_days(at: datetime, tx: Tx) -> int:
    """Add what was posted to the totals of the days."""
    return int(await tx.value(TOTAL_DAYS))


async def seal(at: datetime, tx: Tx) -> int:
    """Publish the seals of the call before, which have committed, and seal what came since."""
    path = Settings().seal_file
    if path:
        await publishing.publish(path, tx=tx)
    return len(await sealing.seal(at=at, tx=tx))


JOBS = (
    Job("ledger.release_due", timedelta(seconds=5), release_due),
    Job("ledger.mature_due", timedelta(seconds=15), mature_due),
    Job("ledger.recover_crossings", timedelta(seconds=10), recover_crossings),
    Job("ledger.expire", timedelta(minutes=5), expire),
    Job("ledger.keep_months", timedelta(hours=12), keep_months),
    Job("ledger.purge_refusals", timedelta(hours=1), purge_refusals),
    Job("ledger.total_days", timedelta(minutes=1), total_days),
    Job("ledger.seal", timedelta(minutes=5), seal),
)


async def _each(sql: str, at: datetime, tx: Tx) -> int:
    rows = await tx.rows(sql, at, CHUNK, BOOKS_MAX)
    changed = [(row["book"], account) for row in rows for account in row["accounts"]]
    _announce(changed, tx)
    return len(changed)


def _announce(changed: list[tuple[int, int]], tx: Tx) -> None:
    channels = {channel(book, account) for book, account in changed}
    if channels:
        tx.after_commit(lambda: signals.publish(channels))
