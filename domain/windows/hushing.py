"""Hushing: for whom it is quiet at a moment, and until when."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import members
from domain.members import Member
from domain.windows.hours import first_allowed
from domain.windows.preferring import several
from domain.windows.records import Preferences
from infra.db import Tx


async def quiet_now(
    ids: Collection[UUID], *, programme: int, at: datetime, tx: Tx
) -> Mapping[UUID, datetime]:
    """Those of the members for whom it is quiet at `at`, and until when.

    For whoever sends later than was decided: a push that was late must not break the quiet.
    """
    known = await members.several(ids, programme=programme, tx=tx)
    wanted = await several(known, programme=programme, tx=tx)
    return quiet_until(known, wanted, at)


def quiet_until(
    known: Mapping[UUID, Member], wanted: Mapping[UUID, Preferences], at: datetime
) -> Mapping[UUID, datetime]:
    """Those for whom it is quiet at `at`, and until when."""
    ends = {
        id: first_allowed(wanted[id].quiet, zone=ZoneInfo(member.zone), at=at)
        for id, member in known.items()
    }
    return {id: end for id, end in ends.items() if end > at}
