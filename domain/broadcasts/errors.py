"""What broadcasts refuse."""

from domain.broadcasts.records import PACE_MAX, State
from infra.errors import Refused


class BadBroadcast(Refused):
    """A field of a broadcast is out of bounds; `path` names it."""

    code = "BAD_BROADCAST"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.path = field, (field,)


class BadAudience(Refused):
    """All members have no name; a segment or a tier has one of 1 to 80 characters, plain text."""

    code = "BAD_AUDIENCE"
    path = ("audience",)


class BadText(Refused):
    """A text is missing, or is no plain text, or longer than an inbox shows.

    locale -- of which; the programme's own where that is missing.
    """

    code = "BAD_TEXT"
    path = ("texts",)

    def __init__(self, message: str, *, locale: str) -> None:
        super().__init__(f"{locale}: {message}")
        self.locale = locale


class BadPace(Refused):
    """Not a number of members that can be told in a minute."""

    code = "BAD_PACE"
    path = ("pace_per_minute",)

    def __init__(self) -> None:
        super().__init__(f"a pace is 1 to {PACE_MAX} members a minute")


class BadStart(Refused):
    """A start lies ahead, by a year at most."""

    code = "BAD_START"
    path = ("starts_at",)


class NoSuchBroadcast(Refused):
    """No broadcast of this programme has that id."""

    code = "NO_SUCH_BROADCAST"


class WrongState(Refused):
    """The broadcast is where this cannot be done: one that runs is not started, one that does
    not is not paused, and one that ended has ended.

    state -- where it is.
    """

    code = "BROADCAST_STATE"

    def __init__(self, state: State) -> None:
        super().__init__(f"the broadcast is {state.lower()}")
        self.state = state
