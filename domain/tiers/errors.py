"""What tiers refuse."""

from infra.errors import Refused


class BadLadder(Refused):
    """A field of a ladder is out of bounds; `path` says which."""

    code = "BAD_LADDER"

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = path


class NoSuchLadder(Refused):
    """The programme has no tiers."""

    code = "NO_SUCH_LADDER"


class BadCredit(Refused):
    """A credit is 1 to 2^40 points, with a reason of 1 to 140 characters."""

    code = "BAD_CREDIT"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.path = (field,)


class CreditIdReused(Refused):
    """That id was used for another credit."""

    code = "CREDIT_ID_REUSED"
