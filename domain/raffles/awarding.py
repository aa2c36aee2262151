"""Award: draw the winners of a closed raffle and give them their prizes, in one transaction.

What wins follows from what was fixed at the closing, so that who draws twice, or again after a
crash, draws the same. The winners' members are locked first, then the raffle, then the ledger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, repeat
from typing import Any
from uuid import UUID

from domain import ledger, members, rewards
from domain.members import Member
from domain.members import State as Standing
from domain.raffles import closing, drawing, storing
from domain.raffles.errors import BadPublicValue, RaffleStillOpen
from domain.raffles.events import Drawn, Won
from domain.raffles.records import Payout, Prize, PrizeKind, Raffle, State, Winner
from infra import ids
from infra.db import Row, Tx
from infra.outbox import emit

VALUE_CHARACTERS_MAX = 200

DUE = """
SELECT programme, reward FROM raffle
WHERE state = 'CLOSED' AND (source IS NULL OR value IS NOT NULL)
ORDER BY closed_at LIMIT 1
"""
SAY = "UPDATE raffle SET value = $3 WHERE programme = $1 AND reward = $2"
PLACED = """
SELECT t.place, t.id, t.number, t.member FROM (
    SELECT id, number, member, row_number() OVER (ORDER BY number) - 1 AS place
    FROM raffle_ticket WHERE programme = $1 AND reward = $2 AND NOT back
) AS t
WHERE t.place = ANY($3::bigint[])
"""
KEEP = """
INSERT INTO raffle_winner (programme, reward, place, number, kind, points, prize, payout, posting)
SELECT $1, $2, w.place, w.number, w.kind, w.points, w.prize, w.payout, w.posting
FROM unnest($3::int[], $4::int[], $5::text[], $6::bigint[], $7::uuid[], $8::text[], $9::uuid[])
     AS w (place, number, kind, points, prize, payout, posting)
