"""Holding: a unit of stock and its points set aside for one offer, and then paid, or free again.

The only code that changes what a treat holds and has paid, and what is reserved and redeemed of
its stock. The order of locks is always the treat, its stock, the moment, then the ledger's account.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import ledger
from domain.ledger import Outcome
from domain.moments import finding, funding
from domain.moments.choosing import Candidate
from domain.moments.records import Moment, MomentState, State, Treat
from infra import ids
from infra.db import Row, Tx

# The ledger must not let go of it before our own job does.
HOLD_OUTLASTS = timedelta(days=1)
COLUMNS = tuple(field.name for field in fields(Moment))

# Both rows are looked at once more when whoever held them has gone: the last unit, and the last
# points, go to one member.
RESERVE = """
SELECT t.id FROM treat AS t
JOIN treat_stock AS s ON s.programme = t.programme AND s.treat = t.id AND s.outlet = $3
WHERE t.programme = $1 AND t.id = $2 AND t.state = 'LIVE' AND t.valid_until > $4
  AND t.funded - t.held - t.captured - t.returned >= t.cost AND t.cost = $5
  AND s.stock > s.reserved + s.redeemed
FOR NO KEY UPDATE OF t, s
"""
LOOK = "SELECT treat FROM moment WHERE programme = $1 AND id = $2"
LOCK = """
SELECT id, programme, member, session, treat, outlet, state, day, cost, hold, offered_at,
       expires_at, resolved_at
FROM moment WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE
"""
RESOLVE = "UPDATE moment SET state = $3, resolved_at = $4 WHERE programme = $1 AND id = $2"
MOVE = """
WITH paid AS (
    UPDATE treat SET held = held + $4, captured = captured + $5 WHERE programme = $1 AND id = $2
)
UPDATE treat_stock SET reserved = reserved + $6, redeemed = redeemed + $7
WHERE programme = $1 AND treat = $2 AND outlet = $3
"""


@dataclass(frozen=True, slots=True)
class Held:
    """What is set aside for an offer."""

    treat: Treat
    hold: UUID


async def reserve(
    one: Candidate, *, moment: UUID, programme: int, expires_at: datetime, at: datetime, tx: Tx
) -> Held | None:
    """Set aside a unit and its points; None: somebody else has had the last, or it is not offered
    any more."""
    row = await tx.row(RESERVE, programme, one.treat, one.outlet, at, one.cost)
    if row is None:
        return None
    treat = await finding.get(one.treat, programme=programme, tx=tx)
    await tx.run(MOVE, programme, one.treat, one.outlet, one.cost, 0, 1, 0)
    hold = ids.derived(at, "moments.hold", programme, moment)
    item = ledger.hold(
        one.cost,
        account=treat.account,
        id=hold,
        expires_at=expires_at + HOLD_OUTLASTS,
        meta=meta(treat, moment, "hold"),
    )
    result = await ledger.post_one(item, book=treat.book, at=at, tx=tx)
    assert result.done, "what is left of a treat lies in its account"
    return Held(treat, hold)


async def locked(id: UUID, *, programme: int, tx: Tx) -> tuple[Moment, Treat] | None:
    """The moment and its treat, held until `tx` ends; None when there is none."""
    first = await tx.row(LOOK, programme, id)
    if first is None:
        return None
    treat = await finding.locked(first["treat"], programme=programme, tx=tx)
    row = await tx.row(LOCK, programme, id)
    assert row is not None, "moments are never deleted"
    return moment_of(row), treat


async def capture(moment: Moment, treat: Treat, *, at: datetime, tx: Tx) -> None:
    """The points of a held moment are used up, and its unit is gone."""
    await _resolve(moment, MomentState.REDEEMED, at, tx)
    await _move(moment, captured=moment.cost, redeemed=1, tx=tx)
    item = ledger.capture(
        moment.cost,
        hold=moment.hold,
        account=treat.account,
        credit=ledger.ISSUANCE,
        id=ids.derived(moment.offered_at, "moments.capture", moment.programme, moment.id),
        meta=meta(treat, moment.id, "redeem"),
    )
    ledger.require(await ledger.post_one(item, book=treat.book, at=at, tx=tx))


async def release(
    moment: Moment, treat: Treat, *, state: MomentState, at: datetime, tx: Tx
) -> Moment:
    """The points and the unit of a held moment may be offered again; where the treat has ended,
    the points go back to who paid. The moment as it is now."""
    await _resolve(moment, state, at, tx)
    await _move(moment, captured=0, redeemed=0, tx=tx)
    item = ledger.release(
        hold=moment.hold,
        account=treat.account,
        id=ids.derived(at, "moments.release", moment.programme, moment.id),
        meta=meta(treat, moment.id, "release"),
    )
    result = await ledger.post_one(item, book=treat.book, at=at, tx=tx)
    # A hold that ran out has set its points free already, which is all that is wanted.
    if result.outcome is not Outcome.HOLD_NOT_OPEN:
        ledger.require(result)
    if treat.state is State.ENDED:
        now = replace(treat, held=treat.held - moment.cost)
        await funding.give_back(now, at=at, tx=tx)
    return replace(moment, state=state, resolved_at=at)


def meta(treat: Treat, moment: UUID, act: str) -> Mapping[str, Any]:
    """What is kept with a posting; it names no member."""
    told = {"why": "treat", "treat": str(treat.id), "moment": str(moment), "act": act}
    return {**told, "text": treat.terms.name}


def moment_of(row: Row) -> Moment:
    """One row of the table as a value; other columns of the row are passed over."""
    words = {name: row[name] for name in COLUMNS}
    return Moment(**{**words, "state": MomentState(row["state"])})


async def _resolve(moment: Moment, state: MomentState, at: datetime, tx: Tx) -> None:
    assert moment.state is MomentState.OFFERED, "a moment is resolved once"
    await tx.run(RESOLVE, moment.programme, moment.id, state, at)


async def _move(moment: Moment, *, captured: int, redeemed: int, tx: Tx) -> None:
    where = (moment.programme, moment.treat, moment.outlet)
    await tx.run(MOVE, *where, -moment.cost, captured, -1, redeemed)
