"""Worlds: the programmes of the living demo, and who and what they are made of."""

from dataclasses import dataclass
from typing import Protocol

from domain.activities import Type
from domain.points import Measure


class Plan(Protocol):
    """What a programme is founded with; rules are (activity, measure, points, per, day_max)."""

    @property
    def slug(self) -> str:
        """Its short name."""

    @property
    def name(self) -> str:
        """What members call it."""

    @property
    def unit(self) -> str:
        """What its points are called."""

    @property
    def zone(self) -> str:
        """IANA name."""

    @property
    def locale(self) -> str:
        """BCP 47 tag."""

    @property
    def expiry_months(self) -> int | None:
        """How long points live; None: for ever."""

    @property
    def firms(self) -> "tuple[Firm, ...]":
        """Its partners."""

    @property
    def rules(self) -> tuple[tuple[Type, Measure, int, int, int], ...]:
        """What activities earn."""


@dataclass(frozen=True, slots=True)
class Firm:
    """A partner of a programme: what it is called and what it may do with its key."""

    slug: str
    name: str
    trade: str


@dataclass(frozen=True, slots=True)
class World:
    """One programme and its surroundings.

    rules  -- (activity, measure, points, per, most a day).
    place  -- latitude and longitude of the middle of its town.
    people -- how many ever join.
    gifts  -- what members write when they send points.
    treats -- (points, what) that members spend points on.
    """

    slug: str
    name: str
    unit: str
    zone: str
    locale: str
    expiry_months: int | None
    place: tuple[float, float]
    people: int
    rules: tuple[tuple[Type, Measure, int, int, int], ...]
    firms: tuple[Firm, ...]
    gifts: tuple[str, ...]
    treats: tuple[tuple[int, str], ...]


MEADOW = World(
    slug="meadow",
    name="Meadow Health",
    unit="petals",
    zone="Europe/Vienna",
    locale="en",
    expiry_months=12,
    place=(48.2082, 16.3738),
    people=1_200,
    rules=(
        (Type.RUN, Measure.METRES, 10, 1_000, 300),
        (Type.RIDE, Measure.METRES, 4, 1_000, 300),
        (Type.WALK, Measure.METRES, 8, 1_000, 200),
        (Type.HIKE, Measure.METRES, 8, 1_000, 200),
        (Type.SWIM, Measure.METRES, 40, 1_000, 200),
        (Type.STRENGTH, Measure.ACTIVITIES, 20, 1, 40),
        (Type.STEPS, Measure.QUANTITY, 2, 1_000, 40),
        (Type.VOLUNTEERING, Measure.SECONDS, 30, 3_600, 240),
        (Type.SURVEY, Measure.ACTIVITIES, 25, 1, 50),
    ),
    firms=(
        Firm("stride", "Stride Sports", "sport"),
        Firm("kind-hands", "Kind Hands", "volunteering"),
        Firm("askwell", "Askwell Research", "survey"),
    ),
    gifts=("Thanks for the ride", "You earned it", "For the coffee", "Happy birthday"),
    treats=((60, "A coffee"), (110, "A smoothie"), (180, "A museum ticket"), (400, "A massage")),
)
HARBOUR = World(
    slug="harbour",
    name="Harbour Card",
    unit="shells",
    zone="Europe/Lisbon",
    locale="en",
    expiry_months=24,
    place=(38.7223, -9.1393),
    people=800,
    rules=(
        (Type.PURCHASE, Measure.QUANTITY, 1, 100, 500),
        (Type.VISIT, Measure.ACTIVITIES, 5, 1, 10),
        (Type.RUN, Measure.SECONDS, 1, 60, 120),
        (Type.WALK, Measure.SECONDS, 1, 120, 60),
        (Type.RIDE, Measure.SECONDS, 1, 120, 120),
        (Type.STRENGTH, Measure.SECONDS, 1, 60, 90),
        (Type.ENERGY, Measure.QUANTITY, 1, 100, 100),
    ),
    firms=(
        Firm("casa-verde", "Casa Verde Market", "shop"),
        Firm("luz-viva", "Luz Viva Energy", "energy"),
    ),
    gifts=("For yesterday", "Well done", "My turn", "Lunch was great"),
    treats=((40, "A towel"), (90, "A protein drink"), (250, "Ten euros off")),
)
WORLDS = (MEADOW, HARBOUR)
