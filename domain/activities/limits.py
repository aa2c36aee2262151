"""Limits: how fast people have ever been. Pure tables.

Records stand as of 2025: World Athletics (run, race walking), World Aquatics (swim), UCI (hour
record), World Rowing and Concept2 (row), FIS and IBU courses (ski). A whole track and every
part of it that is as long as a record's distance must be slower than the record.
"""

from domain.activities.records import Type

# Faster than any wheel or blade under a person; only a satellite fix that jumped does this.
TELEPORT_M_PER_S = 90.0

# Metres and seconds, the shortest first. Each is a world record unless a comment says more.
RUN = (
    (400.0, 43.03),
    (800.0, 100.91),
    (1_000.0, 131.96),
    (1_609.34, 223.13),
    (5_000.0, 755.36),
    (10_000.0, 1_571.00),
    (21_097.5, 3_451.0),
    (42_195.0, 7_235.0),
)
# Race walking; nobody walks faster with one foot on the ground.
WALK = ((1_609.34, 331.08), (5_000.0, 1_085.49), (10_000.0, 2_273.0), (20_000.0, 4_590.0))
# Descents beat every record of the track: 100 km/h for 1 km, 80 km/h for 10 km downhill.
# From 40 km on the hour record (56.792 km) holds, for what goes down must have gone up.
RIDE = ((1_000.0, 36.0), (10_000.0, 450.0), (40_000.0, 2_535.0), (100_000.0, 6_339.0))
SWIM = ((400.0, 219.9), (800.0, 452.1), (1_500.0, 870.67))
# A single scull takes 390 s for 2 km, an eight 318 s; the river may help.
ROW = ((2_000.0, 300.0), (10_000.0, 1_700.0))
# Speed skiing apart, 100 km/h downhill for 1 km; cross-country 50 km in 1 h 35 min.
SKI = ((1_000.0, 36.0), (10_000.0, 600.0), (50_000.0, 5_700.0))

RECORDS = {
    Type.RUN: RUN,
    Type.WALK: WALK,
    Type.HIKE: RUN,  # who hikes may run
    Type.RIDE: RIDE,
    Type.SWIM: SWIM,
    Type.ROW: ROW,
    Type.SKI: SKI,
    Type.STRENGTH: RUN,
    Type.OTHER: RIDE,  # the fastest that muscles do
}

# The top speed of the fastest, metres a second, held for five seconds: a sprint of 12.4 (run),
# 110 km/h downhill (ride, ski). A single part above it is an odd fix, many are another vehicle.
TOP_M_PER_S = {
    Type.RUN: 12.5,
    Type.WALK: 6.0,
    Type.HIKE: 12.5,
    Type.RIDE: 31.0,
    Type.SWIM: 3.5,
    Type.ROW: 8.0,
    Type.SKI: 36.0,
    Type.STRENGTH: 12.5,
    Type.OTHER: 31.0,
}
