"""Welcoming: which challenges a member could join right now, without joining. Reads only."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from domain import members
from domain.challenges import finding
from domain.challenges.joining import JOINABLE
from domain.challenges.qualifying import lacking
from domain.challenges.records import Challenge, Entry, Mode, Owner
from domain.members import Member
from infra.db import Tx

ENTRIES = """
SELECT challenge, entry FROM participation
WHERE programme = $1 AND member = $2 AND challenge = ANY($3::uuid[])
"""


async def joinable(
    ids: Collection[UUID], *, member: Member, at: datetime, tx: Tx
) -> frozenset[UUID]:
    """Those of these challenges of partners and the programme that `join` takes the member into,
    without a team. Who turned an invitation down is not asked again."""
    found = await finding.several(ids, programme=member.programme, tx=tx) if ids else {}
    open = {id: one for id, one in found.items() if _is_open(one, member, at)}
    if not open:
        return frozenset()
    rows = await tx.rows(ENTRIES, member.programme, member.id, list(open))
    entries = {row["challenge"]: row["entry"] for row in rows}
    free = {id for id in open if _may_enter(open[id], entries.get(id))}
    missing = await lacking(free, member=member, at=at, tx=tx) if free else {}
    return frozenset(free - missing.keys())


def _is_open(challenge: Challenge, member: Member, at: datetime) -> bool:
    told = challenge.disclosed_at is None or challenge.disclosed_at <= at
    in_time = members.day_in(member.zone, at) <= challenge.terms.last_day
    alone = challenge.terms.mode is not Mode.COMPETITIVE
    official = challenge.owner is not Owner.MEMBER
    in_state = challenge.state in JOINABLE and challenge.exhausted_at is None
    return in_state and official and told and in_time and alone


def _may_enter(challenge: Challenge, entry: str | None) -> bool:
    if challenge.terms.audience.entry is Entry.INVITED:
        return entry in ("OFFERED", "LEFT")
    return entry not in ("IN", "REFUSED")
