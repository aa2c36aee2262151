"""Files of readings are read to the watt-hour, over changes of the clock; every fault is named."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import orjson
import pytest

from domain.energy.reading import read
from domain.energy.records import Fault, Slot, Unreadable
from tests.domain.energy.meter_words import green_button, half_hours, table

VIENNA = ZoneInfo("Europe/Vienna")
START = datetime(2026, 10, 1, tzinfo=UTC)
START_S = int(START.timestamp())
NOW_S = int(datetime(2026, 11, 20, tzinfo=UTC).timestamp())


def slots(content: bytes) -> dict[int, Slot]:
    return read(content, zone=VIENNA, now_s=NOW_S).slots


def test_green_button_is_read_with_its_power_of_ten_and_its_own_meter() -> None:
    content = green_button(half_hours(START, [250, 300]), power=1)

    found = read(content, zone=VIENNA, now_s=NOW_S)

    assert found.slots == {START_S: Slot(2500), START_S + 1800: Slot(3000)}
    assert found.meter == "/espi/1_1/resource/UsagePoint/1"


def test_a_negative_power_of_ten_makes_less_of_it() -> None:
    assert slots(green_button([(START_S, 250_500)], power=-3)) == {START_S: Slot(250)}


def test_quarters_are_added_and_hours_are_halved() -> None:
    quarters = green_button([(START_S, 100), (START_S + 900, 51)], duration_s=900)
    hours = green_button([(START_S, 301)], duration_s=3600)

    assert slots(quarters) == {START_S: Slot(151)}
    assert slots(hours) == {START_S: Slot(150), START_S + 1800: Slot(151)}


def test_a_part_of_a_half_hour_is_left_out_and_a_repeat_counts_once() -> None:
    content = green_button(
        [(START_S, 100), (START_S, 100), (START_S + 900, 50), (START_S + 1800, 7)],
        duration_s=900,
    )

    assert slots(content) == {START_S: Slot(150)}


def test_an_estimate_is_told_apart() -> None:
    assert slots(green_button([(START_S, 5)], quality=8)) == {START_S: Slot(5, estimated=True)}


def test_what_flows_to_the_grid_is_not_use() -> None:
    with pytest.raises(Unreadable) as unreadable:
        slots(green_button([(START_S, 100)], flow=19))

    assert unreadable.value.fault is Fault.EMPTY


def test_csv_and_json_say_the_same() -> None:
    rows = [("2026-10-01T02:00:00+02:00", "0.25"), ("2026-10-01T02:30:00+02:00", "0.3004")]
    readings = [{"start": start, "kwh": float(kwh)} for start, kwh in rows]

    as_csv, as_json = slots(table(rows)), slots(orjson.dumps({"readings": readings}))

    assert as_csv == as_json == {START_S: Slot(250), START_S + 1800: Slot(300)}


def test_csv_may_have_other_delimiters_watt_hours_and_minutes() -> None:
    rows = [("2026-10-01T00:00Z", "250", "60")]

    found = slots(table(rows, "start,wh,minutes").replace(b",", b";"))

    assert found == {START_S: Slot(125), START_S + 1800: Slot(125)}


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    # On 25 October 2026 the clocks of Vienna go from 3:00 back to 2:00.
    rows = [(f"2026-10-25T02:{minute}", "0.1") for minute in ("00", "30", "00", "30")]

    found = slots(table(rows))

    first = int(datetime(2026, 10, 25, tzinfo=UTC).timestamp())
    assert sorted(found) == [first + number * 1800 for number in range(4)]


FAULTS: dict[str, tuple[bytes, Fault]] = {
    "nothing": (b" ", Fault.UNKNOWN_FORMAT),
    "a picture": (b"\x89PNG\r\n\x1a\n", Fault.CORRUPT),
    "broken XML": (b"<feed><entry>", Fault.CORRUPT),
    "other XML": (b"<gpx/>", Fault.EMPTY),
    "a document type": (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><feed>&a;</feed>',
        Fault.UNSAFE_XML,
    ),
    "cubic metres": (green_button([(START_S, 5)], uom=42), Fault.WRONG_UNIT),
    "a strange power of ten": (green_button([(START_S, 5)], power=12), Fault.WRONG_UNIT),
    "megawatts at home": (green_button([(START_S, 5)], power=6), Fault.WRONG_UNIT),
    "less than nothing": (green_button([(START_S, -5)]), Fault.NEGATIVE),
    "the future": (green_button([(NOW_S, 5)]), Fault.BAD_TIMES),
    "before 1970": (green_button([(-1800, 5)]), Fault.BAD_TIMES),
    "beside the clock": (green_button([(START_S + 60, 5)]), Fault.BAD_INTERVAL),
    "whole days": (green_button([(START_S, 5)], duration_s=86400), Fault.BAD_INTERVAL),
    "one time, two numbers": (green_button([(START_S, 5), (START_S, 6)]), Fault.CONFLICT),
    "a number in words": (
        green_button([(START_S, 5)]).replace(b"<value>5<", b"<value>five<"),
        Fault.CORRUPT,
    ),
    "no number": (
        green_button([(START_S, 5)]).replace(b"<value>5</value>", b""),
        Fault.CORRUPT,
    ),
    "a list in JSON": (b"[]", Fault.UNKNOWN_FORMAT),
    "broken JSON": (b'{"readings": [', Fault.CORRUPT),
    "a truth in JSON": (
        b'{"readings": [{"start": "2026-10-01T00:00Z", "kwh": true}]}',
        Fault.CORRUPT,
    ),
    "no start in JSON": (b'{"readings": [{"kwh": 1}]}', Fault.BAD_TIMES),
    "other columns": (b"date,value\n2026-10-01,5", Fault.UNKNOWN_FORMAT),
    "a row too short": (b"start,kwh\n2026-10-01T00:00Z", Fault.CORRUPT),
    "no number in CSV": (table([("2026-10-01T00:00Z", "x")]), Fault.CORRUPT),
    "no finite number": (table([("2026-10-01T00:00Z", "1e99")]), Fault.WRONG_UNIT),
    "not a number": (table([("2026-10-01T00:00Z", "nan")]), Fault.WRONG_UNIT),
    "no time": (table([("yesterday", "1")]), Fault.BAD_TIMES),
    # On 29 March 2026 the clocks of Vienna go from 2:00 to 3:00.
    "a time that never was": (table([("2026-03-29T02:30", "1")]), Fault.BAD_TIMES),
    "only names": (b"start,kwh\n", Fault.EMPTY),
    "two lengths at once": (
        b"start,kwh,minutes\n2026-10-01T00:00Z,1,60\n2026-10-01T00:30Z,1,30",
        Fault.CONFLICT,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_file_that_cannot_be_used_says_why(name: str) -> None:
    content, fault = FAULTS[name]

    with pytest.raises(Unreadable) as unreadable:
        slots(content)

    assert unreadable.value.fault is fault


def test_two_meters_in_one_file_are_refused() -> None:
    one = green_button([(START_S, 5)])
    other = green_button([(START_S, 5)], usage_point="/espi/1_1/resource/UsagePoint/2")
    entries = other[other.index(b"<entry>") : other.rindex(b"</feed>")]

    with pytest.raises(Unreadable) as unreadable:
        slots(one.replace(b"</feed>", entries + b"</feed>"))

    assert unreadable.value.fault is Fault.SEVERAL_METERS
