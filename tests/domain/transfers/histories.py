"""Histories: two weeks of a small programme whose every transfer is known to be honest or not.

Honest people give each other what one gives: small sums to the same few friends, a split bill
that comes back, a birthday, a collection for a present, a new member who passes the welcome
points on. Three schemes run beside them.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain import members
from domain.members import Member
from domain.programmes import Programme
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON

DAYS = 14
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CIRCLES, IN_A_CIRCLE = 6, 6


@dataclass(frozen=True)
class Gift:
    """One transfer that somebody makes; `scheme` is None for an honest one."""

    at: datetime
    sender: Member
    receiver: Member
    points: int
    scheme: str | None = None


@dataclass
class Village:
    """Everybody, and what they do."""

    club: Programme
    chance: random.Random
    tx: Tx
    friends: set[frozenset] = field(default_factory=set)

    async def member(self, *, holding: int, joined: datetime) -> Member:
        one = await given.a_member(self.club, at=joined, tx=self.tx)
        await given.points(holding, one, at=NOON, tx=self.tx)
        return await members.edit(one, auto_accept=True, at=NOON, tx=self.tx)

    async def befriend(self, a: Member, b: Member, *, at: datetime = NOON - 30 * DAY) -> None:
        pair = frozenset({a.id, b.id})
        if a.id != b.id and pair not in self.friends:
            self.friends.add(pair)
            await given.friendship(a, b, at=at, tx=self.tx)

    def moment(self, day: int) -> datetime:
        return NOON + day * DAY + timedelta(minutes=self.chance.randrange(600))


async def history(club: Programme, *, seed: int, tx: Tx) -> Sequence[Gift]:
    """Every transfer of two weeks, in their order."""
    village = Village(club, random.Random(seed), tx)
    gifts = [*await _honest(village), *await _ring(village)]
    gifts += [*await _ping_pong(village), *await _structuring(village)]
    return sorted(gifts, key=lambda gift: gift.at)


async def _honest(village: Village) -> Sequence[Gift]:
    chance, joined = village.chance, NOON - 60 * DAY
    circles = []
    for _ in range(CIRCLES):
        circle = [await village.member(holding=3_000, joined=joined) for _ in range(IN_A_CIRCLE)]
        for number, one in enumerate(circle):
            for other in circle[:number]:
                await village.befriend(one, other)
        circles.append(circle)
    gifts = [gift for circle in circles for gift in _everyday(village, circle)]
    for circle in circles:
        child, *others = chance.sample(circle, IN_A_CIRCLE)
        day = chance.randrange(DAYS)
        gifts += [Gift(village.moment(day), one, child, 50) for one in others]
    gifts += await _collection(village, circles)
    return [*gifts, *await _welcomed(village, circles[0][0])]


def _everyday(village: Village, circle: Sequence[Member]) -> Iterator[Gift]:
    chance = village.chance
    for day in range(DAYS):
        for one in circle:
            if chance.random() < 0.4:
                other = chance.choice([friend for friend in circle if friend is not one])
                yield Gift(village.moment(day), one, other, chance.randrange(5, 120, 5))
        if chance.random() < 0.3:
            # A bill that one paid, and the same back another evening.
            a, b = chance.sample(circle, 2)
            points = chance.randrange(50, 300, 10)
            yield Gift(village.moment(day), a, b, points)
            yield Gift(village.moment(day) + DAY, b, a, points)


async def _collection(village: Village, circles: Sequence[Sequence[Member]]) -> Sequence[Gift]:
    organiser, joining = circles[0][0], [*circles[0][1:], *circles[1][:4]]
    for one in joining:
        await village.befriend(organiser, one)
    return [Gift(village.moment(6), one, organiser, 60) for one in joining]


async def _welcomed(village: Village, friend: Member) -> Sequence[Gift]:
    """Two new members give the friend who brought them all their welcome points."""
    gifts = []
    for day in (3, 4):
        one = await village.member(holding=100, joined=NOON + (day - 1) * DAY)
        await village.befriend(one, friend, at=NOON + (day - 1) * DAY)
        gifts.append(Gift(village.moment(day), one, friend, 100))
    return gifts


async def _ring(village: Village) -> Sequence[Gift]:
    """Twenty accounts made for it pass all they have to one."""
    collector = await village.member(holding=1, joined=NOON - 40 * DAY)
    gifts = []
    for _ in range(20):
        mule = await village.member(holding=300, joined=NOON + DAY)
        await village.befriend(mule, collector, at=NOON + DAY)
        points = village.chance.randrange(280, 300)
        gifts.append(Gift(village.moment(2 + len(gifts) // 10), mule, collector, points, "ring"))
    return gifts


async def _ping_pong(village: Village) -> Sequence[Gift]:
    """Two look busy with the same points."""
    pair = [await village.member(holding=2_500, joined=NOON - 40 * DAY) for _ in range(2)]
    await village.befriend(*pair)
    return [
        Gift(NOON + 5 * DAY + n * 4 * HOUR, pair[n % 2], pair[(n + 1) % 2], 200, "ping-pong")
        for n in range(16)
    ]


async def _structuring(village: Village) -> Sequence[Gift]:
    """One moves much, always just below what one transfer may carry."""
    sender = await village.member(holding=12_000, joined=NOON - 40 * DAY)
    receivers = [await village.member(holding=1, joined=NOON - 40 * DAY) for _ in range(2)]
    for receiver in receivers:
        await village.befriend(sender, receiver)
    return [
        Gift(
            NOON + 8 * DAY + n // 3 * DAY + n % 3 * HOUR,
            sender,
            receivers[n % 2],
            village.chance.randrange(920, 1_000),
            "structuring",
        )
        for n in range(12)
    ]
