"""People: who they are, what they like, and how their life with the programme goes.

Drawn from a seed: the same seed always gives the same people. What stands here and no request
ever tells (kind, taste, stance, cheat) is the ground truth; see truth.
"""

import math
import random
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from simulator import lives
from simulator.lives import Life
from simulator.names import FIRST, LAST
from simulator.worlds import World

T = TypeVar("T")

# Joining comes in waves: one for each campaign, over a base of word of mouth.
CAMPAIGNS = (0.05, 0.38, 0.71)
CAMPAIGN_SHARE = 0.55
CAMPAIGN_DAYS = 12.0
FOUNDERS_SHARE = 0.1
CHEAT_SHARE = 0.03
AGES = (18, 79)
VIGOUR_SPREAD = 0.5


class Kind(StrEnum):
    """What somebody mostly does."""

    RUNNER = "RUNNER"
    CYCLIST = "CYCLIST"
    WALKER = "WALKER"
    LIFTER = "LIFTER"
    SWIMMER = "SWIMMER"
    HELPER = "HELPER"
    SHOPPER = "SHOPPER"
    SAVER = "SAVER"


class Stance(StrEnum):
    """What an offer does to somebody: the four groups of uplift modelling (Radcliffe, 2007)."""

    PERSUADABLE = "PERSUADABLE"  # acts only when asked
    SURE = "SURE"  # acts anyway
    LOST = "LOST"  # never acts
    SLEEPING = "SLEEPING"  # acts unless disturbed


class Cheat(StrEnum):
    """How a dishonest member fools the programme."""

    SHAKER = "SHAKER"  # a machine makes the steps, at night
    DRIVER = "DRIVER"  # rides at the speed of a car
    DOUBLER = "DOUBLER"  # the same sport from two devices
    RETURNER = "RETURNER"  # buys, is paid, and brings everything back
    RING = "RING"  # accounts that pass everything on to one


class Taste(StrEnum):
    """Groups of offers that people like more or less."""

    DRINK = "DRINK"
    FOOD = "FOOD"
    PROTEIN = "PROTEIN"
    GEAR = "GEAR"
    CULTURE = "CULTURE"
    TRAVEL = "TRAVEL"
    WELLNESS = "WELLNESS"
    CHARITY = "CHARITY"


@dataclass(frozen=True, slots=True)
class Person:
    """One member of one world.

    number   -- place in the world, from 0; 0 and 1 are always there.
    kind     -- what they mostly do; vigour -- how much of it, 1 in the middle.
    outgoing -- how gladly they meet others, 0 to 1.
    taste    -- how much each group of offers is liked; the values sum to 1.
    cheat    -- None for the honest.
    """

    world: str
    number: int
    name: str
    handle: str
    born_on: date
    home: tuple[float, float]
    kind: Kind
    vigour: float
    outgoing: float
    taste: Mapping[Taste, float]
    stance: Stance
    cheat: Cheat | None
    life: Life

    def dice(self, day: date, what: str = "") -> random.Random:
        """The chance of one day, the same whenever it is asked."""
        # Seeded by a number, which is several times quicker than by a text.
        said = f"{self.world}:{self.number}:{day.toordinal()}:{what}".encode()
        return random.Random(zlib.crc32(said) << 32 | zlib.adler32(said))


