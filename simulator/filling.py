"""Filling: tell a year of a world to the product, in bulk, by the verbs that real requests use.

Time goes on day by day in all towns at once: people join, become friends, do things, are paid by
the reactions of real workers, give points to each other and spend them; what the clock does for
a running programme is done once a week. Reports of a day are told together, which is why a year
takes no more than a minute or two.
"""

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path

from domain import activities, friends, ledger, members, transfers
from infra import backlog, db, ids, issuing, jobs, outbox, planning
from infra.errors import Refused
from simulator import cheats, games, habits, seasons, ties, towns, truth
from simulator.habits import Act, midnight
from simulator.people import Person
from simulator.towns import Town
from simulator.worlds import World
from workers import gathering

Told = Callable[[date], None]

WEEK = timedelta(days=7)
EVENING = timedelta(hours=21)
NIGHT = timedelta(hours=23, minutes=30)
# How much of what happens among people happens in a week, for each person who is there.
GIFTS_A_WEEK = 0.02
TREATS_A_WEEK = 0.12
GIFT_POINTS = (5, 60)
RING_POINTS = (20, 80)
REPORTS_MAX = 1_000
# Every other evening: half as many batches, each twice as large.
REACT_EVERY = 2
# A job that never has enough is a fault, but not one to wait for.
CALLS_MAX = 10_000
# Sealing looks at what is committed, which the clock of a simulation does not know.
NOT_NOW = frozenset({"ledger.seal"})


async def fill(
    worlds: Sequence[World], *, seed: int, until: date, days: int, told: Told, folder: Path
) -> Sequence[Town]:
    """Found the worlds `days` days before `until` and tell what happened until then.

    Whoever runs as a worker meanwhile may deliver events as well, but its clock stands still.
    told   -- called for each day that has been told.
    folder -- where the truth is written, one file a programme.
    """
    async with jobs.held(gathering.jobs()):
        return await _fill(worlds, seed=seed, until=until, days=days, told=told, folder=folder)


async def _fill(
    worlds: Sequence[World], *, seed: int, until: date, days: int, told: Told, folder: Path
) -> Sequence[Town]:
    since = until - timedelta(days=days)
    opening = datetime.combine(since, time(3), midnight(since, worlds[0]).tzinfo)
    await _keep_months(opening, days)
    made = [
        await towns.founded(world, seed=seed, since=since, days=days, at=opening)
        for world in worlds
    ]
    for number in range(days):
        day = since + timedelta(days=number)
        # Side by side: while the database works for one town, the other is thought of.
        async with asyncio.TaskGroup() as group:
            for town in made:
                group.create_task(_day(town, day))
        if number % REACT_EVERY == 0:
            await react(midnight(day, worlds[0]) + NIGHT)
        if number % WEEK.days == WEEK.days - 1:
            await _week(made, day)
        told(day)
    await turn(midnight(until, worlds[0]))
    for town in made:
        truth.write(folder / f"{town.world.slug}.jsonl", town.people, town.lies)
    return made


async def _day(town: Town, day: date) -> None:
    at = midnight(day, town.world) + EVENING
    await _join(town, town.newcomers(day, day), at=midnight(day, town.world))
    reports = [_report(act, town) for act in _acts(town, day)]
    for start in range(0, len(reports), REPORTS_MAX):
        async with db.transaction() as tx:
            await activities.report(
                reports[start : start + REPORTS_MAX], programme=town.programme.id, at=at, tx=tx
            )


def _acts(town: Town, day: date) -> Iterator[Act]:
    weather = seasons.weather(town.world.slug, day)
    for person in town.present(day):
        honest = habits.acts(person, day, town.world, weather)
        lies = cheats.added(person, day, town.world, honest)
        town.lies.extend(lies)
        yield from (*honest, *lies)


def _report(act: Act, town: Town) -> activities.Report:
    programme = town.programme.id
    return activities.Report(
        id=activities.id_of(
            programme=programme,
            source=act.source,
            external_id=act.external_id,
            started_at=act.started_at,
        ),
        member=town.members[act.person.number].id,
        type=act.type,
        started_at=act.started_at,
        ended_at=act.ended_at,
        duration_s=int((act.ended_at - act.started_at).total_seconds()),
        distance_m=act.distance_m,
        quantity=act.quantity,
        proof=act.proof,
        source=act.source,
        external_id=act.external_id,
        device=act.device,
    )


async def _join(town: Town, people: Sequence[Person], *, at: datetime) -> None:
    """Let them in together; each signs in at once, so each has joined."""
    if not people:
        return
    programme = town.programme
    async with db.transaction() as tx:
        newcomers = [_newcomer(person, town, at) for person in people]
        refused = await members.admit(newcomers, programme=programme, at=at, tx=tx)
        assert not any(refused), f"nobody can be here before: {refused}"
        ids = [one.id for one in newcomers]
        found = await members.several(ids, programme=programme.id, tx=tx)
        for person, id in zip(people, ids, strict=True):
            town.members[person.number] = found[id]
            outbox.emit(members.Joined(programme=programme.id, subject=id, object=id, at=at), tx=tx)
        await games.show_faces([found[id] for id in ids], at=at, tx=tx)


