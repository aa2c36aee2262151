"""What referrals refuse. A guard is no refusal: a doubted referral waits, and joining goes on."""

from infra.errors import Refused


class NoSuchReferralCode(Refused):
    """Nobody who takes part has that code."""

    code = "NO_SUCH_REFERRAL_CODE"
    path = ("referral_code",)


class BadDevice(Refused):
    """A device's name for itself is 1 to 200 printable characters."""

    code = "BAD_DEVICE"
    path = ("device",)


class NoSuchReferral(Refused):
    """The programme has no referral with that id."""

    code = "NO_SUCH_REFERRAL"


class ReferralNotHeld(Refused):
    """Only a held referral is decided; this one is `state`."""

    code = "REFERRAL_NOT_HELD"

    def __init__(self, state: str) -> None:
        super().__init__(f"the referral is {state.lower()}")
        self.state = state


class BadReferralPolicy(Refused):
    """An amount or a guard is out of bounds; `path` names it."""

    code = "BAD_REFERRAL_POLICY"

    def __init__(self, field: str, *, least: int, most: int) -> None:
        super().__init__(f"{field} must be between {least} and {most}")
        self.field, self.least, self.most = field, least, most
        self.path = (field,)
