"""What offers does when others did something."""

from domain.offers.rewarding import reward
from domain.offers.taking import follow
from domain.points import Earned, Matured, TakenBack
from domain.redemptions import Cancelled, Fulfilled, Refunded, Released
from infra.outbox import Reaction

REACTIONS = (
    Reaction("offers.reward", (Earned, Matured, TakenBack), reward),
    Reaction("offers.follow", (Fulfilled, Cancelled, Released, Refunded), follow),
)
