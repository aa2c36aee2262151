"""States: the domain's closed lists of words, as enums of the schema.

Each name here is a name there; a test compares them, so a new word cannot be forgotten.
"""

from enum import Enum

import strawberry

V = strawberry.enum_value


@strawberry.enum(
    description="Where a transfer stands. All but PENDING, REVIEW and COOLING are final."
)
class TransferState(Enum):
    """Where a transfer stands."""

    PENDING = V("PENDING", description="Offered; the points are set aside for the receiver.")
    REVIEW = V("REVIEW", description="It is being checked; the points are set aside.")
    COOLING = V("COOLING", description="It waits until you have been friends for long enough.")
    ACCEPTED = V("ACCEPTED", description="The points are the receiver's.")
    DECLINED = V("DECLINED", description="The receiver said no; the sender has the points.")
    CANCELLED = V("CANCELLED", description="The sender took the offer back.")
    RETURNED = V("RETURNED", description="Nobody answered in time; the sender has the points.")
    REJECTED = V("REJECTED", description="The programme sent it back; the sender has the points.")


@strawberry.enum(description="Where a point request stands. All but OPEN are final.")
class PointRequestState(Enum):
    """Where a point request stands."""

    OPEN = V("OPEN", description="It can be paid.")
    PAID = V("PAID", description="A transfer paid it; the transfer may still wait for something.")
    CANCELLED = V("CANCELLED", description="Whoever asked took it back.")
    EXPIRED = V("EXPIRED", description="Nobody paid it in time.")


@strawberry.enum(description="Whether a cause takes donations, and if not, why.")
class CauseStanding(Enum):
    """Whether a cause takes donations."""

    COMING = V("COMING", description="Not yet.")
    ACTIVE = V("ACTIVE", description="It does.")
    OVER = V("OVER", description="Its time is over.")
    CLOSED = V("CLOSED", description="The programme closed it.")


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
    WITHDRAWN = V("WITHDRAWN", description="It was deleted at its source, or refunded.")


@strawberry.enum(description="Who vouches for an activity, the weakest first.")
class ActivityProof(Enum):
    """Who vouches for an activity."""

    CLAIMED = V("CLAIMED", description="You say so.")
    DEVICE = V("DEVICE", description="A device or a platform recorded it.")
    PARTNER = V("PARTNER", description="A partner of the programme vouches for it.")
    VERIFIED = V("VERIFIED", description="It was signed, metered or paid.")


@strawberry.enum(description="What recorded an activity.")
class ActivityRecorder(Enum):
    """What recorded an activity."""

    DEVICE = V("DEVICE", description="Made for it and worn: a watch, a bike computer, a ring.")
    PLATFORM = V("PLATFORM", description="Somebody's servers, from a device they do not name.")
    PHONE = V("PHONE", description="A phone.")
    MANUAL = V("MANUAL", description="Nothing: it was typed in.")


@strawberry.enum(description="What a programme does with the weakest recordings.")
class ActivityTaking(Enum):
    """What a programme does with the weakest recordings."""

    COUNTED = V("COUNTED", description="They count like others.")
    PENDING = V("PENDING", description="Their points arrive later.")
    REVIEW = V("REVIEW", description="Somebody of the programme looks at each.")
    REFUSED = V("REFUSED", description="They are not taken.")


@strawberry.enum(description="What became of one reported activity.")
class ReportStatus(Enum):
    """What became of a report."""

    ACCEPTED = V("ACCEPTED", description="It is an activity now, and judged.")
    KNOWN = V("KNOWN", description="It was told before; nothing changed.")
    REFUSED = V("REFUSED", description="Nothing of it was kept; the code says why.")


