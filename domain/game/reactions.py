"""What the game does when others did something."""

from domain import challenges
from domain.activities import Judged
from domain.game.following import follow
from domain.game.playing import play
from domain.members import CameBack, Left
from domain.points import Earned, TakenBack
from domain.streaks import MilestoneReached, MilestoneUndone
from infra.outbox import Reaction

FOLLOWED = (
    Left,
    CameBack,
    challenges.Joined,
    challenges.Left,
    challenges.Rewarded,
    challenges.RewardReturned,
    MilestoneReached,
    MilestoneUndone,
)

# Whole lanes at a time: what a batch costs by itself is shared by its activities.
REACTIONS = (
    Reaction("game.play", (Judged, Earned, TakenBack), play, whole=True),
    Reaction("game.follow", FOLLOWED, follow, whole=True),
)
