"""Profiling: what is known of members besides what they did, for those who have done nothing yet.

Of some thousands of members, evenly over all: what people of an age or a tier like is learnt from
them as well as from everybody.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import numpy as np

from domain import decisions, members, offers
from infra import db
from recommender.arrays import Profiles, encoded
from workers.columns import Columns

MEMBERS_MAX = 20_000
AT_ONCE = 500


async def profiles(columns: Columns, *, programme: int, at: datetime) -> Profiles:
    """A profile of each row of members; empty where nobody asked."""
    count = len(columns.high)
    said: list[Mapping[str, str | float]] = [{}] * count
    rows = np.unique(np.linspace(0, count - 1, min(count, MEMBERS_MAX)).astype(np.int64)).tolist()
    for begin in range(0, len(rows), AT_ONCE):
        some = {_id(columns, row): row for row in rows[begin : begin + AT_ONCE]}
        async with db.reading() as tx:
            people = await members.several(list(some), programme=programme, tx=tx)
            facts = await offers.facts(list(people.values()), at=at, tx=tx)
        for member, known in facts.items():
            said[some[member]] = decisions.profile_of(known)
    return encoded(said)


def _id(columns: Columns, row: int) -> UUID:
    return UUID(int=int(columns.high[row]) << 64 | int(columns.low[row]))