@strawberry.enum(description="Why one reported activity was not taken.")
class ReportFault(Enum):
    """Why one reported activity was not taken."""

    BAD_SESSION = V("BAD_SESSION", description="It is not what the platform's sessions are.")
    NOTHING_TOLD = V("NOTHING_TOLD", description="It tells of nothing done, such as a time awake.")
    NOT_AN_EVENT = V("NOT_AN_EVENT", description="A name is not 1 to 255 printable characters.")
    UNKNOWN_TYPE = V("UNKNOWN_TYPE", description="This type is not told like this.")
    BAD_DATA = V("BAD_DATA", description="A field is missing, or is none of this type.")
    NO_SUCH_MEMBER = V("NO_SUCH_MEMBER", description="Nobody of the programme is called so.")
    BAD_MEASURE = V("BAD_MEASURE", description="No measure can have this number.")
    CLOCK_BEFORE_2000 = V("CLOCK_BEFORE_2000", description="The clock was never set.")
    CLOCK_IN_FUTURE = V("CLOCK_IN_FUTURE", description="This has not happened yet.")
    NO_TIMES = V("NO_TIMES", description="No time passes between start and end.")
    TOO_LONG = V("TOO_LONG", description="Nothing of this type lasts so long.")
    MANUAL_REFUSED = V("MANUAL_REFUSED", description="Nothing that was typed in is taken.")
    INDOOR_REFUSED = V("INDOOR_REFUSED", description="Nothing that a machine measured is taken.")
    DELETED_AT_SOURCE = V("DELETED_AT_SOURCE", description="You deleted it before.")


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
    STEPS = V("STEPS", description="Steps over a stretch of a day.")
    SLEEP = V("SLEEP", description="A night's or an hour's sleep.")
    SHARE = V("SHARE", description="Strangers opened your own link.")
    VOLUNTEERING = V("VOLUNTEERING", description="Hours that the organiser confirmed.")
    ENERGY = V("ENERGY", description="Energy you did not use.")
    SURVEY = V("SURVEY", description="A survey you answered.")
    REFERRAL = V("REFERRAL", description="Somebody you brought began to take part.")
    PURCHASE = V("PURCHASE", description="Something you bought.")
    VISIT = V("VISIT", description="A place you came to.")


@strawberry.enum(description="The format of an uploaded file.")
class FileFormat(Enum):
    """The format of a file."""

    FIT = V("FIT", description="Garmin's binary format, written by most watches.")
    GPX = V("GPX", description="GPS Exchange Format 1.0 or 1.1.")
    TCX = V("TCX", description="Garmin's Training Center XML.")
    NONE = V("NONE", description="Nobody uploaded a file: somebody else told us.")


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
    BAD_MEASURE = V("BAD_MEASURE", description="A number that no measure can have.")
    IMPOSSIBLE = V("IMPOSSIBLE", description="More than anybody can do in that time.")
    MANUAL_REFUSED = V("MANUAL_REFUSED", description="The programme takes nothing typed in.")
    INDOOR_REFUSED = V(
        "INDOOR_REFUSED", description="The programme takes nothing that a machine measured."
    )
    REFUSED_IN_REVIEW = V(
        "REFUSED_IN_REVIEW", description="Somebody of the programme decided against it."
    )
    DELETED_AT_SOURCE = V("DELETED_AT_SOURCE", description="It was deleted where it came from.")
    REFUNDED = V("REFUNDED", description="It was given back and refunded.")
    REVOKED = V("REVOKED", description="Whoever vouched for it no longer does.")
    ERASED = V("ERASED", description="Everything about its member was erased.")
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
    COVERED_IN_PART = V(
        "COVERED_IN_PART", description="A better recording has a part; only the rest counts here."
    )
    MORE_THAN_A_DAY_HOLDS = V(
        "MORE_THAN_A_DAY_HOLDS", description="With the rest of its day it is more than usual."
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
    DONATED = V("DONATED", description="Points given to a cause.")
    REVERSED = V("REVERSED", description="An earlier entry undone.")
    SETTLED = V("SETTLED", description="Points taken for a debt of earlier.")
    ADJUSTED = V("ADJUSTED", description="Points granted or corrected by the programme.")


@strawberry.enum(description="What somebody lacks to take part in a challenge.")
class ChallengeLack(Enum):
    """What somebody lacks to take part in a challenge."""

    INVITATION = V("INVITATION", description="To be asked.")
    SEGMENT = V("SEGMENT", description="One of the segments it is for.")
    TIER = V("TIER", description="One of the tiers it is for.")
    AREA = V("AREA", description="To live in one of its towns, as told in the profile.")
    LEVEL = V("LEVEL", description="The level it needs.")
    CHALLENGE = V("CHALLENGE", description="To have completed another challenge.")
    BADGE = V("BADGE", description="A badge.")


@strawberry.enum(description="Where members are shown an offer.")
class OfferPlacement(Enum):
    """Where a member is shown offers."""

    HOME = V("HOME", description="On the first page of the app.")
    WATCH = V("WATCH", description="On the watch.")
    AFTER_ACTIVITY = V("AFTER_ACTIVITY", description="At the end of an activity.")
    EMAIL = V("EMAIL", description="In a letter.")


@strawberry.enum(description="What accepting an offer gives.")
class OfferKind(Enum):
    """What accepting an offer gives."""

    MULTIPLIER = V("MULTIPLIER", description="More points for what is done then.")
    BONUS = V("BONUS", description="So many points more for an activity.")
    DISCOUNT = V("DISCOUNT", description="A reward for fewer points.")
    CHALLENGE = V("CHALLENGE", description="To take part in a challenge.")
    CONTENT = V("CONTENT", description="Something to read.")
