"""What windows hands out, and its limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

HOUR_MINUTES = 60
DAY_HOURS = 24
DAY_MINUTES = DAY_HOURS * HOUR_MINUTES
# The bounds of what a programme may allow its members, and so of what they may want.
CAP_MOST = 100


class Topic(StrEnum):
    """What a message is about; what a member says about one topic holds for no other."""

    POINTS = "POINTS"
    TRANSFERS = "TRANSFERS"
    CHALLENGES = "CHALLENGES"
    BADGES = "BADGES"
    STREAKS = "STREAKS"
    LEADERBOARDS = "LEADERBOARDS"
    FRIENDS = "FRIENDS"
    CLUBS = "CLUBS"
    OFFERS = "OFFERS"
    NEWS = "NEWS"


class Channel(StrEnum):
    """Where a message is shown. The inbox disturbs nobody: no hours and no caps hold for it."""

    INBOX = "INBOX"
    PHONE = "PHONE"
    WATCH = "WATCH"


class Urgency(StrEnum):
    """What a message may do to whoever gets it.

    MONEY  -- about points of theirs: never capped and never too late; waits for the end of
              quiet hours.
    TIMELY -- worth nothing later: goes before it expires or not at all.
    PLAIN  -- all else: waits, is capped, and may be gathered into a digest.
    """

    MONEY = "MONEY"
    TIMELY = "TIMELY"
    PLAIN = "PLAIN"


class Mode(StrEnum):
    """How a member wants to hear of a topic by a channel.

    DIGEST -- what is PLAIN is gathered and told once a day; the rest comes as if ON.
    """

    ON = "ON"
    DIGEST = "DIGEST"
    OFF = "OFF"


class Action(StrEnum):
    """What becomes of a message on one channel."""

    SEND = "SEND"
    WAIT = "WAIT"
    DIGEST = "DIGEST"
    DROP = "DROP"


class Reason(StrEnum):
    """Why a message does not go at once.

    OFF     -- the member does not want the topic by this channel, or is a member no more.
    EXPIRED -- it came too late.
    QUIET   -- it is quiet; of one that is dropped: until it has expired.
    CAPPED  -- the channel has brought as much on that day as the member wants.
    GATHERED -- it is told in the digest.
    """

    OFF = "OFF"
    EXPIRED = "EXPIRED"
    QUIET = "QUIET"
    CAPPED = "CAPPED"
    GATHERED = "GATHERED"


# How each topic comes by each channel.
Modes: TypeAlias = Mapping[tuple[Topic, Channel], Mode]

PUSHED = (Channel.PHONE, Channel.WATCH)
# What is theirs can always be looked up.
ALWAYS_IN_INBOX = frozenset({Topic.POINTS, Topic.TRANSFERS})


@dataclass(frozen=True, slots=True)
class Wish:
    """A message that wants to go to a member by one channel.

    id -- of the message: the same by each of its channels, and when it is asked for again.
    """

    id: UUID
    member: UUID
    topic: Topic
    channel: Channel
    urgency: Urgency
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a wish.

    at     -- when it goes: the moment of asking for SEND, the first one that is allowed for
              WAIT, the digest's for DIGEST; of DROP, when that was decided.
    reason -- None for SEND.
    """

    action: Action
    at: datetime
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing may disturb, by the clock where the member lives.

    from_minute, until_minute -- minutes of the local day; it is quiet from the first on until
        before the second, over midnight where the first is the later one. They differ.
    """

    from_minute: int
    until_minute: int

    def holds(self, local: datetime) -> bool:
        """True when it is quiet while clocks show `local`."""
        minute = local.hour * HOUR_MINUTES + local.minute
        if self.from_minute < self.until_minute:
            return self.from_minute <= minute < self.until_minute
        return minute >= self.from_minute or minute < self.until_minute


@dataclass(frozen=True, slots=True)
class Choice:
    """How a topic shall come by a channel. mode -- None: the usual way."""

    topic: Topic
    channel: Channel
    mode: Mode | None


@dataclass(frozen=True, slots=True)
class Preferences:
    """What holds for a member: what they said, and the programme's way where they said nothing.

    modes       -- one for each topic and channel.
    quiet       -- None: no hour is quiet.
    caps        -- most messages a local day by each channel that pushes, besides MONEY.
    digest_hour -- of the local day, 0 to 23.
    urgent_in_quiet_hours -- True: what is TIMELY may disturb.
    """

    modes: Modes
    quiet: Quiet | None
    caps: Mapping[Channel, int]
    digest_hour: int
    urgent_in_quiet_hours: bool


# Members find these on their phones anyway; on a wrist they would be one buzz too many.
NOT_ON_THE_WATCH = frozenset(
    {Topic.STREAKS, Topic.LEADERBOARDS, Topic.FRIENDS, Topic.CLUBS, Topic.NEWS}
)
MODES: Modes = {
    (topic, channel): Mode.OFF
    if channel is Channel.WATCH and topic in NOT_ON_THE_WATCH
    else Mode.ON
    for topic in Topic
    for channel in Channel
}


@dataclass(frozen=True, slots=True)
class Digest:
    """What was gathered for a member and is due: one message stands for all of it.

    id       -- of that message.
    channels -- by which it goes.
    topics   -- how many messages of each.
    """

    id: UUID
    programme: int
    member: UUID
    channels: frozenset[Channel]
    topics: Mapping[Topic, int]

    @property
    def count(self) -> int:
        """How many messages were gathered."""
        return sum(self.topics.values())
