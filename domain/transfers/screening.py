"""Screening: whether a transfer looks like part of a scheme, so that a person should look.

Five patterns that collecting, laundering and dodging a limit leave behind. Each has honest
doubles (a birthday, a shared bill), so the screen never refuses: it holds, and an operator
decides. The facts are counted without a lock on the receiver: of several that arrive at the
same moment some may pass, and the next one is held.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

import orjson

from domain import ledger
from domain.programmes import Programme
from domain.transfers.allowing import Wish
from domain.transfers.policy import Policy
from domain.transfers.records import Transfer
from infra.db import Tx

# From nine tenths of a limit up to the limit itself counts as just below it.
NEAR_TENTHS = 9
# Whoever keeps no more than a tenth of what they ever had has given nearly all.
KEPT_TENTHS = 1
# The same points, give or take a tenth.
SAME_TENTHS = 1

# Only what went or may still go counts. This transfer is not among the rows: it is added.
FACTS = """
SELECT
    (SELECT count(DISTINCT sender) FROM transfer
     WHERE programme = $1 AND receiver = $3 AND sender <> $2 AND sent_at > $4
       AND state IN ('PENDING', 'REVIEW', 'COOLING', 'ACCEPTED')) AS other_senders,
    (SELECT coalesce(sum(points), 0)::bigint FROM transfer
     WHERE programme = $1 AND receiver = $3 AND sent_at > $4
       AND state IN ('PENDING', 'REVIEW', 'COOLING', 'ACCEPTED')) AS arrived,
    (SELECT count(DISTINCT sender) FROM transfer
     WHERE programme = $1 AND receiver = $3 AND sender <> $2 AND sent_at > $4 AND drained
       AND state IN ('PENDING', 'REVIEW', 'COOLING', 'ACCEPTED')) AS other_drains,
    gone.other_receivers, gone.points AS gone, gone.near_limit, gone.forth,
    (SELECT count(*) FROM transfer
     WHERE programme = $1 AND sender = $3 AND receiver = $2 AND sent_at > $4
       AND points BETWEEN $5 AND $6
       AND state IN ('PENDING', 'REVIEW', 'COOLING', 'ACCEPTED')) AS back
FROM (
    SELECT count(DISTINCT receiver) FILTER (WHERE receiver <> $3) AS other_receivers,
           coalesce(sum(points), 0)::bigint AS points,
           count(*) FILTER (WHERE points BETWEEN $7 AND $8) AS near_limit,
           count(*) FILTER (WHERE receiver = $3 AND points BETWEEN $5 AND $6) AS forth
    FROM transfer
    WHERE programme = $1 AND sender = $2 AND sent_at > $4 AND day >= $9
      AND state IN ('PENDING', 'REVIEW', 'COOLING', 'ACCEPTED')
) AS gone
"""
NOTE = """
INSERT INTO transfer_review (programme, transfer, reasons, facts, held_at)
VALUES ($1, $2, $3, $4::jsonb, $5)
"""


class Reason(StrEnum):
    """Why a transfer was held."""

    FAN_IN = "FAN_IN"
    FAN_OUT = "FAN_OUT"
    BACK_AND_FORTH = "BACK_AND_FORTH"
    PASSED_ON = "PASSED_ON"
    NEAR_LIMIT = "NEAR_LIMIT"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the last `screen_hours` look like with this transfer in them.

    senders, arrived  -- how many gave to the receiver, and how many points in all.
    receivers, gone   -- how many got from the sender, and how many points in all.
    forth, back       -- how often about the same points went to the receiver, and came back.
    drained           -- True: the sender is fresh and gives nearly all they ever had.
    drains            -- how many such senders the receiver has, this one among them.
    near_limit        -- how many of the sender's transfers stay just below the same limit.
    """

    points: int
    senders: int
    arrived: int
    receivers: int
    gone: int
    forth: int
    back: int
    drained: bool
    drains: int
    near_limit: int

    def plain(self) -> Mapping[str, Any]:
        """The facts as JSON."""
        return asdict(self)


def screen(facts: Facts, policy: Policy) -> Sequence[Reason]:
    """Why somebody should look at the transfer, in the order of `Reason`; empty: no reason."""
    least = policy.screen_points_min
    found = {
        Reason.FAN_IN: facts.senders > policy.fan_in_max and facts.arrived >= least,
        Reason.FAN_OUT: facts.receivers > policy.fan_out_max and facts.gone >= least,
        Reason.BACK_AND_FORTH: min(facts.forth, facts.back) >= policy.returns_max
        and facts.points * (facts.forth + facts.back) >= least,
        Reason.PASSED_ON: facts.drained
        and facts.drains > policy.drains_max
        and facts.arrived >= least,
        Reason.NEAR_LIMIT: facts.near_limit > policy.near_limit_max and facts.gone >= least,
    }
    return [reason for reason in Reason if found[reason]]


async def facts(wish: Wish, policy: Policy, programme: Programme, *, tx: Tx) -> Facts:
    """What the screen goes by, for points that are not yet sent."""
    points, sender = wish.points, wish.sender
    since = wish.at - timedelta(hours=policy.screen_hours)
    same = points * SAME_TENTHS // 10
    near = _near(points, policy, programme)
    row = await tx.row(
        FACTS, sender.programme, sender.id, wish.receiver, since, points - same, points + same,
        *(near or (0, -1)), (since - timedelta(days=2)).date(),
    )  # fmt: skip
    assert row is not None, "counts are always one row"
    gone = row["gone"] + points
    drained = await _drains(wish, policy, gone=gone, tx=tx)
    return Facts(
        points=points,
        senders=row["other_senders"] + 1,
        arrived=row["arrived"] + points,
        receivers=row["other_receivers"] + 1,
        gone=gone,
        forth=row["forth"] + 1,
        back=row["back"],
        drained=drained,
        drains=row["other_drains"] + drained,
        near_limit=row["near_limit"] + 1 if near else 0,
    )


async def note(transfer: Transfer, *, reasons: Sequence[Reason], facts: Facts, tx: Tx) -> None:
    """Keep why a transfer is held, for the operator who looks at it."""
    said = orjson.dumps(facts.plain()).decode()
    place = (transfer.programme, transfer.id)
    await tx.run(NOTE, *place, list(reasons), said, transfer.sent_at)


def _near(points: int, policy: Policy, programme: Programme) -> tuple[int, int] | None:
    """The stretch just below the lowest limit that the points stay just below, if any."""
    limits = sorted({programme.transfer_max, policy.confirm_above or programme.transfer_max})
    stretches = [(-(-limit * NEAR_TENTHS // 10), limit) for limit in limits]
    return next((one for one in stretches if one[0] <= points <= one[1]), None)


async def _drains(wish: Wish, policy: Policy, *, gone: int, tx: Tx) -> bool:
    """Most senders are not fresh, and their balance is not looked up."""
    sender = wish.sender
    if wish.at - sender.joined_at >= timedelta(days=policy.fresh_days):
        return False
    balance = await ledger.balance(sender.account, book=sender.book, at=wish.at, tx=tx)
    kept = balance.available - wish.points
    return 0 <= kept * 10 <= (kept + gone) * KEPT_TENTHS
