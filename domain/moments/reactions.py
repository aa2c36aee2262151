"""What moments does when others did something."""

from domain.moments.rewarding import reward
from domain.points import Earned, Matured, TakenBack
from infra.outbox import Reaction

REACTIONS = (Reaction("moments.reward", (Earned, Matured, TakenBack), reward),)
