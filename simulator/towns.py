"""Towns: one world while it is told to the product: its programme, its members, its partners."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domain import partners, points, programmes
from domain.members import Member
from domain.programmes import Programme
from infra import db, ids
from infra.db import Tx
from simulator import games
from simulator.games import Asked
from simulator.habits import Act
from simulator.people import Person, population
from simulator.ties import Tie, drawn
from simulator.worlds import Plan, World


@dataclass(slots=True)
class Town:
    """What is known of one world and what the product knows of it.

    asked   -- what its partners ask of its members.
    members -- who has joined so far, by their number.
    lies    -- what was made up so far; ground truth.
    """

    world: World
    programme: Programme
    people: Sequence[Person]
    ties: Sequence[Tie]
    asked: Sequence[Asked]
    members: dict[int, Member] = field(default_factory=dict)
    lies: list[Act] = field(default_factory=list)

    def newcomers(self, first: date, last: date) -> Sequence[Person]:
        """Who joins from `first` to `last`."""
        return [p for p in self.people if first <= p.life.joined_on <= last]

    def new_ties(self, first: date, last: date) -> Sequence[Tie]:
        """Which friendships begin from `first` to `last`."""
        return [tie for tie in self.ties if first <= tie.since <= last]

    def present(self, day: date) -> Sequence[Person]:
        """Who has joined and is not away."""
        return [
            person
            for person in self.people[: len(self.members)]
            if person.number in self.members and person.life.vigour(day)
        ]


async def founded(world: World, *, seed: int, since: date, days: int, at: datetime) -> Town:
    """The world's programme with its rules and partners, and nobody in it yet.

    Raises programmes.SlugTaken when it is there already.
    """
    until = since + timedelta(days=days)
    async with db.transaction() as tx:
        programme = await programme_of(world, at=at, tx=tx)
        asked = await games.ask(programme, until=until, since=since, at=at, tx=tx)
    people = population(world, seed=seed, since=since, days=days)
    return Town(world, programme, people, drawn(people, until=until), asked)


async def programme_of(plan: Plan, *, at: datetime, tx: Tx) -> Programme:
    """The planned programme, founded with its earning rules, its partners, and what there is to
    play for. Raises programmes.SlugTaken."""
    programme = await programmes.found(
        plan.slug,
        name=plan.name,
        unit=plan.unit,
        zone=plan.zone,
        locale=plan.locale,
        expiry_months=plan.expiry_months,
        at=at,
        tx=tx,
    )
    for activity, measure, given, per, day_max in plan.rules:
        await points.set_rule(
            programme,
            activity=activity,
            measure=measure,
            points=given,
            per=per,
            day_max=day_max,
            at=at,
            tx=tx,
        )
    for firm in plan.firms:
        id = ids.derived(at, "simulated partner", plan.slug, firm.slug)
        await partners.register(firm.slug, programme=programme, name=firm.name, id=id, at=at, tx=tx)
    await games.furnish(programme, at=at, tx=tx)
    return programme
