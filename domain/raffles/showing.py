"""Show: tickets, winners, and all that anybody needs to draw again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from domain.raffles import storing
from domain.raffles.closing import ENTRIES, FETCHED
from domain.raffles.entering import ticket_of
from domain.raffles.errors import RaffleStillOpen
from domain.raffles.records import Evidence, Payout, Prize, PrizeKind, State, Ticket, Winner
from infra.db import Row, Tx

PAGE = """
SELECT number, id FROM raffle_ticket
WHERE programme = $1 AND reward = $2 AND NOT back AND number > $3 ORDER BY number LIMIT $4
"""
TICKETS = """
SELECT id, reward AS raffle, number, member, redemption, entered_at, back FROM raffle_ticket
WHERE programme = $1 AND member = $2 AND reward = $3 AND number > $4
ORDER BY number LIMIT $5
"""
COUNTS = """
SELECT reward, count(*)::int AS tickets FROM raffle_ticket
WHERE programme = $1 AND member = $2 AND reward = ANY($3::uuid[]) AND NOT back GROUP BY reward
"""
WINNERS = """
SELECT w.reward AS raffle, w.place, t.id AS ticket, w.number, t.member, w.kind, w.points, w.prize,
       w.payout, w.posting
FROM raffle_winner AS w
JOIN raffle_ticket AS t
     ON t.programme = w.programme AND t.reward = w.reward AND t.number = w.number
WHERE w.programme = $1 AND w.reward = $2 AND w.place > $3 ORDER BY w.place LIMIT $4
"""


async def tickets(
    raffle: UUID, *, member: UUID, programme: int, after: int = 0, limit: int, tx: Tx
) -> Sequence[Ticket]:
    """The member's own tickets by number, those given back too, from the number behind `after`."""
    rows = await tx.rows(TICKETS, programme, member, raffle, after, limit)
    return [ticket_of(row) for row in rows]


async def counts(
    raffles: Collection[UUID], *, member: UUID, programme: int, tx: Tx
) -> Mapping[UUID, int]:
    """How many tickets the member has in each of these raffles; one without is left out."""
    rows = await tx.rows(COUNTS, programme, member, list(raffles)) if raffles else []
    return {row["reward"]: row["tickets"] for row in rows}


async def winners(
    raffle: UUID, *, programme: int, after: int = 0, limit: int, tx: Tx
) -> Sequence[Winner]:
    """The tickets that were drawn, in order, from the place behind `after` on; none before."""
    return [_winner(row) for row in await tx.rows(WINNERS, programme, raffle, after, limit)]


async def evidence(raffle: UUID, *, programme: int, tx: Tx) -> Evidence:
    """All that is needed to draw again; nobody can be told from it. Without winners before the
    draw. Refuses, in this order: NoSuchRaffle, RaffleStillOpen."""
    found = await summary(raffle, programme=programme, tx=tx)
    pages = tx.stream(ENTRIES, programme, raffle, prefetch=FETCHED)
    return replace(found, entries={row["number"]: row["id"] async for row in pages})


async def summary(raffle: UUID, *, programme: int, tx: Tx) -> Evidence:
    """The evidence without its tickets, which `entries` tells a page at a time. Refuses, in this
    order: NoSuchRaffle, RaffleStillOpen."""
    one = await storing.get(raffle, programme=programme, tx=tx)
    if one.state is State.OPEN:
        raise RaffleStillOpen("its tickets are not fixed yet")
    assert one.seed is not None, "it was told at the closing"
    assert one.digest is not None, "it was told at the closing"
    count = sum(prize.count for prize in one.prizes)
    drawn = await winners(raffle, programme=programme, limit=count, tx=tx)
    return Evidence(
        commitment=one.commitment,
        seed=one.seed,
        source=one.source,
        value=one.value,
        digest=one.digest,
        prizes=count,
        entries={},
        winners=[winner.number for winner in drawn],
    )


async def entries(
    raffle: UUID, *, programme: int, after: int, limit: int, tx: Tx
) -> Mapping[int, UUID]:
    """The tickets that take part, by number, from the number behind `after` on."""
    rows = await tx.rows(PAGE, programme, raffle, after, limit)
    return {row["number"]: row["id"] for row in rows}


def _winner(row: Row) -> Winner:
    prize = Prize(PrizeKind(row["kind"]), points=row["points"], reward=row["prize"])
    whose = row["ticket"], row["number"], row["member"]
    payout = Payout(row["payout"])
    return Winner(row["raffle"], row["place"], *whose, prize, payout, row["posting"])
