"""People: who and what the demo's programmes are made of."""

from dataclasses import dataclass

from domain.activities import Type
from domain.points import Measure
from simulator.worlds import Firm


@dataclass(frozen=True, slots=True)
class Cast:
    """One programme of the demo.

    rules -- (activity, measure, points, per, most a day).
    rides -- the share of rides among its members' sport.
    """

    slug: str
    name: str
    unit: str
    zone: str
    locale: str
    expiry_months: int | None
    place: tuple[float, float]
    rules: tuple[tuple[Type, Measure, int, int, int], ...]
    firms: tuple[Firm, ...]
    rides: float
    people: tuple[str, ...]
    memos: tuple[str, ...]
    rewards: tuple[tuple[int, str], ...]


VERDE = Cast(
    slug="verde",
    name="Verde Club",
    unit="leaves",
    zone="Europe/Vienna",
    locale="en",
    expiry_months=12,
    place=(48.2082, 16.3738),
    rules=(
        (Type.RUN, Measure.METRES, 10, 1_000, 300),
        (Type.RIDE, Measure.METRES, 4, 1_000, 300),
        (Type.WALK, Measure.METRES, 8, 1_000, 200),
        (Type.HIKE, Measure.METRES, 8, 1_000, 200),
        (Type.STRENGTH, Measure.ACTIVITIES, 20, 1, 40),
    ),
    firms=(
        Firm("stride", "Stride Sports", "sport"),
        Firm("kind-hands", "Kind Hands", "volunteering"),
        Firm("greenwatt", "Greenwatt", "energy"),
    ),
    rides=0.4,
    people=(
        *("Ada Berger", "Bruno Costa", "Clara Dietl", "David Egger", "Elif Demir"),
        *("Felix Gruber", "Greta Huber", "Hugo Ivanov", "Ines Jung", "Jonas Keller"),
        *("Karla Lang", "Leo Maier", "Mira Novak", "Nico Orth", "Olga Petrova"),
        *("Paul Quast", "Rosa Richter", "Sami Saleh", "Tara Thaler", "Uma Urban"),
        *("Viktor Vogl", "Wanda Weiss", "Xenia Yilmaz", "Yusuf Zeman", "Zora Zobel"),
    ),
    memos=("Thanks for the ride", "You earned it", "For the coffee", "Happy birthday"),
    rewards=((30, "A coffee"), (50, "A smoothie"), (80, "A museum ticket")),
)
AURORA = Cast(
    slug="aurora",
    name="Aurora Fitness",
    unit="sparks",
    zone="Europe/Lisbon",
    locale="en",
    expiry_months=None,
    place=(38.7223, -9.1393),
    rules=(
        (Type.RUN, Measure.SECONDS, 1, 60, 120),
        (Type.RIDE, Measure.SECONDS, 1, 120, 120),
        (Type.STRENGTH, Measure.SECONDS, 1, 60, 90),
    ),
    firms=(),
    rides=0.2,
    people=(
        *("Alice Almeida", "Bento Barros", "Carla Cunha", "Diogo Duarte", "Eva Esteves"),
        *("Filipe Faria", "Gil Gomes", "Helena Horta", "Ivo Inez", "Joana Jardim"),
        *("Kiko Kruz", "Luz Lopes", "Marta Melo", "Nuno Neves", "Oscar Ortiz"),
        *("Pia Pinto", "Quim Quental", "Rita Ramos", "Sara Silva", "Tiago Torres"),
        *("Ulisses Uva", "Vera Vaz", "Wilma Wanda", "Ximena Xavier", "Yara Ybarra"),
    ),
    memos=("For yesterday", "Well done", "My turn"),
    rewards=((20, "A towel"), (40, "A protein drink")),
)
