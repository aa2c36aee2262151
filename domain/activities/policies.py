"""Policies: which recordings a programme believes, and what it does with the weakest."""

from datetime import datetime

from domain.activities.errors import BadPolicy
from domain.activities.records import Recorder
from domain.activities.weighing import Policy, Taking
from infra.db import Tx

POLICY = "SELECT recorders, manual, indoor FROM activity_policy WHERE programme = $1"
SET = """
INSERT INTO activity_policy (programme, recorders, manual, indoor, set_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (programme) DO UPDATE
SET recorders = excluded.recorders, manual = excluded.manual, indoor = excluded.indoor,
    set_at = excluded.set_at
"""


async def policy(programme: int, *, tx: Tx) -> Policy:
    """How that programme believes; the usual policy where it has none of its own."""
    row = await tx.row(POLICY, programme)
    if row is None:
        return Policy()
    recorders = tuple(Recorder(name) for name in row["recorders"])
    return Policy(recorders, Taking(row["manual"]), Taking(row["indoor"]))


async def set_policy(policy: Policy, *, programme: int, at: datetime, tx: Tx) -> Policy:
    """From now on `programme` believes so; what was judged before stays as it is.

    Refuses BadPolicy where a recorder is missing or named twice.
    """
    if sorted(policy.recorders) != sorted(Recorder):
        raise BadPolicy("name each recorder once")
    names = [recorder.value for recorder in policy.recorders]
    await tx.run(SET, programme, names, policy.manual, policy.indoor, at)
    return policy
