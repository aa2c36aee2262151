"""What giving refuses. What the ledger refuses, such as InsufficientPoints, comes from there."""

from infra.errors import Refused


class BadCause(Refused):
    """A field of a cause is out of bounds; `path` names it."""

    code = "BAD_CAUSE"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.path = field, (field,)


class BadReference(Refused):
    """A payment's reference is plain text of 1 to 140 characters."""

    code = "BAD_REFERENCE"
    path = ("reference",)


class NoSuchCause(Refused):
    """No cause of this programme has that id."""

    code = "NO_SUCH_CAUSE"


class CauseNotActive(Refused):
    """The cause takes no donations now.

    standing -- COMING, OVER or CLOSED.
    """

    code = "CAUSE_NOT_ACTIVE"

    def __init__(self, standing: str) -> None:
        super().__init__(f"the cause is {standing.lower()}")
        self.standing = standing


class OverDonationLimit(Refused):
    """More points than the member may still give in their calendar month.

    left -- points that may still be given this month.
    """

    code = "OVER_DONATION_LIMIT"
    retryable = True
    path = ("points",)

    def __init__(self, *, limit: int, left: int) -> None:
        super().__init__(f"{limit} points a month may be given; {left} are left")
        self.limit, self.left = limit, left


class NoSuchDonation(Refused):
    """No donation of this programme has that id."""

    code = "NO_SUCH_DONATION"


class CausePaidOut(Refused):
    """The points have been paid out: there is nothing left to give back."""

    code = "CAUSE_PAID_OUT"


class CauseStillOpen(Refused):
    """A cause is closed before it is paid out."""

    code = "CAUSE_STILL_OPEN"


class NothingToPayOut(Refused):
    """The cause's account is empty."""

    code = "NOTHING_TO_PAY_OUT"
