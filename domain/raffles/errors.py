"""What raffles refuse."""

from infra.errors import Refused


class NotARaffle(Refused):
    """The reward is of another kind: it has no tickets."""

    code = "NOT_A_RAFFLE_REWARD"
    path = ("reward",)


class NoSuchRaffle(Refused):
    """No raffle has been opened for this reward."""

    code = "NO_SUCH_RAFFLE"
    path = ("raffle",)


class BadRaffle(Refused):
    """What a raffle says about itself cannot be meant."""

    code = "BAD_RAFFLE"

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = path


class RaffleOpened(Refused):
    """The reward has a raffle, with other terms: what was promised to its tickets stays."""

    code = "RAFFLE_OPENED"
    path = ("reward",)


class RaffleClosed(Refused):
    """The tickets are fixed: none is given out any more, and none is taken back."""

    code = "RAFFLE_CLOSED"


class RaffleFull(Refused):
    """There are as many tickets as a raffle has."""

    code = "RAFFLE_FULL"


class RaffleStillOpen(Refused):
    """A raffle is drawn once it has closed."""

    code = "RAFFLE_STILL_OPEN"
    retryable = True
    path = ("raffle",)


class BadPublicValue(Refused):
    """The public value is plain text of 1 to 200 characters, where one was named and only there;
    it is said once."""

    code = "BAD_PUBLIC_VALUE"
    path = ("publicValue",)


class BadEvidence(Refused):
    """This is no evidence of a draw."""

    code = "BAD_EVIDENCE"


class DrawIsWrong(Refused):
    """The draw does not follow from what was promised.

    flaw -- SEED, TICKETS or WINNERS.
    """

    code = "DRAW_IS_WRONG"

    def __init__(self, message: str, flaw: str) -> None:
        super().__init__(message)
        self.flaw = flaw
