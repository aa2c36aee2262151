"""What transfers refuse. What the ledger refuses, such as InsufficientPoints, comes from there."""

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
