"""Tracks: what every file format is turned into before anybody judges it. Pure.

Numbers that a file leaves out are NaN. Positions are degrees (WGS 84), heights and distances
metres, speeds metres a second, heart rates beats a minute, cadences turns or strides (of one
foot) a minute.
"""

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from domain.activities.records import Fault, Format, Type, Unreadable

NAN = math.nan
# Two days at one sample a second; also what fits into memory in every format.
POINTS_MAX = 172_800
# IUGG mean radius R1.
EARTH_RADIUS_M = 6_371_008.8
# Slower than this is standing still, measured with a jittering receiver.
STANDING_M_PER_S = 0.3
# A runner's "180" is steps; nobody takes more strides of one foot than this.
STRIDES_A_MINUTE_MAX = 120
# Smaller ups and downs are the sensor's.
CLIMB_STEP_M = 3.0


class Step(NamedTuple):
    """From one sample to the next of the same stretch: seconds > 0, metres >= 0."""

    end: int  # the sample it ends at
    seconds: float
    metres: float


@dataclass(slots=True)
class Samples:
    """One row a sample, in order of time; arrays of one length.

    times     -- seconds since 1970.
    distances -- metres since the start as the device counted them.
    stretches -- a number that changes where recording was interrupted.
    """

    times: "array[float]" = field(default_factory=lambda: array("d"))
    latitudes: "array[float]" = field(default_factory=lambda: array("d"))
    longitudes: "array[float]" = field(default_factory=lambda: array("d"))
    elevations: "array[float]" = field(default_factory=lambda: array("d"))
    distances: "array[float]" = field(default_factory=lambda: array("d"))
    speeds: "array[float]" = field(default_factory=lambda: array("d"))
    heart_rates: "array[float]" = field(default_factory=lambda: array("d"))
    cadences: "array[float]" = field(default_factory=lambda: array("d"))
    stretches: "array[int]" = field(default_factory=lambda: array("l"))

    def __len__(self) -> int:
        return len(self.times)


@dataclass(frozen=True, slots=True)
class Track:
    """One recorded (or typed-in) activity, whatever format it came in.

    type           -- what the file says; None when it says nothing.
    moving_s, elevation_m, stated_m -- as the file states them; None when it does not.
    powered        -- a power meter was there.
    indoor         -- a machine measured the distance.
    untimed        -- points left out because they had no time.
    reversed_steps -- how often time ran backwards in the file's own order.
    """

    format: Format
    type: Type | None
    started_at: datetime
    ended_at: datetime
    moving_s: float | None
    stated_m: float | None
    elevation_m: float | None
    samples: Samples
    device: str | None
    indoor: bool
    powered: bool
    untimed: int
    reversed_steps: int

    @property
    def manual(self) -> bool:
        """True where nothing was recorded, only totals."""
        return len(self.samples) < 2

    @property
    def elapsed_s(self) -> float:
        """Seconds from start to end, pauses included."""
        return (self.ended_at - self.started_at).total_seconds()


class Recorder:
    """Collects samples in the file's order; `finish` puts them in order of time."""

    def __init__(self) -> None:
        self.samples = Samples()
        self.untimed = 0
        self.reversed_steps = 0
        self.powered = False
        self._stretch = 0

    def interrupt(self) -> None:
        """What comes next does not follow from what came before: a pause or a new segment."""
        self._stretch += 1

    def add(
        self,
        time: datetime | None,
        *,
        latitude: float = NAN,
        longitude: float = NAN,
        elevation: float = NAN,
        distance: float = NAN,
        speed: float = NAN,
        heart_rate: float = NAN,
        cadence: float = NAN,
    ) -> None:
        """One sample. Raises Unreadable when there are too many."""
        if time is None:
            self.untimed += 1
            return
        rows = self.samples
        if len(rows) >= POINTS_MAX:
            raise Unreadable(Fault.TOO_MANY_POINTS, f"more than {POINTS_MAX}")
        seconds = utc(time).timestamp()
        if rows.times and seconds < rows.times[-1]:
            self.reversed_steps += 1
        placed = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude or longitude)
        rows.times.append(seconds)
        rows.latitudes.append(latitude if placed else NAN)
        rows.longitudes.append(longitude if placed else NAN)
        rows.elevations.append(elevation)
        if math.isnan(distance) and rows.distances:
            distance = rows.distances[-1]  # devices leave out what has not changed
        rows.distances.append(distance)
        rows.speeds.append(speed)
        rows.heart_rates.append(heart_rate if heart_rate > 0 else NAN)
        rows.cadences.append(cadence)
        rows.stretches.append(self._stretch)

    def finish(self) -> Samples:
        """The samples, sorted by time where the file did not."""
        if not self.reversed_steps:
            return self.samples
        times = self.samples.times
        order = sorted(range(len(times)), key=times.__getitem__)
        names = Samples.__dataclass_fields__
        columns = {name: getattr(self.samples, name) for name in names}
        return Samples(
            **{name: array(c.typecode, (c[i] for i in order)) for name, c in columns.items()}
        )


def utc(time: datetime) -> datetime:
    """The moment in UTC; a time without a zone is taken as UTC, as GPX, TCX and FIT demand."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def span_of(samples: Samples) -> tuple[datetime, datetime] | None:
    """From the first sample to the last; None when there are none."""
    if not len(samples):
        return None
    first, last = samples.times[0], samples.times[-1]
    return datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)


def steps(samples: Samples) -> Iterator[Step]:
    """Every step inside a stretch, by position where there is one, else by the device's count."""
    times, stretches, distances = samples.times, samples.stretches, samples.distances
    latitudes, longitudes = samples.latitudes, samples.longitudes
    for i in range(1, len(times)):
        seconds = times[i] - times[i - 1]
        if seconds <= 0 or stretches[i] != stretches[i - 1]:
            continue
        if math.isnan(latitudes[i - 1] + latitudes[i]):
            metres = distances[i] - distances[i - 1]
        else:
            metres = metres_between(
                latitudes[i - 1], longitudes[i - 1], latitudes[i], longitudes[i]
            )
        yield Step(i, seconds, metres if metres > 0 else 0.0)


def metres_between(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance of two positions in degrees, by the haversine formula."""
    up, along = math.radians(lat2 - lat1), math.radians(lon2 - lon1)
    narrow = math.cos(math.radians(lat1)) * math.cos(math.radians(lat2))
    chord = math.sin(up / 2) ** 2 + narrow * math.sin(along / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def climbed(samples: Samples) -> float:
    """Metres climbed, leaving out changes smaller than a receiver's noise."""
    total, low = 0.0, NAN
    for elevation in samples.elevations:
        if math.isnan(elevation):
            continue
        if math.isnan(low) or elevation < low:
            low = elevation
        elif elevation - low >= CLIMB_STEP_M:
            total, low = total + elevation - low, elevation
    return total
