"""What activities refuses."""

from uuid import UUID

from infra.errors import Refused


class EmptyFile(Refused):
    """The file has no bytes."""

    code = "EMPTY_FILE"
    path = ("file",)


class FileTooLarge(Refused):
    """The file is larger than one activity can be."""

    code = "FILE_TOO_LARGE"
    path = ("file",)

    def __init__(self, size: int, most: int) -> None:
        super().__init__(f"the file has {size} bytes; {most} are allowed")
        self.size, self.most = size, most


class UnsupportedFormat(Refused):
    """The file is neither FIT nor GPX nor TCX; `found` says what it looks like, or "UNKNOWN"."""

    code = "UNSUPPORTED_FORMAT"
    path = ("file",)

    def __init__(self, found: str) -> None:
        super().__init__(f"send FIT, GPX or TCX, unpacked; this looks like {found}")
        self.found = found


class BadActivityName(Refused):
    """A name is at most 120 characters without control characters."""

    code = "BAD_ACTIVITY_NAME"
    path = ("name",)


class NotASport(Refused):
    """A file holds what was done with the body; the other types are not uploaded."""

    code = "NOT_A_SPORT"
    path = ("type",)


class IdReused(Refused):
    """The id belongs to another file, type or member."""

    code = "ID_REUSED"


class DuplicateFile(Refused):
    """The member sent this very file before, as the activity `first`."""

    code = "DUPLICATE_FILE"
    path = ("file",)

    def __init__(self, first: UUID) -> None:
        super().__init__(f"this file is activity {first} already")
        self.first = first


class TooManyWaiting(Refused):
    """So many files of the member wait to be read that no more are taken now."""

    code = "TOO_MANY_WAITING"
    retryable = True

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} files are waiting to be read")
        self.most = most


class NoSuchActivity(Refused):
    """The member has no activity with that id."""

    code = "NO_SUCH_ACTIVITY"
    path = ("id",)


class ActivityWithdrawn(Refused):
    """It was deleted at its source, or refunded; nothing changes it any more."""

    code = "ACTIVITY_WITHDRAWN"
    path = ("id",)


class ReviewClosed(Refused):
    """Nobody has to decide about it: somebody has, or it was judged otherwise meanwhile."""

    code = "REVIEW_CLOSED"
    path = ("id",)

    def __init__(self, state: str) -> None:
        super().__init__(f"the activity is {state} and waits for no decision")
        self.state = state


class BadPolicy(Refused):
    """A policy names each recorder once."""

    code = "BAD_ACTIVITY_POLICY"
    path = ("recorders",)


class AthleteTaken(Refused):
    """Another member of the programme has connected this athlete."""

    code = "ATHLETE_TAKEN"


class BadCode(Refused):
    """A code of Strava is 1 to 255 printable characters."""

    code = "BAD_CODE"
    path = ("code",)
