"""Measuring, filtering and telling: pure rules, by tables."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from domain import metrics
from domain.activities import Proof, Type
from domain.metrics import ANY, BadFilter, Filter, Metric, matches, told, told_filter, total, worth
from domain.metrics.filtering import CELLS_MAX, SAID_MAX
from tests.support.facts import fact

ADA = UUID(int=1)
# Vienna, Stephansplatz.
CELL = 613018796445073407
RUN = fact(
    ADA,
    type=Type.RUN,
    minute=390,
    distance_m=5_000,
    duration_s=1_800,
    elevation_m=120,
    source="partner:zoo",
    proof=Proof.PARTNER,
    cell=CELL,
)
WEEKDAY = RUN.day.isoweekday()


@pytest.mark.parametrize(
    ("filter", "fits"),
    [
        (ANY, True),
        (Filter(types=frozenset({Type.RUN, Type.RIDE})), True),
        (Filter(types=frozenset({Type.RIDE})), False),
        (Filter(sources=frozenset({"partner:zoo"})), True),
        (Filter(sources=frozenset({"zoo"})), False),
        (Filter(partners=frozenset({"zoo"})), True),
        (Filter(partners=frozenset({"spa"})), False),
        (Filter(distance_min_m=5_000), True),
        (Filter(distance_min_m=5_001), False),
        (Filter(duration_min_s=1_801), False),
        (Filter(elevation_min_m=121), False),
        (Filter(quantity_min=1), False),
        (Filter(proof_min=Proof.PARTNER), True),
        (Filter(proof_min=Proof.VERIFIED), False),
        (Filter(weekdays=frozenset({WEEKDAY})), True),
        (Filter(weekdays=frozenset({1, 2, 3, 4, 5, 6, 7} - {WEEKDAY})), False),
        (Filter(from_minute=390, until_minute=391), True),
        (Filter(from_minute=300, until_minute=390), False),
        (Filter(from_minute=1_320, until_minute=391), True),
        (Filter(from_minute=1_320, until_minute=390), False),
        (Filter(cells=frozenset({CELL})), True),
        (Filter(cells=frozenset({CELL + 1})), False),
    ],
)
def test_an_activity_fits_a_filter_when_it_fits_every_word(filter: Filter, fits: bool) -> None:
    assert matches(RUN, filter) is fits


def test_what_does_not_count_fits_nothing_and_is_worth_nothing() -> None:
    gone = fact(ADA, counts=False)

    assert not matches(gone, ANY)
    assert [worth(gone, metric) for metric in Metric] == [0] * len(Metric)
    assert total([gone], Metric.DAYS) == 0


def test_each_metric_has_its_own_unit() -> None:
    steps = fact(ADA, type=Type.STEPS, quantity=8_000, distance_m=0)
    saved = fact(ADA, type=Type.ENERGY, quantity=2_500, distance_m=0)

    assert [worth(RUN, metric) for metric in Metric] == [1, 5_000, 1_800, 120, 0, 0, 50, 1, 1]
    assert worth(steps, Metric.STEPS) == 8_000
    assert worth(saved, Metric.ENERGY) == 2_500


def test_days_and_partners_are_counted_once_each() -> None:
    yesterday = fact(ADA, day=RUN.day - timedelta(days=1), source="partner:zoo")
    alone = fact(ADA, day=RUN.day, source="file")

    assert total([RUN, yesterday, alone], Metric.DAYS) == 2
    assert total([RUN, yesterday, alone], Metric.PARTNERS) == 1
    assert total([RUN, yesterday, alone], Metric.DISTANCE) == 15_000


@pytest.mark.parametrize(
    ("filter", "path"),
    [
        (Filter(sources=frozenset(map(str, range(SAID_MAX + 1)))), "sources"),
        (Filter(sources=frozenset({""})), "sources"),
        (Filter(sources=frozenset({"x" * 121})), "sources"),
        (Filter(partners=frozenset(map(str, range(SAID_MAX + 1)))), "partners"),
        (Filter(distance_min_m=-1), "distance_min_m"),
        (Filter(distance_min_m=10_000_001), "distance_min_m"),
        (Filter(duration_min_s=-1), "duration_min_s"),
        (Filter(elevation_min_m=100_001), "elevation_min_m"),
        (Filter(quantity_min=2**53 + 1), "quantity_min"),
        (Filter(weekdays=frozenset({0})), "weekdays"),
        (Filter(weekdays=frozenset({8})), "weekdays"),
        (Filter(from_minute=60), "until_minute"),
        (Filter(until_minute=60), "until_minute"),
        (Filter(from_minute=1_440, until_minute=60), "from_minute"),
        (Filter(from_minute=-1, until_minute=60), "from_minute"),
        (Filter(from_minute=60, until_minute=0), "until_minute"),
        (Filter(from_minute=60, until_minute=1_441), "until_minute"),
        (Filter(from_minute=60, until_minute=60), "until_minute"),
        (Filter(cells=frozenset(range(CELLS_MAX + 1))), "cells"),
        (Filter(cells=frozenset({5})), "cells"),
        (Filter(cells=frozenset({-CELL})), "cells"),
        # The same place at resolution 7.
        (Filter(cells=frozenset({608515196817702911})), "cells"),
    ],
)
def test_a_filter_that_is_not_sound_is_refused_with_its_path(filter: Filter, path: str) -> None:
    with pytest.raises(BadFilter) as refused:
        metrics.check_filter(filter, within=("criteria", "0"))

    assert refused.value.path == ("criteria", "0", path)


FILTERS = st.builds(
    Filter,
    types=st.frozensets(st.sampled_from(Type), max_size=3),
    sources=st.frozensets(st.text(min_size=1, max_size=9), max_size=3),
    partners=st.frozensets(st.text(min_size=1, max_size=9), max_size=3),
    distance_min_m=st.integers(0, 10_000_000),
    quantity_min=st.integers(0, 2**53),
    proof_min=st.sampled_from(Proof),
    weekdays=st.frozensets(st.integers(1, 7)),
    from_minute=st.none() | st.integers(0, 1_439),
    cells=st.frozensets(st.just(CELL)),
)


@cases(FILTERS)
def test_a_filter_is_read_as_it_was_written(filter: Filter) -> None:
    assert metrics.read_filter(metrics.write_filter(filter)) == filter


def test_an_empty_filter_is_written_as_nothing() -> None:
    assert metrics.write_filter(ANY) == {}


def test_the_cells_around_a_place_are_those_whose_middle_is_near_and_its_own() -> None:
    one = metrics.cells_around(48.2084, 16.3731, 100)
    many = metrics.cells_around(48.2084, 16.3731, 2_000)

    assert len(one) == 1
    assert one < many
    # 12.6 km² of hexagons of about 0.7 km².
    assert 14 <= len(many) <= 22
    metrics.check_filter(Filter(cells=metrics.cells_around(48.2084, 16.3731, 20_000)))


@pytest.mark.parametrize(
    ("latitude", "longitude", "radius_m", "path"),
    [
        (90.1, 0.0, 500, "latitude"),
        (float("nan"), 0.0, 500, "latitude"),
        (0.0, -180.1, 500, "longitude"),
        (0.0, 0.0, 99, "radius_m"),
        (0.0, 0.0, 20_001, "radius_m"),
    ],
)
def test_an_area_that_is_none_is_refused(
    latitude: float, longitude: float, radius_m: int, path: str
) -> None:
    with pytest.raises(BadFilter) as refused:
        metrics.cells_around(latitude, longitude, radius_m)

    assert refused.value.path == (path,)


@pytest.mark.parametrize(
    ("metric", "amount", "text"),
    [
        (Metric.COUNT, 1, "1 activity"),
        (Metric.COUNT, 3, "3 activities"),
        (Metric.DISTANCE, 5_000, "5 km"),
        (Metric.DISTANCE, 1_234_560, "1,234.56 km"),
        (Metric.DISTANCE, 800, "800 m"),
        (Metric.DURATION, 5_400, "1 h 30 min"),
        (Metric.DURATION, 0, "0 s"),
        (Metric.ELEVATION, 1_200, "1,200 m of ascent"),
        (Metric.ENERGY, 2_500, "2.5 kWh"),
        (Metric.STEPS, 10_000, "10,000 steps"),
        (Metric.POINTS, 1, "1 point"),
        (Metric.DAYS, 7, "7 days"),
        (Metric.PARTNERS, 2, "2 partners"),
    ],
)
def test_an_amount_is_told_in_its_own_unit(metric: Metric, amount: int, text: str) -> None:
    assert told(metric, amount) == text


@pytest.mark.parametrize(
    ("filter", "text"),
    [
        (ANY, "activities"),
        (
            Filter(
                types=frozenset({Type.RUN, Type.RIDE}),
                distance_min_m=3_000,
                weekdays=frozenset({1, 2, 3, 4, 5}),
                from_minute=360,
                until_minute=540,
            ),
            "runs or rides of at least 3 km, on weekdays, from 06:00 to 09:00",
        ),
        (
            Filter(types=frozenset({Type.STEPS}), quantity_min=8_000),
            "counted steps of at least 8,000 steps",
        ),
        (
            Filter(
                types=frozenset({Type.WALK, Type.HIKE, Type.SWIM}),
                duration_min_s=1_800,
                elevation_min_m=100,
                partners=frozenset({"zoo", "spa"}),
                proof_min=Proof.DEVICE,
                weekdays=frozenset({1, 3}),
                cells=frozenset({CELL}),
            ),
            "walks, hikes or swims of at least 30 min and 100 m of ascent, with spa or zoo,"
            " recorded by a device or better, on Mondays and Wednesdays, started inside the area",
        ),
    ],
)
def test_a_filter_is_told_in_plain_words(filter: Filter, text: str) -> None:
    assert told_filter(filter) == text
