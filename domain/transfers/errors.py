"""What transfers refuse. What the ledger refuses, such as InsufficientPoints, comes from there."""

from datetime import datetime

from infra.errors import Refused


class BadPoints(Refused):
    """Only a positive number of whole points within 2^53 can be sent."""

    code = "BAD_POINTS"
    path = ("points",)


class BadMemo(Refused):
    """A memo is plain text of 140 characters at most."""

    code = "BAD_MEMO"
    path = ("memo",)


class SelfTransfer(Refused):
    """Sender and receiver are the same member."""

    code = "SELF_TRANSFER"
    path = ("receiver",)


class NotFriends(Refused):
    """The two are not friends; one who is blocked is told the same."""

    code = "NOT_FRIENDS"
    path = ("receiver",)


class SenderTooNew(Refused):
    """The sender has not been a member for as long as the programme asks.

    hours -- how long one must have been; allowed_at -- when the sender may send.
    """

    code = "SENDER_TOO_NEW"
    retryable = True

    def __init__(self, *, hours: int, allowed_at: datetime) -> None:
        super().__init__(f"points can be sent {hours} hours after joining")
        self.hours, self.allowed_at = hours, allowed_at


class FriendTooNew(Refused):
    """The friendship has not lasted as long as the programme asks.

    hours -- how long it must have; allowed_at -- when points may go to this friend.
    """

    code = "FRIEND_TOO_NEW"
    retryable = True
    path = ("receiver",)

    def __init__(self, *, hours: int, allowed_at: datetime) -> None:
        super().__init__(f"points can be sent {hours} hours after becoming friends")
        self.hours, self.allowed_at = hours, allowed_at


class OverTransferLimit(Refused):
    """More points than the programme allows in one transfer."""

    code = "OVER_TRANSFER_LIMIT"
    path = ("points",)

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"one transfer is {limit} points at most")
        self.limit = limit


class OverDayLimit(Refused):
    """More points than the sender may still send on this local day.

    left -- points that may still be sent today.
    """

    code = "OVER_DAY_LIMIT"
    retryable = True
    path = ("points",)

    def __init__(self, *, limit: int, left: int) -> None:
        super().__init__(f"{limit} points a day may be sent; {left} are left today")
        self.limit, self.left = limit, left


class OverPairDayLimit(Refused):
    """More points than may still go to this friend on the sender's local day.

    left -- points that may still be sent to the friend today.
    """

    code = "OVER_PAIR_DAY_LIMIT"
    retryable = True
    path = ("points",)

    def __init__(self, *, limit: int, left: int) -> None:
        super().__init__(f"{limit} points a day may go to one friend; {left} are left today")
        self.limit, self.left = limit, left


class OverPairMonthLimit(Refused):
    """More points than may still go to this friend in the sender's calendar month.

    left -- points that may still be sent to the friend this month.
    """

    code = "OVER_PAIR_MONTH_LIMIT"
    retryable = True
    path = ("points",)

    def __init__(self, *, limit: int, left: int) -> None:
        super().__init__(f"{limit} points a month may go to one friend; {left} are left")
        self.limit, self.left = limit, left


class TooManyOffers(Refused):
    """As many transfers of the sender wait as may; each answer makes room."""

    code = "TOO_MANY_OFFERS"
    retryable = True

    def __init__(self, *, most: int) -> None:
        super().__init__(f"{most} of your transfers wait, which is the most")
        self.most = most


class StepUpRequired(Refused):
    """The sender must sign in again: this friend is new to them, and it is about many points.

    above   -- points that may go to a new friend without it; minutes -- how long a sign-in counts.
    """

    code = "STEP_UP_REQUIRED"
    retryable = True

    def __init__(self, *, above: int, minutes: int) -> None:
        super().__init__(f"sign in again to send a new friend more than {above} points")
        self.above, self.minutes = above, minutes


class NoSuchTransfer(Refused):
    """No transfer of this member has that id; one between others does not exist either."""

    code = "NO_SUCH_TRANSFER"


class NotYours(Refused):
    """Only the receiver accepts and declines; only the sender cancels."""

    code = "TRANSFER_NOT_YOURS"


class TransferClosed(Refused):
    """The transfer has its final answer, or its time is over.

    state -- the final state; RETURNED as soon as the time is over.
    """

    code = "TRANSFER_CLOSED"

    def __init__(self, state: str) -> None:
        super().__init__(f"the transfer is {state.lower()}")
        self.state = state


class TransferOnHold(Refused):
    """The transfer cannot be answered yet; only its sender may take it back.

    state -- REVIEW or COOLING.
    """

    code = "TRANSFER_ON_HOLD"
    retryable = True

    def __init__(self, state: str) -> None:
        super().__init__("the transfer waits; it can be answered later")
        self.state = state


class NotInReview(Refused):
    """The transfer does not wait for an operator, or not any more.

    state -- where it stands; RETURNED as soon as the time for a review is over.
    """

    code = "TRANSFER_NOT_IN_REVIEW"

    def __init__(self, state: str) -> None:
        super().__init__(f"the transfer is {state.lower()}")
        self.state = state


class AlreadyAsked(Refused):
    """One open request to a friend is enough; also one that they do not mean to pay."""

    code = "ALREADY_ASKED"
    retryable = True


class TooManyPointRequests(Refused):
    """The member has as many open point requests as one may have."""

    code = "TOO_MANY_POINT_REQUESTS"
    retryable = True

    def __init__(self, *, most: int) -> None:
        super().__init__(f"you have {most} open requests for points, which is the most")
        self.most = most


class NoSuchPointRequest(Refused):
    """No point request that this member may see has that id."""

    code = "NO_SUCH_POINT_REQUEST"


class PointRequestNotYours(Refused):
    """Only the one who was asked pays and declines; only the one who asked cancels."""

    code = "POINT_REQUEST_NOT_YOURS"


class PointRequestClosed(Refused):
    """The point request has its final answer, or its time is over.

    state -- the final state; EXPIRED as soon as the time is over.
    """

    code = "POINT_REQUEST_CLOSED"

    def __init__(self, state: str) -> None:
        super().__init__(f"the request for points is {state.lower()}")
        self.state = state
