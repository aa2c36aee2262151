"""Every sample file is read, or fails with the reason it deserves."""

from pathlib import Path

import pytest

from domain.activities import reading
from domain.activities.plausibility import outcome_of
from domain.activities.records import Unreadable

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "activities"

# The file, then outcome, type, metres and doubts, or else the one fault.
EXPECTED = {
    "fit/2015-10-13-08-43-15.fit": "COUNTED RIDE 11536 NO_SENSORS",
    "fit/2019-02-17-062644-ELEMNT-297E-195-0.fit": "COUNTED RIDE 78941",
    "fit/Activity.fit": "PENDING RUN 6 TOO_SHORT NO_SENSORS",
    "fit/DeveloperData.fit": "NO_TIMES",
    "fit/Edge810-Vector-2013-08-16-15-35-10.fit": "COUNTED RIDE 41339",
    "fit/MonitoringFile.fit": "NOT_AN_ACTIVITY",
    "fit/Settings.fit": "NOT_AN_ACTIVITY",
    "fit/Settings2.fit": "NOT_AN_ACTIVITY",
    "fit/WeightScaleMultiUser.fit": "NOT_AN_ACTIVITY",
    "fit/WeightScaleSingleUser.fit": "NOT_AN_ACTIVITY",
    "fit/WorkoutCustomTargetValues.fit": "NOT_AN_ACTIVITY",
    "fit/WorkoutIndividualSteps.fit": "NOT_AN_ACTIVITY",
    "fit/WorkoutRepeatGreaterThanStep.fit": "NOT_AN_ACTIVITY",
    # Chained files: the first that is an activity counts, what follows it is not looked at.
    "fit/activity-activity-filecrc.fit": "PENDING RUN 6 TOO_SHORT NO_SENSORS",
    "fit/activity-settings-corruptheader.fit": "PENDING RUN 6 TOO_SHORT NO_SENSORS",
    "fit/activity-settings.fit": "PENDING RUN 6 TOO_SHORT NO_SENSORS",
    "fit/activity-large-fenxi2-multisport.fit": "MULTISPORT",
    "fit/activity-small-fenix2-run.fit": "COUNTED RUN 9008",
    "fit/activity-unexpected-eof.fit": "CORRUPT",
    # Its clock never learned the date: it counts seconds since it was switched on.
    "fit/compressed-speed-distance.fit": "NO_TIMES",
    "fit/coros-pace-2-cycling-misaligned-fields.fit": "COUNTED RIDE 32146",
    "fit/developer-types-sample.fit": "COUNTED RUN 6754",
    "fit/elemnt-bolt-no-application-id-inside-developer-data-id.fit": "COUNTED RIDE 964",
    "fit/event_timestamp.fit": "COUNTED SWIM 2606",
    "fit/garmin-edge-500-activity.fit": "COUNTED RIDE 92622",
    "fit/garmin-fenix-5-bike.fit": "COUNTED RIDE 460",
    "fit/garmin-fenix-5-run.fit": "PENDING RUN 158 TOO_SHORT",
    "fit/nametest.FIT": "NOT_AN_ACTIVITY",
    "fit/same-ride.fit": "COUNTED RIDE 36323",
    "fit/sample-activity.fit": "COUNTED RIDE 88797",
    "fit/sample_mulitple_header.fit": "MULTISPORT",
    "gpx/Mojstrovka.gpx": "CLOCK_BEFORE_2000",
    "gpx/around-visnjan-with-car.gpx": "COUNTED OTHER 2733 NO_SENSORS",
    "gpx/cerknicko-jezero-with-elevations-zero.gpx": "COUNTED OTHER 4391 GPS_JUMP NO_SENSORS",
    "gpx/cerknicko-jezero-without-elevations.gpx": (
        "PENDING OTHER 4381 MISSING_TIMES GPS_JUMP NO_SENSORS"
    ),
    "gpx/cerknicko-without-times.gpx": "NO_TIMES",
    "gpx/custom_schema_locations.gpx": "NOT_AN_ACTIVITY",
    "gpx/first_and_last_elevation.gpx": "REVIEW OTHER 281139 TOO_FAST TIME_REVERSED NO_SENSORS",
    "gpx/gpx-with-node-with-comments.gpx": "EMPTY",
    "gpx/gpx1.1_with_all_fields.gpx": "EMPTY",
    "gpx/gpx1.1_with_extensions.gpx": "NOT_AN_ACTIVITY",
    "gpx/gpx_with_garmin_extension.gpx": "NOT_AN_ACTIVITY",
    "gpx/korita-zbevnica.gpx": "COUNTED OTHER 6262 MISSING_TIMES NO_SENSORS",
    "gpx/same-ride-garmin.gpx": "COUNTED RIDE 36270",
    "gpx/same-ride-strava.gpx": "COUNTED RIDE 36271",
    "gpx/track-with-empty-segment.gpx": "COUNTED OTHER 86 NO_SENSORS",
    "gpx/track-with-extremes.gpx": "NO_TIMES",
    "gpx/track-with-small-floats.gpx": "NO_TIMES",
    "gpx/track_with_dilution_errors.gpx": "NO_TIMES",
    "gpx/unicode.gpx": "NOT_AN_ACTIVITY",
    "gpx/unicode2.gpx": "EMPTY",
    "gpx/unicode_with_bom_noencoding.gpx": "NOT_AN_ACTIVITY",
    "gpx/validation_gpx10.gpx": "EMPTY",
    "tcx/same-ride-garmin.tcx": "COUNTED RIDE 36323",
    "tcx/test.tcx": "COUNTED RUN 4689",
}


def test_the_table_names_every_sample_file() -> None:
    assert FOLDER.is_dir(), f"the sample files belong beside the checkout, in {FOLDER}"
    found = {f"{path.parent.name}/{path.name}" for path in FOLDER.glob("*/*")}
    assert found == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_file_is_read_or_fails_with_its_reason(name: str) -> None:
    content = (FOLDER / name).read_bytes()

    assert told(content) == EXPECTED[name]


def told(content: bytes) -> str:
    try:
        found = reading.read(content)
    except Unreadable as unreadable:
        return unreadable.fault
    outcome = outcome_of(found.score)
    return " ".join([outcome, found.type, str(found.distance_m), *found.doubts])
