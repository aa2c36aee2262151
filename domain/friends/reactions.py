"""What friends does when others did something."""

from domain.friends.parting import part
from domain.members import Left
from infra.outbox import Reaction

REACTIONS = (Reaction("friends.part", (Left,), part),)
