"""What streaks refuse. What the ledger refuses, such as InsufficientPoints, comes from there."""

from datetime import date

from infra.errors import Refused


class BadStreak(Refused):
    """A word of a streak is not sound; `path` names it."""

    code = "BAD_STREAK"

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = path


class TooManyStreaks(Refused):
    """The programme has as many streaks that are not retired as one may have."""

    code = "TOO_MANY_STREAKS"

    def __init__(self, *, most: int) -> None:
        super().__init__(f"a programme has {most} streaks at most; retire one first")
        self.most = most


class NoSuchStreak(Refused):
    """No streak of this programme has that id."""

    code = "NO_SUCH_STREAK"


class StreakRetired(Refused):
    """The streak is retired."""

    code = "STREAK_RETIRED"


class FreezesNotSold(Refused):
    """The streak has no freezes that points can buy."""

    code = "FREEZES_NOT_SOLD"


class FreezesFull(Refused):
    """The member has as many freezes as one may have.

    most -- how many that is.
    """

    code = "FREEZES_FULL"

    def __init__(self, *, most: int) -> None:
        super().__init__(f"a member has {most} freezes at most")
        self.most = most


class NothingToRepair(Refused):
    """No period was missed that could still be made good."""

    code = "NOTHING_TO_REPAIR"


class OfferChanged(Refused):
    """What is asked for costs another number of points than the request says.

    price -- how many it costs now.
    """

    code = "OFFER_CHANGED"
    path = ("points",)

    def __init__(self, *, price: int) -> None:
        super().__init__(f"it costs {price} points now")
        self.price = price


class ChangeTooEarly(Refused):
    """New terms hold for periods that have not begun anywhere.

    earliest -- the first day on which they may begin.
    """

    code = "CHANGE_TOO_EARLY"
    path = ("since",)

    def __init__(self, *, earliest: date) -> None:
        super().__init__(f"new terms hold from {earliest} on at the earliest")
        self.earliest = earliest
