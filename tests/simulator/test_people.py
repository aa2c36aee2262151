"""People, ties, habits and cheats: deterministic, and as diverse as the docs say."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean, median

import orjson
import pytest

from domain.activities import Type
from simulator import cheats, habits, seasons, ties, truth
from simulator.habits import Act
from simulator.people import Cheat, Kind, Person, Stance, Taste, population
from simulator.worlds import HARBOUR, MEADOW, WORLDS, World

FIRST, DAYS = date(2025, 11, 22), 364
LAST = FIRST + timedelta(days=DAYS)


@pytest.fixture(scope="module", params=WORLDS, ids=lambda world: world.slug)
def world(request: pytest.FixtureRequest) -> World:
    return request.param


@pytest.fixture(scope="module")
def people(world: World) -> Sequence[Person]:
    return population(world, seed=7, since=FIRST, days=DAYS)


def told(people: Sequence[Person], world: World, days: Sequence[date]) -> list[Act]:
    found: list[Act] = []
    for day in days:
        weather = seasons.weather(world.slug, day)
        for person in people:
            honest = habits.acts(person, day, world, weather)
            found += [*honest, *cheats.added(person, day, world, honest)]
    return found


def test_the_same_seed_gives_the_same_people_and_another_seed_others(
    world: World, people: Sequence[Person]
) -> None:
    assert population(world, seed=7, since=FIRST, days=DAYS) == people
    assert population(world, seed=8, since=FIRST, days=DAYS) != people


def test_everybody_can_be_a_member(world: World, people: Sequence[Person]) -> None:
    assert len(people) == world.people
    assert len({person.handle for person in people}) == len(people)
    assert all(re.fullmatch(r"[a-z0-9._-]{3,30}", person.handle) for person in people)
    assert all(18 * 365 < (LAST - person.born_on).days < 82 * 365 for person in people)


def test_people_join_in_waves(people: Sequence[Person]) -> None:
    joined = [(person.life.joined_on - FIRST).days for person in people]
    weeks = Counter(day // 7 for day in joined)

    assert joined == sorted(joined)
    assert max(weeks.values()) > 4 * median(weeks.values())
    assert len(weeks) > 45


def test_groups_are_of_the_sizes_that_the_docs_say(people: Sequence[Person]) -> None:
    stances = Counter(person.stance for person in people)
    cheating = sum(person.cheat is not None for person in people) / len(people)

    assert 0.01 < cheating < 0.05
    assert all(stances[stance] > 0.05 * len(people) for stance in Stance)
    assert all(abs(sum(person.taste.values()) - 1) < 1e-9 for person in people)
    assert all(set(person.taste) == set(Taste) for person in people)


def test_whoever_does_more_stays_more_often(people: Sequence[Person]) -> None:
    middle = median(person.vigour for person in people)
    keen = [person.life.habit for person in people if person.vigour > middle]
    slow = [person.life.habit for person in people if person.vigour <= middle]

    assert mean(keen) > mean(slow) + 0.1


def test_friends_are_near_and_some_have_many(people: Sequence[Person], world: World) -> None:
    found = ties.drawn(people, until=LAST)
    friends = ties.friends_of(found)
    degrees = sorted((len(set(each)) for each in friends.values()), reverse=True)

    def apart(one: Person, other: Person) -> float:
        return abs(one.home[0] - other.home[0]) + abs(one.home[1] - other.home[1])

    tied = mean(apart(people[tie.one], people[tie.other]) for tie in found)
    anybody = mean(apart(one, other) for one, other in pairwise(people))
    assert ties.Tie(0, 1, found[0].since) in found
    assert all(tie.one < tie.other for tie in found)
    assert len({(tie.one, tie.other) for tie in found}) == len(found)
    assert all(
        tie.since > max(people[tie.one].life.joined_on, people[tie.other].life.joined_on)
        for tie in found
    )
    assert tied < 0.7 * anybody
    assert degrees[0] > 3 * median(degrees)


def test_a_day_is_the_same_whenever_it_is_asked(world: World, people: Sequence[Person]) -> None:
    day = FIRST + timedelta(days=200)
    weather = seasons.weather(world.slug, day)

    alone = [habits.acts(person, day, world, weather) for person in reversed(people)]

    assert [act for acts in reversed(alone) for act in acts] == [
        act for person in people for act in habits.acts(person, day, world, weather)
    ]


def test_what_honest_people_do_is_possible(world: World, people: Sequence[Person]) -> None:
    days = [FIRST + timedelta(days=n) for n in range(0, DAYS, 9)]
    acts = [act for act in told(people, world, days) if act.honest]
    last: dict[str, Act] = {}

    for act in acts:
        seconds = (act.ended_at - act.started_at).total_seconds()
        assert seconds >= 60
        if act.type is Type.RUN:
            assert 1.5 < act.distance_m / seconds < 5.5
        before = last.get(act.person.handle)
        if before and Type.STEPS not in (act.type, before.type):
            assert act.started_at >= before.ended_at or act.started_at <= before.started_at
        last[act.person.handle] = act
    assert len({act.external_id for act in acts}) == len(acts)
    assert 0.15 < len(acts) / len(days) / len(people) * 7 < 1.5


def test_runners_run_and_shoppers_shop() -> None:
    for world, kind, wanted in (
        (MEADOW, Kind.RUNNER, Type.RUN),
        (HARBOUR, Kind.SHOPPER, Type.PURCHASE),
    ):
        people = [p for p in population(world, seed=7, since=FIRST, days=DAYS) if p.kind is kind]
        days = [FIRST + timedelta(days=n) for n in range(100, 160)]
        acts = Counter(act.type for act in told(people, world, days) if act.honest)
        assert acts.most_common(1)[0][0] is wanted


@pytest.mark.parametrize("cheat", [Cheat.SHAKER, Cheat.DRIVER, Cheat.DOUBLER, Cheat.RETURNER])
def test_each_cheat_leaves_its_sign_and_nobody_honest_does(cheat: Cheat) -> None:
    world = HARBOUR if cheat is Cheat.RETURNER else MEADOW
    people = [
        p for p in population(world, seed=7, since=FIRST, days=DAYS) if p.cheat in (cheat, None)
    ]
    days = [FIRST + timedelta(days=n) for n in range(0, DAYS, 5)]
    lies = [act for act in told(people, world, days) if not act.honest]

    assert lies
    assert {act.person.cheat for act in lies} == {cheat}
    speeds = [act.distance_m / (act.ended_at - act.started_at).total_seconds() for act in lies]
    match cheat:
        case Cheat.SHAKER:
            assert min(act.quantity for act in lies) > 25_000
        case Cheat.DRIVER:
            assert min(speeds) > 12
        case Cheat.DOUBLER:
            assert {act.device for act in lies} == {"Phone"}
        case Cheat.RETURNER:
            assert {act.type for act in lies} == {Type.PURCHASE}


def test_the_truth_is_in_its_file_and_in_no_name_that_is_told(tmp_path, people, world) -> None:
    days = [FIRST + timedelta(days=n) for n in range(150, 180)]
    acts = told(people, world, days)
    lies = [act for act in acts if not act.honest]

    truth.write(tmp_path / "truth" / "town.jsonl", people, lies)

    lines = list(truth.read(tmp_path / "truth" / "town.jsonl"))
    assert [line["what"] for line in lines] == ["person"] * len(people) + ["lie"] * len(lies)
    assert lines[0]["handle"] == people[0].handle
    assert all(len(act.external_id) == 20 for act in acts)
    assert not any(
        cheat.value.lower() in orjson.dumps([a.source, a.device, a.external_id]).decode().lower()
        for cheat in Cheat
        for a in lies
    )
