"""Seeding: a programme of members with friends and a statement each, made by the real verbs.

Every member has two friends to send to: one who accepts by itself and one who is asked.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api import globalids
from domain import friends, ledger, members, programmes
from domain.ledger import Item
from domain.members import Member
from domain.programmes import Programme
from infra import db, ids, issuing
from infra.issuing import DevelopmentIssuer

SLUG = "bench"
CHUNK = 50
ITEMS_MAX = 500
AT_ONCE = 4
# Nobody may ever run out of points or reach a limit, however long the bench runs.
PLENTY = 1_000_000_000
STEP = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Friend:
    """Whom points go to: by the plain id and by the global one."""

    id: str
    global_id: str


@dataclass(frozen=True, slots=True)
class Sender:
    """One member as the load sees them.

    accepts -- a friend with whom points arrive at once; asked -- one who must accept first.
    """

    token: str
    accepts: Friend
    asked: Friend


async def fill(
    issuer: DevelopmentIssuer, *, count: int, entries: int, at: datetime
) -> Sequence[Sender]:
    """`count` members, an even number, with `entries` rows of statement each, and their tokens."""
    assert count >= 4, "friends must be other members"
    assert count % 2 == 0, "friends must be other members"
    async with db.transaction() as tx:
        programme = await programmes.found(
            SLUG,
            name="Bench",
            unit="leaves",
            zone="Europe/Vienna",
            locale="en",
            transfer_max=PLENTY,
            transfer_day_max=PLENTY,
            at=at - timedelta(days=1),
            tx=tx,
        )
    people = await _joined(programme, count, at)
    await _befriended(people, at)
    for turn in range(entries):
        await _posted(_turn(people, turn, entries, at), programme, at)
    return [_sender(people, place, issuer, at) for place in range(count)]


async def _joined(programme: Programme, count: int, at: datetime) -> Sequence[Member]:
    """Every second member lets points arrive without being asked."""
    people: list[Member] = []
    for begin in range(0, count, CHUNK):
        async with db.transaction() as tx:
            for number in range(begin, min(begin + CHUNK, count)):
                member = await members.join(
                    programme,
                    handle=f"runner{number}",
                    name=f"Runner {number}",
                    locale="en",
                    zone="Europe/Vienna",
                    issuer=issuing.ISSUER,
                    subject=f"person-{number}",
                    at=at,
                    tx=tx,
                )
                people.append(await members.edit(member, auto_accept=number % 2 == 0, at=at, tx=tx))
    return people


async def _befriended(people: Sequence[Member], at: datetime) -> None:
    """Each with the next two, of whom one accepts by itself."""
    for begin in range(0, len(people), CHUNK):
        async with db.transaction() as tx:
            for place in range(begin, min(begin + CHUNK, len(people))):
                for step in (1, 2):
                    friend = people[(place + step) % len(people)]
                    await friends.request(people[place], friend=friend.id, at=at, tx=tx)
                    await friends.accept(friend, friend=people[place].id, at=at, tx=tx)


def _turn(people: Sequence[Member], turn: int, entries: int, at: datetime) -> Sequence[Item]:
    """One more statement row for everybody: first points, then by turns an activity or a gift."""
    moment = at - (entries - turn) * STEP
    if turn == 0:
        return [
            ledger.issue(PLENTY, account=one.account, id=ids.new(moment), month=ledger.NEVER)
            for one in people
        ]
    if turn % 3:
        text = "5.0 km run x 10 points per km = 50 points"
        meta = {"why": "activity", "rule": 1, "version": 1, "text": text}
        return [
            ledger.issue(50, account=one.account, id=ids.new(moment), meta=meta) for one in people
        ]
    # From the even ones to the odd ones, so that it is one row for each of them.
    return [
        ledger.move(
            5,
            debit=giver.account,
            credit=taker.account,
            id=(id := ids.new(moment)),
            actor=giver.id,
            meta={
                "why": "transfer",
                "transfer": str(id),
                "sender": str(giver.id),
                "receiver": str(taker.id),
            },
        )
        for giver, taker in zip(people[::2], people[1::2], strict=True)
    ]


async def _posted(items: Sequence[Item], programme: Programme, at: datetime) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def post(some: Sequence[Item]) -> None:
        async with gate, db.transaction() as tx:
            for result in await ledger.post(some, book=programme.book, at=at, tx=tx):
                ledger.require(result)

    async with asyncio.TaskGroup() as group:
        for begin in range(0, len(items), ITEMS_MAX):
            group.create_task(post(items[begin : begin + ITEMS_MAX]))


def _sender(
    people: Sequence[Member], place: int, issuer: DevelopmentIssuer, at: datetime
) -> Sender:
    token = issuer.mint(f"person-{place}", programme=SLUG, at=at)
    near, far = (people[(place + step) % len(people)] for step in (1, 2))
    accepts, asked = (near, far) if near.auto_accept else (far, near)
    return Sender(token, _friend(accepts), _friend(asked))


def _friend(member: Member) -> Friend:
    return Friend(str(member.id), str(globalids.of(globalids.Kind.FRIEND, member.id)))
