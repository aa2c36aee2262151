"""Seeding: a small demo, two programmes with members, friends and four weeks of history.

Everything is made by the verbs that real requests use: files are read in the sandbox, points
come from the reactions, transfers pass the same limits. The same seed gives the same demo,
moved so that it ends today: the ledger takes no ids older than its window.
"""

import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.progress import Progress, TaskID

from cli.opening import opened
from cli.people import AURORA, VERDE, Cast
from cli.telling import people
from domain import activities, friends, interactions, ledger, members, programmes, transfers
from domain.activities import Proof, Type
from domain.members import Member
from domain.programmes import Programme
from infra import clock, db, ids, issuing, sandbox
from infra.db import Tx
from infra.sandbox import Pool
from infra.settings import Settings
from simulator import filling, games, markets
from simulator.games import Asked
from simulator.towns import programme_of

SEED = 7
DAYS = 26
READERS = 2
# Files with a point every so many seconds are as believable and quicker to read.
RUN_EVERY_S, RIDE_EVERY_S = 10, 20
FRIENDS_EACH = 3
# What a partner of a trade tells of a day: the type, how long it took, and how much it was.
TOLD: Mapping[str, Sequence[tuple[Type, int, int]]] = {
    "volunteering": ((Type.VOLUNTEERING, 5_400, 5_400),),
    "energy": ((Type.ENERGY, 3_600, 2_400), (Type.ENERGY, 3_600, 1_300)),
}


@dataclass(slots=True)
class Demo:
    """One programme while it is being filled."""

    cast: Cast
    programme: Programme
    people: Sequence[Member]
    asked: Sequence[Asked]
    ties: Sequence[tuple[Member, Member]]
    dice: random.Random


async def seed(settings: Settings, *, only_when_empty: bool = False) -> bool:
    """Make the demo programmes that are missing; False when none is.

    only_when_empty -- do nothing where there is any programme already.
    """
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    async with opened(settings):
        async with db.reading() as tx:
            known = {programme.slug for programme in await programmes.every(tx=tx)}
        casts = [cast for cast in (VERDE, AURORA) if cast.slug not in known]
        if not casts or (known and only_when_empty):
            return False
        with Progress(console=people, transient=True) as shown:
            task = shown.add_task("Making the demo", total=DAYS + 1)
            demos = [await _founded(cast, now - timedelta(days=DAYS + 1)) for cast in casts]
            shown.advance(task)
            await _live(demos, now, shown, task)
    people.print(f"Made the demo: {', '.join(demo.programme.slug for demo in demos)}")
    return True


async def _live(demos: Sequence[Demo], now: datetime, shown: Progress, task: TaskID) -> None:
    async with sandbox.pool(READERS) as readers:
        for ago in range(DAYS, 0, -1):
            day = now - timedelta(days=ago)
            await _day(demos, day, readers)
            if ago % 7 == 1:
                await _joined_in(demos, day + timedelta(hours=8))
                await filling.turn(day + timedelta(hours=9))
            shown.advance(task)


async def _joined_in(demos: Sequence[Demo], at: datetime) -> None:
    for demo in demos:
        # The first two are the tour's: what they join, a newcomer joins for them.
        others = demo.people[2:]
        await games.join_in(demo.asked, others, day=at.date(), dice=demo.dice, at=at)


async def _founded(cast: Cast, at: datetime) -> Demo:
    dice = random.Random(f"{SEED}:{cast.slug}")
    async with db.transaction() as tx:
        programme = await programme_of(cast, at=at, tx=tx)
        since = at.date()
        until = since + timedelta(days=DAYS + 1)
        asked = await games.ask(programme, until=until, since=since, at=at, tx=tx)
        joined = [await _joined(name, programme, at, tx) for name in cast.people]
        ties = await _befriended(joined, dice, at, tx)
        await games.show_faces(joined, at=at, tx=tx)
    await markets.open_market(programme, cast.place, at=at)
    return Demo(cast, programme, joined, asked, ties, dice)


async def _joined(name: str, programme: Programme, at: datetime, tx: Tx) -> Member:
    handle = name.split()[0].lower()
    member = await members.join(
        programme,
        handle=handle,
        name=name,
        locale=programme.locale,
        zone=programme.zone,
        issuer=issuing.ISSUER,
        subject=handle,
        at=at,
        tx=tx,
    )
    await members.set_consent(
        member,
        purpose=interactions.PERSONALISATION,
        version="1",
        given=True,
        channel="APP",
        at=at,
        tx=tx,
    )
    # Every second one takes points without being asked: the tour shows them arrive at once.
    auto = len(name) % 2 == 1
    return await members.edit(member, auto_accept=auto, at=at, tx=tx)


