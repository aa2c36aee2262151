"""Enter: tickets for a redemption, and back again while the raffle is open.

Whoever enters has locked the member first; then the raffle is locked, so that its numbers have no
gap, and nothing after it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain.raffles import storing
from domain.raffles.errors import RaffleClosed, RaffleFull
from domain.raffles.records import State, Ticket
from infra import ids
from infra.db import Row, Tx

QUANTITY_MAX = 100
TICKETS_MAX = 1_000_000

OF = """
SELECT id, reward AS raffle, number, member, redemption, entered_at, back FROM raffle_ticket
WHERE programme = $1 AND redemption = ANY($2::uuid[]) ORDER BY redemption, number
"""
# A number counts only once its transaction has committed: the row of the raffle is locked.
COUNT = "UPDATE raffle SET tickets = tickets + $3 WHERE programme = $1 AND reward = $2"
ADD = """
INSERT INTO raffle_ticket (programme, reward, number, id, member, redemption, entered_at, back)
SELECT $1, $2, t.number, t.id, $3, $4, $5, false
FROM unnest($6::int[], $7::uuid[]) AS t (number, id)
"""
GIVE_BACK = """
UPDATE raffle_ticket SET back = true
WHERE programme = $1 AND reward = $2 AND redemption = $3 AND NOT back
"""


async def enter(
    reward: UUID,
    *,
    member: UUID,
    redemption: UUID,
    quantity: int,
    programme: int,
    at: datetime,
    tx: Tx,
) -> Sequence[Ticket]:
    """So many tickets of the raffle for that redemption.

    The same redemption again answers with the same tickets, also when the raffle has closed since.
    Refuses, in this order: NoSuchRaffle, RaffleClosed, RaffleFull.
    """
    assert 1 <= quantity <= QUANTITY_MAX, "a redemption is of a few"
    raffle = await storing.locked(reward, programme=programme, tx=tx)
    known = (await of([redemption], programme=programme, tx=tx)).get(redemption)
    if known is not None:
        same = len(known) == quantity and known[0].raffle == reward and known[0].member == member
        assert same, "the same redemption is the same request"
        return known
    if raffle.state is not State.OPEN or at >= raffle.closes_at:
        raise RaffleClosed("no more tickets are given out")
    if raffle.tickets + quantity > TICKETS_MAX:
        raise RaffleFull(f"a raffle has {TICKETS_MAX} tickets at most")
    numbers = range(raffle.tickets + 1, raffle.tickets + quantity + 1)
    tickets = [
        Ticket(_id(redemption, place, programme, at), reward, number, member, redemption, at)
        for place, number in enumerate(numbers, start=1)
    ]
    await tx.run(COUNT, programme, reward, quantity)
    whose, names = (member, redemption, at), [one.id for one in tickets]
    await tx.run(ADD, programme, reward, *whose, list(numbers), names)
    return tickets


async def withdraw(redemption: UUID, *, programme: int, at: datetime, tx: Tx) -> int:
    """The tickets of that redemption take no part; how many that were, 0 when it has none or has
    given them back before. Their numbers are not given out again. Refuses RaffleClosed."""
    known = await of([redemption], programme=programme, tx=tx)
    if redemption not in known:
        return 0
    reward = known[redemption][0].raffle
    raffle = await storing.locked(reward, programme=programme, tx=tx)
    # Once more, since whoever held the raffle before may have taken them back.
    known = await of([redemption], programme=programme, tx=tx)
    if all(ticket.back for ticket in known[redemption]):
        return 0
    if raffle.state is not State.OPEN or at >= raffle.closes_at:
        raise RaffleClosed("the tickets are fixed")
    return await tx.run(GIVE_BACK, programme, reward, redemption)


async def of(
    redemptions: Collection[UUID], *, programme: int, tx: Tx
) -> Mapping[UUID, Sequence[Ticket]]:
    """The tickets of these redemptions, by number; one that has none is left out."""
    found: defaultdict[UUID, list[Ticket]] = defaultdict(list)
    for row in await tx.rows(OF, programme, list(redemptions)) if redemptions else []:
        found[row["redemption"]].append(ticket_of(row))
    return dict(found)


def ticket_of(row: Row) -> Ticket:
    """One row as a value."""
    return Ticket(**row)


def _id(redemption: UUID, place: int, programme: int, at: datetime) -> UUID:
    return ids.derived(at, "raffles.ticket", programme, redemption, place)
