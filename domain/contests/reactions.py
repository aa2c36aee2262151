"""What contests do when others did something."""

from domain.contests.vacating import part
from domain.members import Left
from infra.outbox import Reaction

REACTIONS = (Reaction("contests.part", (Left,), part),)
