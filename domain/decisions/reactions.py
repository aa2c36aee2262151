"""What decisions does when others did something."""

from domain.decisions.redeeming import LISTENED, redeem
from infra.outbox import Reaction

REACTIONS = (Reaction("decisions.redeem", LISTENED, redeem),)
