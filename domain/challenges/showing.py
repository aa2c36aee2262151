"""Showing: which challenges a member may see, and their place among those who take part."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.challenges import finding
from domain.challenges.joining import KNOWN
from domain.challenges.records import COUNTING, Challenge, Owner
from domain.members import Member
from infra.db import Tx

IN = """
SELECT challenge FROM participation
WHERE programme = $1 AND member = $2 AND challenge = ANY($3::uuid[])
"""
# Of the newest round of each; as standings are ordered.
PLACE = """
WITH each AS (
    SELECT DISTINCT ON (r.member) r.member, r.reached_at,
           (SELECT sum(v.one) FROM unnest(r.reached) AS v (one)) AS reached
    FROM challenge_round AS r
    JOIN participation AS p ON p.programme = r.programme AND p.member = r.member
         AND p.challenge = r.challenge
    WHERE r.programme = $1 AND r.challenge = $2 AND p.entry = 'IN'
    ORDER BY r.member, r.round DESC
)
SELECT count(*) AS place FROM each AS o JOIN each AS m ON m.member = $3
WHERE o.reached_at IS NOT NULL AND m.reached_at IS NOT NULL
  AND (-o.reached, o.reached_at, o.member) <= (-m.reached, m.reached_at, m.member)
"""
ALL = """
SELECT count(*) FROM participation WHERE programme = $1 AND challenge = $2 AND entry = 'IN'
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A member's place in a challenge.

    place -- from 1; None: nothing has counted for them yet. of: how many take part.
    """

    place: int | None
    of: int


async def open_to(
    member: Member, *, before: UUID | None, limit: int, at: datetime, tx: Tx
) -> Sequence[Challenge]:
    """The challenges that go on or will, newest first; secret ones and other members' are left
    out. Whether each is for the member, `lacking` says."""
    return await finding.listed(
        programme=member.programme,
        states=COUNTING,
        disclosed_by=at,
        before=before,
        limit=limit,
        tx=tx,
    )


async def shown(
    ids: Collection[UUID], *, member: Member, at: datetime, tx: Tx
) -> Mapping[UUID, Challenge]:
    """Those of these challenges that the member may see: approved ones that are no secret and no
    other members' own, and any that they are in or were asked into."""
    found = await finding.several(ids, programme=member.programme, tx=tx)
    rows = await tx.rows(IN, member.programme, member.id, list(found)) if found else []
    own = {row["challenge"] for row in rows}
    return {
        id: one
        for id, one in found.items()
        if id in own or (one.state in KNOWN and one.owner is not Owner.MEMBER and _told(one, at))
    }


async def place(challenge: UUID, *, member: Member, tx: Tx) -> Place:
    """Where the member stands among those who take part; see `standings`."""
    where = member.programme, challenge
    found = await tx.value(PLACE, *where, member.id)
    return Place(found or None, await tx.value(ALL, *where))


def _told(challenge: Challenge, at: datetime) -> bool:
    return challenge.disclosed_at is None or challenge.disclosed_at <= at