def _newcomer(person: Person, town: Town, at: datetime) -> members.Newcomer:
    ref = f"{town.world.slug[:2].upper()}-{person.number:06}"
    return members.Newcomer(
        id=members.newcomer_id(ref, programme=town.programme.id, at=at),
        external_ref=ref,
        handle=person.handle,
        name=person.name,
        locale=town.world.locale,
        zone=town.world.zone,
        joined_at=at,
        identity=(issuing.ISSUER, person.handle),
    )


async def _week(made: Sequence[Town], day: date) -> None:
    for town in made:
        at = midnight(day, town.world) + NIGHT
        first = day - WEEK + timedelta(days=1)
        await _befriend(town, town.new_ties(first, day), at=at)
        await _join_in(town, day, at=at)
        await _give(town, day, at=at)
        await _spend(town, day, at=at)
    await turn(midnight(day, made[0].world) + NIGHT)
    async with db.transaction() as tx:
        await planning.refresh(tx=tx)


async def _befriend(town: Town, new: Sequence[ties.Tie], *, at: datetime) -> None:
    pairs = [(town.members[tie.one].id, town.members[tie.other].id) for tie in new]
    async with db.transaction() as tx:
        await friends.tie(pairs, programme=town.programme.id, at=at, tx=tx)


async def _join_in(town: Town, day: date, *, at: datetime) -> None:
    here = [town.members[person.number] for person in town.present(day)]
    dice = random.Random(f"{town.world.slug}:{day}:games")
    await games.join_in(town.asked, here, day=day, dice=dice, at=at)


async def _give(town: Town, day: date, *, at: datetime) -> None:
    """Some presents between friends; whoever is in a ring passes on what there is."""
    here = town.present(day)
    known = ties.friends_of([tie for tie in town.ties if tie.since <= day])
    for person in here:
        dice = person.dice(day, "gifts")
        ring = [each for each in ties.ring_of(person, town.people) if each.number in town.members]
        if ring and ring[0] is not person:
            await _send(town, person, ring[0].number, dice.randint(*RING_POINTS), None, at)
        elif person.number in known and dice.random() < GIFTS_A_WEEK * (0.5 + person.outgoing):
            friend, memo = dice.choice(known[person.number]), dice.choice(town.world.gifts)
            await _send(town, person, friend, dice.randrange(*GIFT_POINTS, 5), memo, at)


async def _send(
    town: Town, person: Person, friend: int, points: int, memo: str | None, at: datetime
) -> None:
    sender, receiver = town.members[person.number], town.members[friend]
    # To have too few points, or to be held up by a limit, is an answer and not a fault.
    with suppress(Refused):
        async with db.transaction() as tx:
            transfer = await transfers.send(
                points,
                sender=sender,
                receiver=receiver.id,
                memo=memo,
                id=ids.derived(at, "simulated gift", sender.id, receiver.id),
                at=at,
                tx=tx,
            )
            if transfer.state is transfers.State.PENDING:
                await transfers.accept(transfer.id, member=receiver, at=at, tx=tx)


async def _spend(town: Town, day: date, *, at: datetime) -> None:
    """Treats that are paid with points; too dear a one is refused, as in a shop."""
    items = []
    for person in town.present(day):
        dice = person.dice(day, "treats")
        if dice.random() < TREATS_A_WEEK:
            price, treat = dice.choice(town.world.treats)
            member = town.members[person.number]
            items.append(
                ledger.spend(
                    price,
                    account=member.account,
                    id=ids.derived(at, "simulated treat", member.id),
                    meta={"why": "reward", "text": treat},
                )
            )
    async with db.transaction() as tx:
        await ledger.post(items, book=town.programme.book, at=at, tx=tx)


async def react(at: datetime) -> None:
    """Deliver what waits until nothing does."""
    reactions = {reaction.name: reaction for reaction in gathering.reactions()}
    while True:
        async with db.reading() as tx:
            waiting = [queue.reaction for queue in await backlog.waiting(tx=tx)]
        if not sum([await outbox.deliver(reactions[name], at=at) for name in waiting]):
            return


async def turn(at: datetime) -> None:
    """What the clock does for a running programme: promises mature, transfers go back, challenges
    begin and end, boards close."""
    for job in gathering.jobs():
        if job.name not in NOT_NOW:
            await _until_idle(job.body, at)
    await react(at)


async def _until_idle(body: jobs.Body, at: datetime) -> None:
    for _ in range(CALLS_MAX):
        async with db.transaction() as tx:
            if not await body(at, tx):
                return


async def _keep_months(opening: datetime, days: int) -> None:
    """The journal's partitions for the past, which a running programme makes as it goes."""
    keep = next(job for job in gathering.jobs() if job.name == "ledger.keep_months")
    for ahead in range(0, days + 31, 60):
        await _until_idle(keep.body, opening + timedelta(days=ahead))
