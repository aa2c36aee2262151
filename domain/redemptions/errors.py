"""What redemptions refuses. What rewards and the ledger refuse comes from there."""

from datetime import datetime
from uuid import UUID

from infra.errors import Refused


class NoSuchRedemption(Refused):
    """There is no such redemption, or it is not theirs who asks."""

    code = "NO_SUCH_REDEMPTION"
    path = ("redemption",)


class BadQuantity(Refused):
    """So many units are not redeemed at once."""

    code = "BAD_QUANTITY"
    path = ("quantity",)


class NotDiscountable(Refused):
    """Nobody else pays a part of this: a donation is the member's own, and a part is not more
    than the whole."""

    code = "NOT_DISCOUNTABLE"


class RedemptionOver(Refused):
    """The redemption is no longer open.

    state -- FULFILLED, RELEASED, CANCELLED or REFUNDED.
    """

    code = "REDEMPTION_OVER"

    def __init__(self, state: str) -> None:
        super().__init__(f"the redemption is {state.lower()}")
        self.state = state


class BadRedemptionCode(Refused):
    """There is no such code: mistyped, or made up."""

    code = "BAD_REDEMPTION_CODE"
    path = ("code",)


class RedemptionCodeExpired(Refused):
    """The code was made by the right device, but for another minute."""

    code = "REDEMPTION_CODE_EXPIRED"
    path = ("code",)


class AlreadyRedeemed(Refused):
    """Another till was here first.

    redeemed_at, outlet, outlet_name -- when, and where; None: not at a till.
    """

    code = "ALREADY_REDEEMED"
    path = ("code",)

    def __init__(self, redeemed_at: datetime, outlet: UUID | None, outlet_name: str | None) -> None:
        super().__init__("it has been handed over")
        self.redeemed_at, self.outlet, self.outlet_name = redeemed_at, outlet, outlet_name


class WrongOutlet(Refused):
    """What the code is for is not handed out here."""

    code = "WRONG_OUTLET"
    path = ("outlet",)


class NotRefundable(Refused):
    """It cannot be given back.

    why -- NOT_FULFILLED, TOO_LATE, ERASED, DRAWN or PAID_OUT.
    """

    code = "NOT_REFUNDABLE"

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class AlreadyRefunded(Refused):
    """It was given back before.

    refunded_at -- when.
    """

    code = "ALREADY_REFUNDED"

    def __init__(self, refunded_at: datetime) -> None:
        super().__init__("it was given back before")
        self.refunded_at = refunded_at
