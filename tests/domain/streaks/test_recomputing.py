"""Whatever comes in whatever order, streaks are what they would be from scratch."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings

from domain import members, streaks
from domain.activities import Type
from domain.members import Member
from domain.metrics import Change, Fact, Filter, Metric
from domain.streaks import Cadence, Lapse, Milestone, Purchase, Streak
from domain.streaks.folding import Folded, fold
from domain.streaks.keeping import keepings
from domain.streaks.pasts import Past
from domain.streaks.periods import Clock
from domain.streaks.purchases import purchases_of
from domain.streaks.recounting import past_from
from domain.streaks.turning import Turn, brought_to
from infra.db import Tx
from tests.domain.streaks.streaking import (
    DAY,
    HOUR,
    NOON,
    a_streak,
    buy,
    count,
    has,
    now,
    repair,
    rolled,
)
from tests.support.facts import changed, fact, gone, new

TERMS: list[dict[str, Any]] = [
    {"freezes_max": 2, "freeze_every": 3, "freeze_price": 1},
    {"grace_hours": 6, "freezes_max": 1, "freeze_price": 1, "metric": Metric.DISTANCE,
     "minimum": 8_000, "filter": Filter(types=frozenset({Type.RUN}))},
    {"grace_hours": 24, "lapse": Lapse.SHARE, "lapse_size": 40, "metric": Metric.POINTS,
     "minimum": 60},
    {"lapse": Lapse.STEPS, "lapse_size": 2, "metric": Metric.PARTNERS, "minimum": 2},
    {"cadence": Cadence.WEEKLY, "metric": Metric.DAYS, "minimum": 2, "grace_hours": 30},
]  # fmt: skip
# Lives that are lived, and things that happen in each; more by the long profile.
LIVES = 100 if settings.get_current_profile_name() == "soak" else 2
STEPS = 45
EVERY: dict[str, Any] = {
    "repair_price": 2,
    "repair_periods": 3,
    "milestones": (Milestone(2, points=5), Milestone(4, points=7, again=True)),
}


class Life:
    """Ada over four weeks: what she does comes late, twice, anew and not at all."""

    def __init__(self, ada: Member, streak: Streak, chance: random.Random, tx: Tx) -> None:
        self.ada, self.streak, self.chance, self.tx = ada, streak, chance, tx
        self.facts: dict[Any, Fact] = {}
        self.late: list[Fact] = []
        self.at = NOON - 27 * DAY

    async def step(self) -> None:
        self.at += timedelta(minutes=self.chance.randrange(30, 16 * 60))
        match self.chance.randrange(12):
            case 0 | 1 | 2 | 3:
                await self._tell(self._new())
            case 4 | 5:
                self.late.append(self._new())
            case 6 if self.late:
                await self._tell(self.late.pop(self.chance.randrange(len(self.late))))
            case 7 if self.facts:
                words = {"counts": self.chance.random() < 0.5, "points": self.chance.randrange(90)}
                await self._change(changed(self._any(), at=self.at, **words))
            case 8 if self.facts:
                await self._change(gone(self._any(), at=self.at))
            case 9:
                await rolled(self.tx, self.at)
            case 10:
                await self._buy()
            case 11:
                zone = self.chance.choice(["Asia/Tokyo", "UTC", "America/Los_Angeles"])
                self.ada = await members.edit(self.ada, zone=zone, at=self.at, tx=self.tx)

    def _new(self) -> Fact:
        days = self.chance.choice([0, 0, 0, 0, 1, 2, 9])
        started_at = self.at - days * DAY - self.chance.randrange(1, 3) * HOUR
        return fact(
            self.ada,
            started_at=started_at,
            type=self.chance.choice([Type.RUN, Type.RUN, Type.RIDE]),
            source=self.chance.choice(["file", "partner:gym", "partner:bakery"]),
            points=self.chance.randrange(90),
            distance_m=self.chance.randrange(3_000, 9_000),
        )

    def _any(self) -> Fact:
        return self.facts[self.chance.choice(list(self.facts))]

    async def _tell(self, fact: Fact) -> None:
        await self._change(new(fact, at=self.at))

    async def _change(self, change: Change) -> None:
        self.facts[change.after.activity] = change.after
        await count(self.tx, change)

    async def _buy(self) -> None:
        offer = (await now(self.ada, self.streak, self.tx, at=self.at)).offer
        try:
            if offer is not None:
                await repair(self.ada, self.streak, self.tx, points=offer.points, at=self.at)
            else:
                await buy(self.ada, self.streak, self.tx, points=1, at=self.at)
        except (streaks.FreezesFull, streaks.FreezesNotSold):
            pass

    async def as_kept(self) -> tuple[Folded, int]:
        """What its row says, brought to now; and the points that milestones gave and that stand,
        once the clock's job has come by."""
        await rolled(self.tx, self.at)
        pair = (self.ada.id, self.streak.id)
        past = (await keepings([pair], programme=self.ada.programme, tx=self.tx)).get(pair)
        bought = await self._bought()
        spent = sum(one.points for one in bought)
        paid = await has(self.ada, self.tx) - 1_000 + spent
        return (Folded() if past is None else await self._folded(past, past)), paid

    async def from_scratch(self) -> Folded:
        """What all that she did and bought comes to."""
        facts = list(self.facts.values())
        self.chance.shuffle(facts)
        past = past_from(facts, await self._bought(), self.streak)
        return Folded() if past is None else await self._folded(None, past)

    async def _bought(self) -> Sequence[Purchase]:
        whose, programme = [self.ada.id], self.ada.programme
        found = await purchases_of(whose, streak=self.streak.id, programme=programme, tx=self.tx)
        return found.get(self.ada.id, ())

    async def _folded(self, before: Past | None, past: Past) -> Folded:
        zones = await members.zones_of([self.ada.id], programme=self.ada.programme, tx=self.tx)
        clock = Clock(zones[self.ada.id], self.streak.cadence)
        turn = Turn(self.streak, self.ada.id, before, past, self.at)
        return fold(self.streak, brought_to(turn, clock))


def outcome(folded: Folded) -> tuple[Any, ...]:
    frozen, lost = sorted(folded.frozen), sorted(folded.lost.items())
    numbers = (folded.length, folded.best, folded.freezes, folded.toward)
    return (*numbers, sorted(folded.kept), frozen, lost, sorted(folded.reached))


@pytest.mark.parametrize("number", range(len(TERMS)))
async def test_given_any_life_when_counted_as_it_comes_then_as_from_scratch(
    number: int, tx: Tx
) -> None:
    for seed in range(LIVES):
        ada, streak = await a_streak(tx, holding=1_000, **TERMS[number], **EVERY)
        life = Life(ada, streak, random.Random(f"{number} {seed}"), tx)
        for _ in range(STEPS):
            await life.step()

        there, paid = await life.as_kept()

        wanted = await life.from_scratch()
        assert outcome(there) == outcome(wanted), (number, seed)
        assert paid == sum(one.points for _, one in wanted.reached.values()), (number, seed)
