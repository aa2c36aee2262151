"""What interactions do when others did something."""

from domain import challenges, redemptions
from domain.activities import Judged
from domain.interactions.following import follow_activities, follow_steps, forget
from domain.members import ConsentWithdrawn
from infra.outbox import Reaction

REACTIONS = (
    Reaction("interactions.activities", (Judged,), follow_activities, whole=True),
    Reaction(
        "interactions.steps", (challenges.Joined, redemptions.Fulfilled), follow_steps, whole=True
    ),
    Reaction("interactions.forget", (ConsentWithdrawn,), forget, whole=True),
)
