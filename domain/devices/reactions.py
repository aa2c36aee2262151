"""What devices do when others did something."""

from domain.devices.removing import part
from domain.members import Left
from infra.outbox import Reaction

REACTIONS = (Reaction("devices.part", (Left,), part),)
