"""What decisions does when others did something."""

from domain.decisions.redeeming import LISTENED, redeem
from domain.decisions.withdrawing import withdraw
from domain.members import ConsentWithdrawn
from infra.outbox import Reaction

REACTIONS = (
    Reaction("decisions.redeem", LISTENED, redeem),
    Reaction("decisions.withdraw", (ConsentWithdrawn,), withdraw, whole=True),
)
