"""What moments does when others did something."""

from domain.moments.events import Redeemed
from domain.moments.learning import learn
from domain.moments.rewarding import reward
from domain.points import Earned, Matured, TakenBack
from infra.outbox import Reaction

REACTIONS = (
    Reaction("moments.reward", (Earned, Matured, TakenBack), reward),
    Reaction("moments.learn", (Redeemed,), learn),
)
