"""Rule: how a programme decides: how many are held out, and what comes first in the plain list."""

from collections.abc import Sequence
from uuid import UUID

from domain import offers
from domain.decisions.errors import BadDecisionRules
from domain.decisions.holding_out import PERCENT_MAX
from domain.decisions.records import Settings
from infra.db import Tx

PLAIN_MAX = 100

FIND = "SELECT holdout_percent, plain FROM decision_setting WHERE programme = $1"
SET = """
INSERT INTO decision_setting (programme, holdout_percent, plain) VALUES ($1, $2, $3)
ON CONFLICT (programme) DO UPDATE SET holdout_percent = $2, plain = $3
"""


async def rules(programme: int, *, tx: Tx) -> Settings:
    """How the programme decides now."""
    row = await tx.row(FIND, programme)
    return Settings() if row is None else Settings(row["holdout_percent"], tuple(row["plain"]))


async def set_rules(
    *, holdout_percent: int, plain: Sequence[UUID], programme: int, tx: Tx
) -> Settings:
    """Decide like that from now on; whoever was held out stays so when the share grows.

    plain -- offers that come first in the plain list, in this order.
    Refuses, in this order: BadDecisionRules, offers.NoSuchOffer.
    """
    if not 0 <= holdout_percent <= PERCENT_MAX:
        raise BadDecisionRules(f"a holdout is 0 to {PERCENT_MAX} percent", "holdout_percent")
    if len(plain) > PLAIN_MAX or len(set(plain)) < len(plain):
        raise BadDecisionRules(f"{PLAIN_MAX} offers at most, each once", "plain")
    known = await offers.several(plain, programme=programme, tx=tx)
    if len(known) < len(plain):
        raise offers.NoSuchOffer("there is no such offer")
    await tx.run(SET, programme, holdout_percent, list(plain))
    return Settings(holdout_percent, tuple(plain))
