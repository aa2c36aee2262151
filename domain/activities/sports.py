"""Sports: what FIT, TCX and GPX call what a member did. Pure tables."""

import re

from domain.activities.records import Type

# FIT `sport`, Garmin FIT SDK 21 profile, by name; what is not here is OTHER.
FIT_SPORTS = {
    "running": Type.RUN,
    "wheelchair_push_run": Type.RUN,
    "cycling": Type.RIDE,
    "walking": Type.WALK,
    "wheelchair_push_walk": Type.WALK,
    "hiking": Type.HIKE,
    "mountaineering": Type.HIKE,
    "snowshoeing": Type.HIKE,
    "swimming": Type.SWIM,
    "rowing": Type.ROW,
    "paddling": Type.ROW,
    "kayaking": Type.ROW,
    "stand_up_paddleboarding": Type.ROW,
    "cross_country_skiing": Type.SKI,
    "alpine_skiing": Type.SKI,
    "snowboarding": Type.SKI,
    "training": Type.STRENGTH,
    "hiit": Type.STRENGTH,
}
# A sub_sport that says more than its sport does.
FIT_SUB_SPORTS = {
    "treadmill": Type.RUN,
    "indoor_running": Type.RUN,
    "indoor_cycling": Type.RIDE,
    "spin": Type.RIDE,
    "indoor_rowing": Type.ROW,
    "indoor_walking": Type.WALK,
    "strength_training": Type.STRENGTH,
    "cardio_training": Type.OTHER,
    "flexibility_training": Type.OTHER,
    "yoga": Type.OTHER,
    "pilates": Type.OTHER,
    "breathing": Type.OTHER,
    "e_bike_fitness": Type.OTHER,
    "e_bike_mountain": Type.OTHER,
}
# The distance of these is what a machine says.
FIT_INDOOR = frozenset(
    {
        "elliptical",
        "indoor_cycling",
        "indoor_hand_cycling",
        "indoor_rowing",
        "indoor_running",
        "indoor_skiing",
        "indoor_walking",
        "indoor_wheelchair_run",
        "indoor_wheelchair_walk",
        "spin",
        "stair_climbing",
        "treadmill",
        "virtual_activity",
    }
)
# A motor or gravity does the work.
FIT_MOTOR = frozenset(
    {"boating", "driving", "flying", "jumpmaster", "motorcycling", "sky_diving", "snowmobiling"}
)

# Words of GPX <type> and TCX Sport; the first that occurs in the text decides.
WORDS = (
    (Type.OTHER, r"e-?bik|ebike|e-mountain|motor|\bcar\b|driv"),
    (Type.RIDE, r"cycl|bik|\brid(e|ing)\b|mtb|virtualride|gravel|velo|radfahr|fahrrad"),
    (Type.RUN, r"run|jog|treadmill|laufen|\blauf"),
    (Type.HIKE, r"hik|mountaineer|trek|wander|snowshoe"),
    (Type.WALK, r"walk|spazier"),
    (Type.SWIM, r"swim|schwimm"),
    (Type.ROW, r"\brow|kayak|canoe|paddl"),
    (Type.SKI, r"ski|snowboard"),
    (Type.STRENGTH, r"strength|weight|gym"),
)
PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in WORDS)
# Strava's GPX export writes its old activity numbers.
STRAVA_NUMBERS = {"1": Type.RIDE, "4": Type.HIKE, "9": Type.RUN, "10": Type.WALK, "16": Type.SWIM}


def from_fit(sport: str | None, sub_sport: str | None) -> Type | None:
    """The type of a FIT session; None when it is "generic" or says nothing."""
    if sub_sport in FIT_SUB_SPORTS:
        return FIT_SUB_SPORTS[sub_sport]
    if sport in (None, "generic", "all"):
        return None
    return FIT_SPORTS.get(sport, Type.OTHER)


def from_text(text: str | None) -> Type | None:
    """The type that a GPX <type> or a TCX Sport attribute names; None when it names none.

    TCX knows "Running", "Biking" and "Other"; "Other" leaves the word to the member.
    """
    words = (text or "").strip().lower().replace("_", " ")[:60]
    if words in STRAVA_NUMBERS:
        return STRAVA_NUMBERS[words]
    return next((kind for kind, pattern in PATTERNS if pattern.search(words)), None)
