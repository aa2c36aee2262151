"""What points does when others did something."""

from domain.activities import Judged
from domain.points.awarding import award
from infra.outbox import Reaction

REACTIONS = (Reaction("points.award", (Judged,), award),)
