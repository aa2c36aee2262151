"""Whatever the bytes are: a reading, or a typed reason. Nothing else, and not for long."""

import random
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.activities import examining, reading, samples, sports
from domain.activities.errors import UnsupportedFormat
from domain.activities.plausibility import outcome_of
from domain.activities.records import Fault, Reading, State, Type, Unreadable
from domain.activities.sniffing import format_of
from domain.activities.tracks import POINTS_MAX
from tests.domain.activities.test_sample_files import FOLDER

START = datetime(2026, 5, 1, 6, tzinfo=UTC)
RUN = samples.run_gpx(START, distance_m=1_000)
GPX_MARK, TCX_MARK = b"<gpx>", b"<TrainingCenterDatabase>"
TRACK = (
    b"<trk><trkseg><trkpt lat='1' lon='1'><time>2026-05-01T06:00:00Z</time></trkpt>"
    b"<trkpt lat='1.01' lon='1'><time>2026-05-01T06:10:00Z</time></trkpt></trkseg></trk>"
)


def fault_of(content: bytes) -> Fault | None:
    """The fault, or None for a file that can be read."""
    try:
        reading.read(content)
    except Unreadable as unreadable:
        return unreadable.fault
    return None


@pytest.mark.parametrize("seed", range(20))
def test_a_sample_run_and_ride_are_believable_and_always_the_same(seed: int) -> None:
    run = samples.run_gpx(START, distance_m=2_000 + 500 * seed, seed=seed)
    ride = samples.ride_gpx(START, distance_m=5_000 + 2_000 * seed, seed=seed)

    for content, kind in ((run, Type.RUN), (ride, Type.RIDE)):
        found = reading.read(content)
        assert (found.type, found.doubts, outcome_of(found.score)) == (kind, (), State.COUNTED)
    assert samples.run_gpx(START, distance_m=2_000 + 500 * seed, seed=seed) == run


def test_a_sample_run_is_as_long_and_as_fast_as_asked() -> None:
    found = reading.read(samples.run_gpx(START, distance_m=10_000, pace_s_per_km=300))

    assert found.distance_m == pytest.approx(10_000, rel=0.02)
    assert found.moving_s == pytest.approx(3_000, rel=0.1)
    assert found.started_at == START


def test_a_reading_and_a_fault_survive_the_way_out_of_the_sandbox() -> None:
    answer = examining.answer_of(reading.examine(examining.request(RUN, Type.WALK)))
    fault = examining.answer_of(reading.examine(examining.request(b"<gpx", None)))

    assert answer == reading.read(RUN)
    assert isinstance(answer, Reading)
    assert fault is Fault.CORRUPT


@pytest.mark.parametrize(
    ("said", "stated", "kind"),
    [
        (b"<type>running</type>", Type.RIDE, Type.RUN),
        (b"<type>9</type>", None, Type.RUN),
        (b"<type>who knows</type>", Type.HIKE, Type.HIKE),
        (b"", Type.WALK, Type.WALK),
        (b"", None, Type.OTHER),
    ],
)
def test_the_file_names_its_type_and_the_member_only_where_it_does_not(said, stated, kind) -> None:
    content = b"<gpx version='1.1'>" + TRACK.replace(b"<trk>", b"<trk>" + said) + b"</gpx>"

    assert reading.read(content, stated).type is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Biking", Type.RIDE),
        ("Running", Type.RUN),
        ("trail_running", Type.RUN),
        ("mountain_biking", Type.RIDE),
        ("E-Bike Ride", Type.OTHER),
        ("cross country skiing", Type.SKI),
        ("open_water_swimming", Type.SWIM),
        ("Hiking", Type.HIKE),
        ("walking", Type.WALK),
        ("rowing", Type.ROW),
        ("strength_training", Type.STRENGTH),
        ("Other", None),
        (None, None),
    ],
)
def test_words_for_a_sport_are_understood(text, kind) -> None:
    assert sports.from_text(text) is kind


@pytest.mark.parametrize(
    ("sport", "sub_sport", "kind"),
    [
        ("running", "generic", Type.RUN),
        ("running", "treadmill", Type.RUN),
        ("fitness_equipment", "indoor_cycling", Type.RIDE),
        ("training", "strength_training", Type.STRENGTH),
        ("training", "yoga", Type.OTHER),
        ("e_biking", None, Type.OTHER),
        ("tennis", None, Type.OTHER),
        ("generic", "generic", None),
        (None, None, None),
    ],
)
def test_fit_sports_are_understood(sport, sub_sport, kind) -> None:
    assert sports.from_fit(sport, sub_sport) is kind


LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha") for n in range(10)
)
BOMBS = {
    "billion laughs": b"<!DOCTYPE gpx [" + LAUGHS + b"]>%s&l9;",
    "quadratic": b'<!DOCTYPE g [<!ENTITY a "' + b"a" * 5_000 + b'">]>%s' + b"&a;" * 100_000,
    "external entity": b'<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]>%s&x;',
    "external subset": b'<!DOCTYPE g SYSTEM "http://127.0.0.1:1/x.dtd">%s',
    "parameter entity": b'<!DOCTYPE g [<!ENTITY % p SYSTEM "file:///etc/passwd"> %%p;]>%s',
    "lower case": b"<!doctype gpx []>%s",
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("mark", [GPX_MARK, TCX_MARK])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_xml_bomb_is_refused_before_it_is_parsed(name, mark, encoding) -> None:
    content = BOMBS[name].replace(b"%s", mark).decode().encode(encoding)
    started = time.process_time()

    assert fault_of(content) is Fault.UNSAFE_XML
    assert time.process_time() - started < 1


@pytest.mark.parametrize("encoding", ["utf-7", "utf-16", "ebcdic-cp-us", "no-such"])
def test_an_encoding_that_could_hide_a_bomb_is_refused(encoding) -> None:
    bomb = b'+ADwAIQ-DOCTYPE g +AFsAPAAh-ENTITY x "y"+AD4AXQA+-'
    content = b"<?xml version='1.0' encoding='%s'?>" % encoding.encode() + bomb + GPX_MARK

    assert fault_of(content) is Fault.CORRUPT


def test_a_file_in_latin_1_with_a_declaration_and_a_bom_is_read() -> None:
    body = "<gpx creator='Müller'>".encode() + TRACK + b"</gpx>"
    latin = b"<?xml version='1.0' encoding='ISO-8859-1'?>" + body.decode().encode("latin-1")

    for content in (b"\xef\xbb\xbf" + body, latin, body.decode().encode("utf-16")):
        assert reading.read(content).device == "Müller"


def test_deep_nesting_and_long_attributes_are_typed() -> None:
    deep = b"<gpx>" + b"<extensions>" * 100_000
    long = b"<gpx a='" + b"x" * 9_000_000 + b"'>"
    names = b"<gpx" + b" xmlns" * 1_000_000 + b">"
    text = b"<gpx><name>" + b" xmlns:" * 1_000_000 + b"</name></gpx>"
    started = time.process_time()

    assert {fault_of(bad) for bad in (deep, long, names, text)} == {Fault.CORRUPT}
    assert time.process_time() - started < 5


def test_more_points_than_anybody_records_are_refused_before_they_are_parsed() -> None:
    content = b"<gpx><trk><trkseg>" + b"<trkpt lat='1' lon='1'/>" * 1_000_000
    started = time.process_time()

    assert POINTS_MAX < 1_000_000
    assert fault_of(content) is Fault.TOO_MANY_POINTS
    assert time.process_time() - started < 2


@pytest.mark.parametrize("name", ["same-ride.fit", "garmin-fenix-5-run.fit"])
def test_a_fit_file_cut_off_anywhere_is_typed(name: str) -> None:
    content = (FOLDER / "fit" / name).read_bytes()
    dice = random.Random(name)

    for _ in range(8):
        cut = content[: dice.randrange(14, len(content))]
        assert fault_of(cut) is Fault.CORRUPT


def test_an_xml_file_cut_off_anywhere_is_typed() -> None:
    dice = random.Random(3)
    tcx = (FOLDER / "tcx" / "test.tcx").read_bytes()

    for content in [RUN, tcx] * 10:
        cut = content[: dice.randrange(300, len(content) - 10)]
        assert fault_of(cut) is Fault.CORRUPT


@settings(max_examples=150, deadline=None)
@given(noise=st.binary(max_size=400), place=st.floats(0, 1), format=st.sampled_from("fgt"))
def test_noise_in_a_good_file_gives_a_reading_or_a_typed_reason(noise, place, format) -> None:
    good = {
        "f": (FOLDER / "fit" / "garmin-fenix-5-run.fit").read_bytes(),
        "g": RUN[:4_000] + b"</trkseg></trk></gpx>",
        "t": b"<TrainingCenterDatabase><Activities><Activity Sport='Running'/></Activities>",
    }[format]
    at = int(place * len(good))
    content = good[:at] + noise + good[at + len(noise) :]

    try:
        reading.read(content)
    except Unreadable:
        return


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600))
def test_random_bytes_behind_a_fit_header_are_typed(noise: bytes) -> None:
    header = bytes([14, 32, 0, 0]) + len(noise).to_bytes(4, "little") + b".FIT\0\0"

    assert fault_of(header + noise + b"\0\0") in {Fault.CORRUPT, Fault.NOT_AN_ACTIVITY}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x1f\x8b\x08\x00rest", "GZIP"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"BZh91AY", "BZIP2"),
        (b"%PDF-1.7", "PDF"),
        (b"<?xml version='1.0'?><kml>", "XML"),
        (b"<html>", "XML"),
        (b'{"type": "run"}', "JSON"),
        (b"\0" * 100, "UNKNOWN"),
        (b"x", "UNKNOWN"),
    ],
)
def test_another_format_is_named(content, found) -> None:
    with pytest.raises(UnsupportedFormat) as refused:
        format_of(content)

    assert refused.value.found == found
