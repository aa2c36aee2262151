"""What notices do when others did something."""

from domain.notices.reacting import tell
from domain.notices.telling import TOLD
from infra.outbox import Reaction

# Whole lanes at a time: of what happened to one member at once, one thing is pushed.
REACTIONS = (Reaction("notices.tell", tuple(TOLD), tell, whole=True, planned_once=True),)
