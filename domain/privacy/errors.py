"""What privacy refuses."""

from uuid import UUID

from infra.errors import Refused


class StepUpRequired(Refused):
    """This is for somebody who has just signed in: sign in again, then ask again."""

    code = "STEP_UP_REQUIRED"
    retryable = True


class NotConfirmed(Refused):
    """Whoever asks did not say that they mean it, by their own handle."""

    code = "NOT_CONFIRMED"
    path = ("handle",)


class MergedAway(Refused):
    """The member is part of another one, who is the one to be erased or told."""

    code = "MERGED_AWAY"

    def __init__(self, into: UUID) -> None:
        super().__init__("the member is part of another member")
        self.into = into


class OpenHolds(Refused):
    """Points of the member are set aside for something that is not finished."""

    code = "OPEN_HOLDS"
    retryable = True

    def __init__(self, held: int) -> None:
        super().__init__(f"{held} points are set aside")
        self.held = held


class TooMuch(Refused):
    """The document is larger than one answer; it is streamed by the command line."""

    code = "EXPORT_TOO_LARGE"
