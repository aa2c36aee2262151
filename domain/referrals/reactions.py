"""What referrals do when others did something."""

from domain.activities import Judged
from domain.referrals.acting import act
from infra.outbox import Reaction

REACTIONS = (Reaction("referrals.act", (Judged,), act),)
