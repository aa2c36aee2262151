"""What points does when others did something."""

from domain.activities import Judged
from domain.points.awarding import award
from infra.outbox import Reaction

# Whole lanes at a time: a backlog of one member is paid as fast as that of many.
REACTIONS = (Reaction("points.award", (Judged,), award, whole=True),)
