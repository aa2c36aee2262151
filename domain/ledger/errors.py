"""Errors: what the ledger refuses, for whoever would rather raise than look at a Result."""

from domain.ledger.outcomes import Outcome, Result
from infra.errors import Refused


class NotPosted(Refused):
    """The ledger did not do it.

    result -- what came of the item; None where a question was refused, not a posting.
    """

    def __init__(self, result: Result | None = None) -> None:
        super().__init__(self.code if result is None else f"{self.code}: posting {result.id}")
        self.result = result


class InsufficientPoints(NotPosted):
    """The account has fewer spendable points than the item needs.

    available -- how many there were; None when an earlier refusal is repeated.
    needed    -- how many were wanted, where whoever asked has said so.
    """

    code = "INSUFFICIENT_POINTS"
    needed: int | None = None

    @property
    def available(self) -> int | None:
        """The spendable points at the time of the refusal."""
        return self.result.available if self.result else None


class NoSuchAccount(NotPosted):
    """An account of the item does not exist in this book."""

    code = "NO_SUCH_ACCOUNT"


class KeyReused(NotPosted):
    """The id was already used for something else."""

    code = "KEY_REUSED"


class InvalidItem(NotPosted):
    """The item makes no sense: its amount, its accounts, its month or its time."""

    code = "INVALID_ITEM"


class HoldNotOpen(NotPosted):
    """The hold is unknown, resolved, due, of another account, or smaller than the capture."""

    code = "HOLD_NOT_OPEN"


class LinkedFailed(NotPosted):
    """Another item of the same group was refused."""

    code = "LINKED_FAILED"


class KeyExpired(NotPosted):
    """The id was made too long ago, or by a clock too far ahead."""

    code = "KEY_EXPIRED"


class NotReversible(NotPosted):
    """There is no such posting, it was reversed before, or its kind cannot be reversed."""

    code = "NOT_REVERSIBLE"


class ReturnRefused(NotPosted):
    """The programme takes back pending points only."""

    code = "RETURN_REFUSED"


class ExpiryBehind(NotPosted):
    """The lot month is too far ahead of the expiry sweep; it catches up by itself."""

    code = "EXPIRY_BEHIND"
    retryable = True


class PendingNotOpen(NotPosted):
    """The promise is unknown, or has matured or been cancelled."""

    code = "PENDING_NOT_OPEN"


REFUSALS: dict[Outcome, type[NotPosted]] = {
    Outcome.INSUFFICIENT: InsufficientPoints,
    Outcome.NO_ACCOUNT: NoSuchAccount,
    Outcome.KEY_REUSED: KeyReused,
    Outcome.INVALID: InvalidItem,
    Outcome.HOLD_NOT_OPEN: HoldNotOpen,
    Outcome.LINKED_FAILED: LinkedFailed,
    Outcome.OUTSIDE_WINDOW: KeyExpired,
    Outcome.NOT_REVERSIBLE: NotReversible,
    Outcome.RETURN_REFUSED: ReturnRefused,
    Outcome.EXPIRY_BEHIND: ExpiryBehind,
    Outcome.PENDING_NOT_OPEN: PendingNotOpen,
}


def refuse(result: Result) -> NotPosted:
    """The refusal that belongs to a bad result."""
    assert not result.done, "a posting that stands is no refusal"
    return REFUSALS[result.outcome](result)


def require(result: Result, *, needed: int | None = None) -> Result:
    """The result itself when its posting stands; raises the refusal that belongs to it.

    needed -- how many points were wanted, for a refusal that tells it.
    """
    if not result.done:
        refused = refuse(result)
        if isinstance(refused, InsufficientPoints):
            refused.needed = needed
        raise refused
    return result
