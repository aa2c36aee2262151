"""What inbox refuses."""

from infra.errors import Refused


class NoSuchItem(Refused):
    """The member's inbox has no such item; it may have been forgotten."""

    code = "NO_SUCH_ITEM"


class TooManyReceipts(Refused):
    """More receipts at once than are taken: send them in parts."""

    code = "TOO_MANY_RECEIPTS"
    path = ("receipts",)

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"{limit} at once are the most")
        self.limit = limit
