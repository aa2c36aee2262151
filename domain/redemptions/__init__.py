"""Redemptions: a member has a reward for their points, and may get them back.

Points are held, then captured when the reward is handed over, or released when it is not. What is
fetched waits under a number and a code, which the member's phone makes even where it is offline;
a till takes it once. It does not know what rewards there are, or why somebody else pays a part.
"""

from domain.redemptions.cancelling import cancel
from domain.redemptions.errors import (
    AlreadyRedeemed,
    AlreadyRefunded,
    BadQuantity,
    BadRedemptionCode,
    NoSuchRedemption,
    NotDiscountable,
    NotRefundable,
    RedemptionCodeExpired,
    RedemptionOver,
    WrongOutlet,
)
from domain.redemptions.events import About, Cancelled, Fulfilled, Refunded, Released, Reserved
from domain.redemptions.handing import Owed, hand_out, owed, take_back
from domain.redemptions.reading import code, get, listed, secret
from domain.redemptions.records import Code, Discount, Handed, Redemption, Secret, State
from domain.redemptions.redeeming import hand_over, redeem
from domain.redemptions.refunding import refund
from domain.redemptions.reserving import QUANTITY_MAX, give, reserve
from domain.redemptions.storing import of_reward, several

__all__ = [
    "QUANTITY_MAX",
    "About",
    "AlreadyRedeemed",
    "AlreadyRefunded",
    "BadQuantity",
    "BadRedemptionCode",
    "Cancelled",
    "Code",
    "Discount",
    "Fulfilled",
    "Handed",
    "NoSuchRedemption",
    "NotDiscountable",
    "NotRefundable",
    "Owed",
    "Redemption",
    "RedemptionCodeExpired",
    "RedemptionOver",
    "Refunded",
    "Released",
    "Reserved",
    "Secret",
    "State",
    "WrongOutlet",
    "cancel",
    "code",
    "get",
    "give",
    "hand_out",
    "hand_over",
    "listed",
    "of_reward",
    "owed",
    "redeem",
    "refund",
    "reserve",
    "secret",
    "several",
    "take_back",
]
