"""Holding: what an acceptance has set aside on the account of its offer.

The only code that changes what an offer holds and has paid, and the only one that writes
acceptances. The order of locks is always the members by id, the offers by id, the acceptances by
id, then partners, then the ledger's accounts.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import ledger
from domain.ledger import Outcome
from domain.offers import finding, funding
from domain.offers.records import Acceptance, AcceptanceState, Offer, OfferKind, State
from infra import ids
from infra.db import Row, Tx

# The ledger must not let go of it before our own job does ...
HOLD_OUTLASTS = timedelta(days=1)
# ... and lets go of everything after so long. What waits longer, for points that mature late, is
# still set aside in the offer's own sums, which are what is promised from.
HOLD_MAX = timedelta(days=31)

ADD = """
INSERT INTO offer_acceptance (programme, id, offer, version, member, decision, kind, name, points,
                              hundredths, most, times, types, within_hours, reward, challenge,
                              state, accepted_at, promised, held, paid, hold, turn, until,
                              lapses_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        0, $21, $22, $23, $24)
"""
LOCK = """
SELECT id, programme, offer, version, member, decision, kind, name, points, hundredths, most,
       times, types, within_hours, reward, challenge, state, accepted_at, promised, held, paid,
       hold, turn, until, lapses_at, redemption
FROM offer_acceptance WHERE programme = $1 AND id = ANY($2::uuid[])
ORDER BY id FOR NO KEY UPDATE
"""
KEEP = """
UPDATE offer_acceptance AS a
SET state = n.state, held = n.held, paid = n.paid, hold = n.hold, turn = n.turn,
    redemption = n.redemption
FROM unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::uuid[], $7::smallint[],
            $8::uuid[])
     AS n (id, state, held, paid, hold, turn, redemption)
WHERE a.programme = $1 AND a.id = n.id
"""
MOVE = """
UPDATE offer AS o
SET held = o.held + n.held, captured = o.captured + n.captured, accepted = o.accepted + n.accepted
FROM (
    SELECT offer, sum(held)::bigint AS held, sum(captured)::bigint AS captured,
           sum(accepted)::int AS accepted
    FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::int[])
         AS u (offer, held, captured, accepted)
    GROUP BY offer
) AS n
WHERE o.programme = $1 AND o.id = n.offer
"""


async def add(one: Acceptance, *, tx: Tx) -> None:
    """Write a new acceptance, and count what it holds for its offer."""
    gain = one.gain
    await tx.run(
        ADD,
        one.programme,
        one.id,
        one.offer,
        one.version,
        one.member,
        one.decision,
        one.kind,
        one.name,
        gain.points,
        gain.hundredths,
        gain.most,
        gain.times,
        sorted(gain.types),
        gain.within_hours,
        gain.reward,
        gain.challenge,
        one.state,
        one.accepted_at,
        one.promised,
        one.held,
        one.hold,
        one.turn,
        one.until,
        one.lapses_at,
    )
    await tx.run(MOVE, one.programme, [one.offer], [one.held], [0], [1])


async def locked(ids: Collection[UUID], *, programme: int, tx: Tx) -> Sequence[Acceptance]:
    """Those acceptances, by id and held until `tx` ends. Their offers are held by then."""
    return [acceptance_of(row) for row in await tx.rows(LOCK, programme, list(ids))]


async def keep(
    changes: Sequence[tuple[Acceptance, Acceptance]],
    offers: Mapping[UUID, Offer],
    *,
    at: datetime,
    tx: Tx,
) -> None:
    """Write held acceptances as they are now, with the sums of their offers; what an offer that
    has ended need not keep any more goes back to who paid.

    changes -- how each was, and how it is; each once.
    """
    if not changes:
        return
    programme = changes[0][0].programme
    now = [after for _, after in changes]
    columns = zip(*(_row(one) for one in now), strict=True)
    await tx.run(KEEP, programme, *columns)
    moves = [(b.offer, a.held - b.held, a.paid - b.paid, 0) for b, a in changes]
    await tx.run(MOVE, programme, *zip(*moves, strict=True))
    ended = {a.offer for _, a in changes if offers[a.offer].state is State.ENDED}
    if ended:
        held = await finding.lock(ended, programme=programme, tx=tx)
        for offer in held.values():
            await funding.give_back(offer, at=at, tx=tx)


async def post(items: Sequence[ledger.Item], *, book: int, at: datetime, tx: Tx) -> None:
    """Post what must succeed. A hold that ran out has set its points free already, which is all
    that a release wants."""
    results = await ledger.post(items, book=book, at=at, tx=tx) if items else ()
    for item, result in zip(items, results, strict=True):
        gone = item.kind is ledger.Kind.RELEASE and result.outcome is Outcome.HOLD_NOT_OPEN
        if not gone:
            ledger.require(result)


def hold(one: Acceptance, offer: Offer, *, at: datetime) -> ledger.Item:
    """What the acceptance holds, set aside in the ledger under its `hold`."""
    assert one.hold is not None, "it holds something"
    assert one.lapses_at is not None, "what is promised is promised for a time"
    ends = min(max(one.lapses_at, at) + HOLD_OUTLASTS, at + HOLD_MAX)
    meta = said(one, "hold")
    return ledger.hold(one.held, account=offer.account, id=one.hold, expires_at=ends, meta=meta)


def release(one: Acceptance, offer: Offer, *, at: datetime) -> Iterable[ledger.Item]:
    """What the acceptance holds in the ledger, free again; nothing where it holds nothing."""
    if one.hold is None:
        return ()
    id = ids.derived(at, "offers.release", one.programme, one.id, one.turn)
    return (ledger.release(hold=one.hold, account=offer.account, id=id, meta=said(one, "release")),)


def next_hold(one: Acceptance, *, at: datetime) -> UUID:
    """The id of the hold that comes after what the acceptance has now."""
    return ids.derived(at, "offers.hold", one.programme, one.id, one.turn + 1)


def said(one: Acceptance, act: str) -> Mapping[str, Any]:
    """What is kept with a posting; it names no member."""
    told = {"why": "offer", "offer": str(one.offer), "acceptance": str(one.id), "act": act}
    return {**told, "text": one.name}


def acceptance_of(row: Row) -> Acceptance:
    """One row of the table as a value; other columns of the row are passed over."""
    return Acceptance(
        id=row["id"],
        programme=row["programme"],
        offer=row["offer"],
        version=row["version"],
        member=row["member"],
        decision=row["decision"],
        kind=OfferKind(row["kind"]),
        name=row["name"],
        gain=finding.gain_of(row),
        state=AcceptanceState(row["state"]),
        accepted_at=row["accepted_at"],
        promised=row["promised"],
        held=row["held"],
        paid=row["paid"],
        hold=row["hold"],
        turn=row["turn"],
        until=row["until"],
        lapses_at=row["lapses_at"],
        redemption=row["redemption"],
    )


def _row(one: Acceptance) -> tuple[object, ...]:
    return (one.id, one.state, one.held, one.paid, one.hold, one.turn, one.redemption)
