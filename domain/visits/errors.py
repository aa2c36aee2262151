"""What visits refuses."""

from datetime import datetime

from infra.errors import Refused


class BadPlace(Refused):
    """A place has a name, a position on earth, a radius of 10 to 5,000 m and an interval of an
    hour to a year."""

    code = "BAD_PLACE"

    def __init__(self, field: str, demand: str) -> None:
        super().__init__(demand)
        self.path = (field,)


class NoSuchPlace(Refused):
    """There is no such place, or it is closed."""

    code = "NO_SUCH_PLACE"


class BadVisitCode(Refused):
    """The code is not one that the place shows now."""

    code = "BAD_VISIT_CODE"
    path = ("code",)


class TooFarAway(Refused):
    """The position is not at the place, or not known well enough."""

    code = "TOO_FAR_AWAY"


class VisitedAlready(Refused):
    """The member's last visit there is too short a time ago; `again_at` says when it counts."""

    code = "VISITED_ALREADY"
    retryable = True

    def __init__(self, again_at: datetime) -> None:
        super().__init__(f"your next visit there counts from {again_at:%Y-%m-%d %H:%M} UTC on")
        self.again_at = again_at
