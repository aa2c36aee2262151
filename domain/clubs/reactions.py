"""What clubs do when others did something."""

from domain.clubs.vacating import part
from domain.members import Left
from infra.outbox import Reaction

REACTIONS = (Reaction("clubs.part", (Left,), part),)
