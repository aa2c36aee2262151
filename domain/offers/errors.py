"""What offers refuses."""

from collections.abc import Sequence

from infra.errors import Refused


class BadOffer(Refused):
    """What an offer says about itself cannot be meant."""

    code = "BAD_OFFER"

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = path


class BadRule(Refused):
    """A rule cannot be read.

    path -- where in it: the words and numbers that lead there.
    """

    code = "BAD_OFFER_RULE"

    def __init__(self, path: Sequence[str], why: str) -> None:
        super().__init__(why)
        self.path = tuple(path)


class NoSuchOffer(Refused):
    """There is no such offer, or not of whoever asks."""

    code = "NO_SUCH_OFFER"
    path = ("offer",)


class TooManyOffers(Refused):
    """There are as many offers that have not ended as there may be."""

    code = "OFFERS_FULL"


class OfferNotInState(Refused):
    """What was asked for is not done with an offer in that state.

    state -- the state it is in.
    """

    code = "OFFER_NOT_IN_STATE"

    def __init__(self, state: str) -> None:
        super().__init__(f"the offer is {state.lower()}")
        self.state = state


class AnothersOffer(Refused):
    """Only who pays for an offer edits, funds and submits it."""

    code = "OFFER_IS_ANOTHERS"
    path = ("offer",)


class OfferHalted(Refused):
    """An operator has paused the offer: only an operator resumes it."""

    code = "OFFER_HALTED"


class OfferNotFunded(Refused):
    """The points for one acceptance at least must be there first.

    missing -- points that are still to come.
    """

    code = "OFFER_NOT_FUNDED"

    def __init__(self, missing: int) -> None:
        super().__init__(f"{missing} points are missing")
        self.missing = missing


class BadFunding(Refused):
    """Points to fund are a whole number from 1 on, for an offer that costs points."""

    code = "BAD_POINTS"
    path = ("points",)


class BadVerdict(Refused):
    """A rejection says why, in 1 to 300 characters of plain text."""

    code = "BAD_REASON"
    path = ("reason",)


class OfferClosed(Refused):
    """Nobody accepts the offer now: it is not live, or not within its times."""

    code = "OFFER_CLOSED"


class AlreadyAccepted(Refused):
    """The member has accepted the offer already, and that still stands."""

    code = "OFFER_ALREADY_ACCEPTED"


class NotForMember(Refused):
    """The offer is not for this member, or no longer."""

    code = "OFFER_NOT_FOR_YOU"


class AcceptedTooOften(Refused):
    """The member has accepted the offer as often as they may for now."""

    code = "OFFER_ACCEPTED_TOO_OFTEN"


class UsedUp(Refused):
    """There are no points left for one more, or it was accepted as often as it may be."""

    code = "OFFER_USED_UP"


class NoDiscount(Refused):
    """The member has no accepted discount for this reward by that decision, or no longer."""

    code = "NO_SUCH_DISCOUNT"
    path = ("offerDecision",)
