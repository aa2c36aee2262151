"""Motion: a track cut into parts long enough to have a speed worth judging. Pure."""

from array import array
from dataclasses import dataclass

from domain.activities.limits import TELEPORT_M_PER_S, TOP_M_PER_S
from domain.activities.records import Type
from domain.activities.tracks import STANDING_M_PER_S, Track, steps

# Speed is judged over parts this long, or the receiver's jitter would be a sprint; in a pool
# the distance grows by a whole length at once.
CHUNK_SECONDS, SWIM_CHUNK_SECONDS = 5.0, 30.0


@dataclass(frozen=True, slots=True)
class Motion:
    """A track's way in parts of about five seconds.

    times, metres -- at the end of each believable part: seconds since 1970, metres so far.
    ends, speeds  -- of every part: the sample it ends at, metres a second.
    jumps, fast   -- fixes that jumped (out of `count`), parts above the top speed.
    fast_m        -- metres of those parts; in total_m, while jumps are in neither.
    moving_s      -- seconds not standing still.
    """

    times: "array[float]"
    metres: "array[float]"
    ends: "array[int]"
    speeds: "array[float]"
    count: int
    jumps: int
    fast: int
    fast_m: float
    total_m: float
    moving_s: float


def motion_of(track: Track, kind: Type) -> Motion:
    """The track's way, without the jumps, in parts that can be judged."""
    top = TOP_M_PER_S[kind]
    least = SWIM_CHUNK_SECONDS if kind is Type.SWIM else CHUNK_SECONDS
    times, metres = array("d"), array("d")
    ends, speeds = array("l"), array("d")
    count = jumps = fast = 0
    fast_m = total_m = moving_s = seconds = way = believed_m = 0.0
    for step in steps(track.samples):
        count += 1
        if step.metres > TELEPORT_M_PER_S * step.seconds:
            jumps += 1
            continue
        if step.metres >= STANDING_M_PER_S * step.seconds:
            moving_s += step.seconds
        seconds, way = seconds + step.seconds, way + step.metres
        total_m += step.metres
        if seconds < least:
            continue
        ends.append(step.end)
        speeds.append(way / seconds)
        if way > top * seconds:
            fast, fast_m = fast + 1, fast_m + way
        else:
            believed_m += way
            times.append(track.samples.times[step.end])
            metres.append(believed_m)
        seconds = way = 0.0
    if not total_m:
        moving_s = track.elapsed_s
    return Motion(times, metres, ends, speeds, count, jumps, fast, fast_m, total_m, moving_s)