KIND_SHARES: Mapping[str, Mapping[Kind, float]] = {
    "sport": {
        **{Kind.RUNNER: 0.24, Kind.CYCLIST: 0.16, Kind.WALKER: 0.24, Kind.LIFTER: 0.16},
        **{Kind.SWIMMER: 0.08, Kind.HELPER: 0.12},
    },
    "shop": {
        **{Kind.SHOPPER: 0.5, Kind.SAVER: 0.16, Kind.RUNNER: 0.1, Kind.WALKER: 0.14},
        **{Kind.LIFTER: 0.06, Kind.CYCLIST: 0.04},
    },
}
STANCE_SHARES = {
    Stance.PERSUADABLE: 0.3,
    Stance.SURE: 0.25,
    Stance.LOST: 0.35,
    Stance.SLEEPING: 0.1,
}
# What each kind likes more than others do; the rest is their own.
LEANINGS: Mapping[Kind, tuple[Taste, ...]] = {
    Kind.RUNNER: (Taste.DRINK, Taste.GEAR),
    Kind.CYCLIST: (Taste.GEAR, Taste.TRAVEL),
    Kind.WALKER: (Taste.CULTURE, Taste.FOOD),
    Kind.LIFTER: (Taste.PROTEIN, Taste.GEAR),
    Kind.SWIMMER: (Taste.WELLNESS, Taste.DRINK),
    Kind.HELPER: (Taste.CHARITY, Taste.CULTURE),
    Kind.SHOPPER: (Taste.FOOD, Taste.TRAVEL),
    Kind.SAVER: (Taste.FOOD, Taste.CHARITY),
}
CHEATS: Mapping[str, tuple[Cheat, ...]] = {
    "sport": (Cheat.SHAKER, Cheat.DRIVER, Cheat.DOUBLER, Cheat.RING),
    "shop": (Cheat.RETURNER, Cheat.RING),
}


def population(world: World, *, seed: int, since: date, days: int) -> Sequence[Person]:
    """Everybody who joins the world in `days` days from `since` on, in the order of joining."""
    dice = random.Random(f"{seed}:{world.slug}:population")
    joined = sorted(_joined(dice, days) for _ in range(world.people))
    name = f"{seed}:{world.slug}"
    return [
        _person(name, world, number, since + timedelta(days=day), since)
        for number, day in enumerate(joined)
    ]


def flavour(world: World) -> str:
    """What the world is mostly about: sport, or a shop."""
    return "shop" if any(firm.trade == "shop" for firm in world.firms) else "sport"


def _joined(dice: random.Random, days: int) -> int:
    if dice.random() < FOUNDERS_SHARE:
        return 0
    if dice.random() < CAMPAIGN_SHARE:
        day = dice.choice(CAMPAIGNS) * days + dice.expovariate(1 / CAMPAIGN_DAYS)
    else:
        day = dice.uniform(0, days)
    return min(int(day), days - 1)


def _person(name: str, world: World, number: int, joined_on: date, since: date) -> Person:
    dice = random.Random(f"{name}:{number}")
    first, last = dice.choice(FIRST), dice.choice(LAST)
    kind = _drawn(KIND_SHARES[flavour(world)], dice)
    vigour, outgoing = dice.lognormvariate(0, VIGOUR_SPREAD), dice.betavariate(2, 3)
    # Whoever does a lot, and knows others, stays: the two best-known signs.
    chance = 1 / (1 + math.exp(-(-1.2 + 1.1 * math.log(vigour) + 1.8 * outgoing)))
    cheat = dice.choice(CHEATS[flavour(world)]) if dice.random() < CHEAT_SHARE else None
    age_years = int(dice.triangular(*AGES, 36))
    return Person(
        world=name,
        number=number,
        name=f"{first} {last}",
        handle=f"{first.lower()}-{number}",
        born_on=since - timedelta(days=int(age_years * 365.25) + dice.randrange(365)),
        home=_near(world.place, dice),
        kind=kind,
        vigour=vigour,
        outgoing=outgoing,
        taste=_taste(kind, dice),
        stance=_drawn(STANCE_SHARES, dice),
        cheat=None if number < 2 else cheat,
        life=lives.drawn(joined_on, dice, habit_chance=chance),
    )


def _near(place: tuple[float, float], dice: random.Random) -> tuple[float, float]:
    """Somewhere in the town: many near its middle, few far out."""
    return place[0] + dice.gauss(0, 0.03), place[1] + dice.gauss(0, 0.045)


def _taste(kind: Kind, dice: random.Random) -> Mapping[Taste, float]:
    weights = {
        taste: dice.gammavariate(3.0 if taste in LEANINGS[kind] else 0.6, 1.0) for taste in Taste
    }
    total = sum(weights.values())
    return {taste: weight / total for taste, weight in weights.items()}


def _drawn(shares: Mapping[T, float], dice: random.Random) -> T:
    return dice.choices(list(shares), list(shares.values()))[0]