"""
END = """
UPDATE raffle SET state = 'DRAWN', drawn_at = $3 WHERE programme = $1 AND reward = $2
"""


@dataclass(frozen=True, slots=True)
class Owned:
    """A ticket that was drawn, and whose it is today."""

    winner: Winner
    owner: Member


async def draw_due(at: datetime, tx: Tx) -> int:
    """Draw one raffle that waits for nothing any more; 0 when there is none."""
    row = await tx.row(DUE)
    if row is None:
        return 0
    raffle = await storing.get(row["reward"], programme=row["programme"], tx=tx)
    await _draw(raffle, at=at, tx=tx)
    return 1


async def draw(reward: UUID, *, value: str | None, programme: int, at: datetime, tx: Tx) -> Raffle:
    """Say the public value of a closed raffle, where one was named, and draw it.

    Drawing it again with the same value answers with the raffle as it stands.
    Refuses, in this order: NoSuchRaffle, RaffleStillOpen, BadPublicValue.
    """
    # Read without a lock, which members come before: nothing of a closed raffle but its value
    # changes before it is drawn.
    raffle = await storing.get(reward, programme=programme, tx=tx)
    if raffle.state is State.OPEN:
        raise RaffleStillOpen("its tickets are not fixed yet")
    value = _sound(value, raffle)
    if raffle.state is State.DRAWN:
        return raffle
    return await _draw(replace(raffle, value=value), at=at, tx=tx)


def _sound(value: str | None, raffle: Raffle) -> str | None:
    """The value without blanks around it. Raises BadPublicValue."""
    value = None if value is None else value.strip()
    if raffle.source is None:
        if value is not None:
            raise BadPublicValue("no public value was named at the opening")
    elif value is None:
        raise BadPublicValue(f"say what was named at the opening: {raffle.source}")
    elif not 1 <= len(value) <= VALUE_CHARACTERS_MAX or not value.isprintable():
        raise BadPublicValue("the public value is plain text")
    elif raffle.value not in (None, value):
        raise BadPublicValue("another value has been said")
    return value


async def _draw(raffle: Raffle, *, at: datetime, tx: Tx) -> Raffle:
    """Draw a raffle as it was read; as it stands then, whoever has drawn it."""
    winners = await _winners(raffle, tx)
    owners = await _owners([one.member for one in winners], raffle.programme, tx)
    now = await storing.locked(raffle.reward, programme=raffle.programme, tx=tx)
    if now.value not in (None, raffle.value):
        raise BadPublicValue("another value has been said")
    if now.state is State.DRAWN:
        return now
    if raffle.value is not None and now.value is None:
        await tx.run(SAY, raffle.programme, raffle.reward, raffle.value)
    owned = [Owned(one, owners[one.member]) for one in winners]
    paid = await _pay(owned, at, tx)
    where = raffle.programme, raffle.reward
    if paid:
        columns = zip(*(_row(one.winner) for one in paid), strict=True)
        await tx.run(KEEP, *where, *columns)
    await tx.run(END, *where, at)
    named = await rewards.get(raffle.reward, programme=raffle.programme, tx=tx)
    _tell(raffle, paid, named.terms.name, at, tx)
    return replace(now, state=State.DRAWN, value=raffle.value, drawn_at=at)


async def _winners(raffle: Raffle, tx: Tx) -> Sequence[Winner]:
    """Who wins what, if everything is as it was at the closing."""
    entries, digest = await closing.listed(raffle.reward, programme=raffle.programme, tx=tx)
    assert (entries, digest) == (raffle.entries, raffle.digest), "the tickets were fixed"
    assert raffle.seed is not None, "it was told at the closing"
    assert drawing.commitment(raffle.seed) == raffle.commitment, "the database holds it, too"
    prizes = list(chain.from_iterable(repeat(one, one.count) for one in raffle.prizes))
    places = drawing.drawn(
        raffle.seed, digest=digest, value=raffle.value, entries=entries, count=len(prizes)
    )
    rows = await tx.rows(PLACED, raffle.programme, raffle.reward, list(places))
    tickets = {row["place"]: row for row in rows}
    return [
        _winner(raffle, place, tickets[ticket], prize)
        for place, (ticket, prize) in enumerate(zip(places, prizes, strict=False), start=1)
    ]


def _winner(raffle: Raffle, place: int, ticket: Row, prize: Prize) -> Winner:
    whose = ticket["id"], ticket["number"], ticket["member"]
    return Winner(raffle.reward, place, *whose, prize, Payout.FORFEIT)


async def _owners(ids: Sequence[UUID], programme: int, tx: Tx) -> Mapping[UUID, Member]:
    """Who each of them is today, locked: themselves, or into whom they were merged."""
    found = await members.lock(set(ids), programme=programme, tx=tx)
    merged = {one.merged_into for one in found.values() if one.merged_into} - found.keys()
    known = {**found, **await members.lock(merged, programme=programme, tx=tx)}
    return {id: known[found[id].merged_into or id] for id in found}


async def _pay(owned: Sequence[Owned], at: datetime, tx: Tx) -> Sequence[Owned]:
    """The same with what became of each prize; the points are there."""
    settled = [replace(one, winner=_settled(one, at)) for one in owned]
    due = [one for one in settled if one.winner.posting is not None]
    if due:
        items = [_issue(one) for one in due]
        for result in await ledger.post(items, book=due[0].owner.book, at=at, tx=tx):
            ledger.require(result)
    return settled


def _settled(one: Owned, at: datetime) -> Winner:
    winner = one.winner
    if one.owner.state is Standing.ERASED:
        return replace(winner, payout=Payout.FORFEIT)
    if winner.prize.kind is PrizeKind.REWARD:
        return replace(winner, payout=Payout.TOLD)
    posting = ids.derived(at, "raffles.prize", one.owner.programme, winner.raffle, winner.place)
    return replace(winner, payout=Payout.PAID, posting=posting)


def _issue(one: Owned) -> ledger.Item:
    winner = one.winner
    assert winner.posting is not None, "only those are paid"
    meta = {"why": "raffle", "raffle": str(winner.raffle), "text": "Won in a raffle"}
    points = winner.prize.points
    return ledger.issue(points, account=one.owner.account, id=winner.posting, meta=meta)


def _row(one: Winner) -> tuple[Any, ...]:
    prize = one.prize
    what = prize.kind, prize.points, prize.reward
    return (one.place, one.number, *what, one.payout, one.posting)


def _tell(raffle: Raffle, paid: Sequence[Owned], name: str, at: datetime, tx: Tx) -> None:
    programme, reward = raffle.programme, raffle.reward
    for owned in paid:
        one, prize = owned.winner, owned.winner.prize
        if one.payout is Payout.FORFEIT:
            continue
        won = Won(
            programme=programme,
            subject=owned.owner.id,
            object=reward,
            at=at,
            ticket=one.ticket,
            number=one.number,
            place=one.place,
            prize=prize.kind,
            points=prize.points,
            reward=prize.reward,
            name=name,
        )
        emit(won, tx=tx)
    entries = raffle.entries or 0
    emit(
        Drawn(
            programme=programme,
            subject=reward,
            object=reward,
            at=at,
            entries=entries,
            winners=len(paid),
        ),
        tx=tx,
    )
