"""What windows refuses."""

from domain.windows.records import Channel
from infra.errors import Refused


class BadQuietHours(Refused):
    """Quiet hours have a beginning and an end, both of them minutes of a day, which differ."""

    code = "BAD_QUIET_HOURS"
    path = ("quiet",)


class BadDigestHour(Refused):
    """A digest goes at a full hour of the day, 0 to 23."""

    code = "BAD_DIGEST_HOUR"
    path = ("digest_hour",)


class BadMode(Refused):
    """The topic cannot come so by that channel: an inbox gathers nothing, and keeps what is about
    points; or the topic was named twice for it.

    path -- which of the choices.
    """

    code = "BAD_MESSAGE_MODE"

    def __init__(self, place: int) -> None:
        super().__init__(
            "an inbox has no digest and always has points and transfers; a topic is named once"
        )
        self.path = ("choices", str(place))


class BadCap(Refused):
    """More a day than the programme allows, or less than nothing; or a channel without a cap.

    most -- that a member may set for the channel; 0 for the inbox, which is not capped.
    """

    code = "BAD_MESSAGE_CAP"

    def __init__(self, channel: Channel, *, most: int, field: str = "cap") -> None:
        super().__init__(f"{channel.lower()} takes 0 to {most} messages a day")
        self.channel, self.most = channel, most
        self.path = (f"{channel.lower()}_{field}",)
