"""What moments refuses."""

from infra.errors import Refused


class BadTreat(Refused):
    """What a treat says about itself cannot be meant."""

    code = "BAD_TREAT"

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = path


class NoSuchTreat(Refused):
    """There is no such treat, or not of whoever asks."""

    code = "NO_SUCH_TREAT"
    path = ("treat",)


class TooManyTreats(Refused):
    """The partner has as many treats that have not ended as it may have."""

    code = "TOO_MANY_TREATS"


class TreatNotInState(Refused):
    """What was asked for is not done with a treat in that state.

    state -- the state it is in.
    """

    code = "TREAT_NOT_IN_STATE"

    def __init__(self, state: str) -> None:
        super().__init__(f"the treat is {state.lower()}")
        self.state = state


class PartnersOwn(Refused):
    """Only who pays for a treat edits, funds and submits it."""

    code = "TREAT_IS_ANOTHERS"
    path = ("treat",)


class Halted(Refused):
    """An operator has paused the treat: only an operator resumes it."""

    code = "TREAT_HALTED"


class NotFunded(Refused):
    """The points for one redemption at least must be there first.

    missing -- points that are still to come.
    """

    code = "TREAT_NOT_FUNDED"

    def __init__(self, missing: int) -> None:
        super().__init__(f"{missing} points are missing")
        self.missing = missing


class BadFunding(Refused):
    """Points to fund are a whole number from 1 on."""

    code = "BAD_POINTS"
    path = ("points",)


class BadVerdict(Refused):
    """A rejection says why, in 1 to 300 characters of plain text."""

    code = "BAD_REASON"
    path = ("reason",)


class BadStock(Refused):
    """There are fewer units than are promised to members, or more than anybody keeps."""

    code = "BAD_STOCK"
    path = ("stock",)


class BadSessionClock(Refused):
    """A time that the device cannot mean: ahead, long ago, or before the start."""

    code = "BAD_SESSION_CLOCK"

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = path


class ActivityUnderWay(Refused):
    """Another activity of the member is under way: end it first."""

    code = "ACTIVITY_UNDER_WAY"


class NoSuchSession(Refused):
    """The member has no such activity."""

    code = "NO_SUCH_SESSION"
    path = ("session",)


class SessionEnded(Refused):
    """The activity has ended already, at another time or by itself."""

    code = "SESSION_ENDED"
    path = ("session",)


class NoSuchMoment(Refused):
    """The member has no such offer."""

    code = "NO_SUCH_MOMENT"
    path = ("moment",)


class MomentOver(Refused):
    """The offer is no longer open.

    state -- REDEEMED, REFUSED or EXPIRED.
    """

    code = "MOMENT_OVER"

    def __init__(self, state: str) -> None:
        super().__init__(f"the offer is {state.lower()}")
        self.state = state


class BadRedemptionCode(Refused):
    """There is no such code: mistyped, made up, replaced by a newer one, or another partner's."""

    code = "BAD_REDEMPTION_CODE"
    path = ("code",)


class RedemptionCodeExpired(Refused):
    """The code was good; the member can show a new one."""

    code = "REDEMPTION_CODE_EXPIRED"
    path = ("code",)


class AlreadyRedeemed(Refused):
    """Somebody was given the treat for this code."""

    code = "ALREADY_REDEEMED"
    path = ("code",)


class WrongOutlet(Refused):
    """The code is for another outlet of the partner."""

    code = "WRONG_OUTLET"
    path = ("outlet",)


class BadBonus(Refused):
    """What a bonus campaign says about itself cannot be meant."""

    code = "BAD_BONUS"

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = path


class NoSuchCampaign(Refused):
    """There is no such bonus campaign."""

    code = "NO_SUCH_BONUS_CAMPAIGN"
    path = ("campaign",)
