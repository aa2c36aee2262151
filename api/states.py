"""States: the domain's closed lists of words, as enums of the schema.

Each name here is a name there; a test compares them, so a new word cannot be forgotten.
"""

from enum import Enum

import strawberry

V = strawberry.enum_value


@strawberry.enum(description="Where a transfer stands. All but PENDING are final.")
class TransferState(Enum):
    """Where a transfer stands."""

    PENDING = V("PENDING", description="Offered; the points are set aside for the receiver.")
    ACCEPTED = V("ACCEPTED", description="The points are the receiver's.")
    DECLINED = V("DECLINED", description="The receiver said no; the sender has the points.")
    CANCELLED = V("CANCELLED", description="The sender took the offer back.")
    RETURNED = V("RETURNED", description="Nobody answered in time; the sender has the points.")


@strawberry.enum(description="Who asked whom, or who gave to whom, as you see it.")
class Direction(Enum):
    """Who asked whom."""

    SENT = V("SENT", description="From you.")
    RECEIVED = V("RECEIVED", description="To you.")


@strawberry.enum(description="What became of an uploaded activity.")
class ActivityState(Enum):
    """What became of an activity."""

    PROCESSING = V("PROCESSING", description="The file waits to be read, usually for seconds.")
    COUNTED = V("COUNTED", description="It is believed and counts.")
    PENDING = V("PENDING", description="It counts soon, unless something speaks against it.")
    REVIEW = V("REVIEW", description="Somebody of the programme looks at it first.")
    REJECTED = V("REJECTED", description="It counts for nothing; the reasons say why.")


@strawberry.enum(description="What a member did.")
class ActivityType(Enum):
    """What a member did."""

    RUN = V("RUN", description="Running, also on a treadmill.")
    RIDE = V("RIDE", description="Cycling by one's own strength.")
    WALK = V("WALK", description="Walking.")
    HIKE = V("HIKE", description="Hiking, mountaineering, snowshoeing.")
    SWIM = V("SWIM", description="Swimming.")
    ROW = V("ROW", description="Rowing and paddling.")
    SKI = V("SKI", description="Skiing and snowboarding.")
    STRENGTH = V("STRENGTH", description="Strength training.")
    OTHER = V("OTHER", description="Anything else; also an e-bike's ride.")


@strawberry.enum(description="The format of an uploaded file.")
class FileFormat(Enum):
    """The format of a file."""

    FIT = V("FIT", description="Garmin's binary format, written by most watches.")
    GPX = V("GPX", description="GPS Exchange Format 1.0 or 1.1.")
    TCX = V("TCX", description="Garmin's Training Center XML.")


@strawberry.enum(description="Why an activity was rejected, or what speaks against it.")
class ActivityReason(Enum):
    """What speaks against an activity."""

    CORRUPT = V("CORRUPT", description="The file is cut off or damaged.")
    UNSAFE_XML = V("UNSAFE_XML", description="The file declares a document type or entities.")
    NOT_AN_ACTIVITY = V("NOT_AN_ACTIVITY", description="Settings, a plan, or a motor sport.")
    MULTISPORT = V("MULTISPORT", description="Several sports in one file: send each leg alone.")
    EMPTY = V("EMPTY", description="Nothing was recorded.")
    NO_TIMES = V("NO_TIMES", description="The file does not say when it happened.")
    TOO_MANY_POINTS = V("TOO_MANY_POINTS", description="More points than an activity has.")
    TOO_LONG = V("TOO_LONG", description="It lasts more than three days.")
    TOO_SLOW = V("TOO_SLOW", description="Reading the file took too long.")
    TOO_BIG = V("TOO_BIG", description="Reading the file took too much memory.")
    UNREADABLE = V("UNREADABLE", description="Every attempt to read the file failed.")
    CLOCK_BEFORE_2000 = V("CLOCK_BEFORE_2000", description="The device's clock was never set.")
    CLOCK_IN_FUTURE = V("CLOCK_IN_FUTURE", description="The device's clock is ahead of time.")
    CLOCK_REVERSED = V("CLOCK_REVERSED", description="Time runs backwards in the file.")
    DUPLICATE = V("DUPLICATE", description="You have this activity already.")
    MANUAL = V("MANUAL", description="A total was typed in; nothing was recorded.")
    INDOOR = V("INDOOR", description="A machine measured the distance.")
    NO_POSITIONS = V("NO_POSITIONS", description="The recording has no positions.")
    NO_SENSORS = V("NO_SENSORS", description="No heart rate, cadence or power was recorded.")
    TOO_SHORT = V("TOO_SHORT", description="Too short to tell anything.")
    MISSING_TIMES = V("MISSING_TIMES", description="Some points have no time.")
    TIME_REVERSED = V("TIME_REVERSED", description="Some points are out of order.")
    GPS_JUMP = V("GPS_JUMP", description="The position jumps; the jump is not counted.")
    FAST_SEGMENT = V("FAST_SEGMENT", description="A part is faster than its sport allows.")
    TOO_FAST = V("TOO_FAST", description="The whole is faster than its sport allows.")
    RECORD_BROKEN = V("RECORD_BROKEN", description="Faster than the best in the world.")
    CADENCE_AGAINST_SPEED = V(
        "CADENCE_AGAINST_SPEED", description="The cadence does not fit the speed."
    )
    HEART_RATE_AGAINST_SPEED = V(
        "HEART_RATE_AGAINST_SPEED", description="The heart rate does not fit the speed."
    )
    HEART_RATE_CONSTANT = V("HEART_RATE_CONSTANT", description="The heart rate never changes.")
    DISTANCE_MISMATCH = V(
        "DISTANCE_MISMATCH", description="The stated distance does not fit the track."
    )
    BEFORE_JOINING = V("BEFORE_JOINING", description="It was before you joined.")
    OVERLAP = V("OVERLAP", description="Some of its time is in another activity of yours.")
    CONTAINS_ANOTHER = V(
        "CONTAINS_ANOTHER", description="Most of a shorter activity of yours is inside it."
    )
    OVERLAPS_OTHER_TYPE = V(
        "OVERLAPS_OTHER_TYPE", description="Its time is in an activity of another type."
    )
    SAME_TRACK = V(
        "SAME_TRACK",
        description="Another member uploaded this very track, or you did for other hours.",
    )


@strawberry.enum(description="What happened to points, in one entry of a statement.")
class EntryKind(Enum):
    """What happened to points."""

    EARNED = V("EARNED", description="Points for an activity.")
    SENT = V("SENT", description="Points given to a friend.")
    RECEIVED = V("RECEIVED", description="Points from a friend.")
    SET_ASIDE = V("SET_ASIDE", description="Points waiting for a friend's answer: still yours.")
    GIVEN_BACK = V("GIVEN_BACK", description="Points that had been set aside, free again.")
    SPENT = V("SPENT", description="Points paid for something.")
    EXPIRED = V("EXPIRED", description="Points nobody spent in time.")
    REVERSED = V("REVERSED", description="An earlier entry undone.")
    SETTLED = V("SETTLED", description="Points taken for a debt of earlier.")
    ADJUSTED = V("ADJUSTED", description="Points granted or corrected by the programme.")