async def _befriended(
    people: Sequence[Member], dice: random.Random, at: datetime, tx: Tx
) -> Sequence[tuple[Member, Member]]:
    """A chain, so that nobody is alone and the first two are friends, and some more at random."""
    pairs = {(place - 1, place) for place in range(1, len(people))}
    while len(pairs) < len(people) * FRIENDS_EACH // 2:
        pair = dice.sample(range(len(people)), 2)
        pairs.add((min(pair), max(pair)))
    ties = [(people[first], people[second]) for first, second in sorted(pairs)]
    for one, other in ties:
        await friends.request(one, friend=other.id, at=at, tx=tx)
        await friends.accept(other, friend=one.id, at=at, tx=tx)
    return ties


async def _day(demos: Sequence[Demo], day: datetime, readers: Pool) -> None:
    """What happens on one day: sport in the morning, points in the evening, then presents."""
    evening = day + timedelta(hours=6)
    for demo in demos:
        for member in demo.dice.sample(demo.people, 2):
            await _moved(demo, member, day)
        await _told(demo, day)
    while await activities.read_waiting(readers, at=evening, limit=READERS):
        pass
    await filling.react(evening)
    for demo in demos:
        await _gave(demo, evening + timedelta(hours=1))
        await _spent(demo, evening + timedelta(hours=2))


async def _moved(demo: Demo, member: Member, day: datetime) -> None:
    dice, (latitude, longitude) = demo.dice, demo.cast.place
    riding = dice.random() < demo.cast.rides
    metres = dice.randrange(8_000, 30_000, 500) if riding else dice.randrange(3_000, 12_000, 500)
    number = dice.randrange(1_000_000)
    content = (activities.ride_gpx if riding else activities.run_gpx)(
        day - timedelta(minutes=dice.randint(0, 180)),
        distance_m=metres,
        seed=number,
        latitude=latitude + dice.uniform(-0.05, 0.05),
        longitude=longitude + dice.uniform(-0.05, 0.05),
        every_s=RIDE_EVERY_S if riding else RUN_EVERY_S,
    )
    at = day + timedelta(hours=4)
    name = f"{metres / 1_000:.1f} km before lunch"
    async with db.transaction() as tx:
        id = ids.derived(at, "demo", member.id, number)
        await activities.receive(member, content=content, name=name, id=id, at=at, tx=tx)


async def _told(demo: Demo, day: datetime) -> None:
    """What the partners tell of their day: help, and energy that was not used."""
    reports = []
    for firm in demo.cast.firms:
        for place, (kind, seconds, quantity) in enumerate(TOLD.get(firm.trade, ())):
            member = demo.dice.choice(demo.people)
            start = day - timedelta(minutes=demo.dice.randint(200, 600))
            source, name = f"partner:{firm.slug}", f"{day.date()}-{place}"
            id = activities.id_of(
                programme=demo.programme.id, source=source, external_id=name, started_at=start
            )
            reports.append(
                activities.Report(
                    id=id,
                    member=member.id,
                    type=kind,
                    started_at=start,
                    ended_at=start + timedelta(seconds=seconds),
                    duration_s=seconds,
                    quantity=quantity,
                    proof=Proof.VERIFIED,
                    source=source,
                    external_id=name,
                )
            )
    async with db.transaction() as tx:
        at = day + timedelta(hours=4)
        await activities.report(reports, programme=demo.programme.id, at=at, tx=tx)


async def _gave(demo: Demo, at: datetime) -> None:
    one, other = demo.dice.choice(demo.ties)
    amount, memo = demo.dice.randrange(5, 40, 5), demo.dice.choice(demo.cast.memos)
    with suppress(ledger.InsufficientPoints):
        async with db.transaction() as tx:
            transfer = await transfers.send(
                amount,
                sender=one,
                receiver=other.id,
                memo=memo,
                id=ids.derived(at, "demo gift", one.id),
                at=at,
                tx=tx,
            )
            if transfer.state is transfers.State.PENDING and demo.dice.random() < 0.8:
                await transfers.accept(transfer.id, member=other, at=at, tx=tx)


async def _spent(demo: Demo, at: datetime) -> None:
    member = demo.dice.choice(demo.people)
    amount, reward = demo.dice.choice(demo.cast.rewards)
    item = ledger.spend(
        amount,
        account=member.account,
        id=ids.derived(at, "demo reward", member.id),
        meta={"why": "reward", "text": reward},
    )
    async with db.transaction() as tx:
        # A member who cannot afford it is an answer, not a fault.
        await ledger.post_one(item, book=member.book, at=at, tx=tx)
