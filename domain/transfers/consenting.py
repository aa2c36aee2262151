"""Consent: points from one friend arrive without being asked for an answer, or never do.

What a member says about one friend counts before their general setting, for as long as that
friendship lasts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.members import Member
from domain.transfers.sending import friend_of
from infra.db import Tx

SAY = """
INSERT INTO transfer_consent (programme, member, friend, auto_accept, at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (programme, member, friend) DO UPDATE SET (auto_accept, at) = ($4, $5)
"""
UNSAY = "DELETE FROM transfer_consent WHERE programme = $1 AND member = $2 AND friend = $3"
SAID = """
SELECT friend, auto_accept, at FROM transfer_consent
WHERE programme = $1 AND member = $2 AND friend = ANY($3::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Consent:
    """What a member said about one friend, and when; it holds for friendships begun before."""

    auto_accept: bool
    at: datetime


async def set_auto_accept(
    member: Member, *, friend: UUID, auto_accept: bool | None, at: datetime, tx: Tx
) -> bool | None:
    """Let points from that friend arrive by themselves, or not; None: as for everyone.

    Refuses, in this order: members.NoSuchMember, NotFriends.
    """
    await friend_of(member, friend, tx)
    if auto_accept is None:
        await tx.run(UNSAY, member.programme, member.id, friend)
    else:
        await tx.run(SAY, member.programme, member.id, friend, auto_accept, at)
    return auto_accept


async def consents(friends: Collection[UUID], *, member: Member, tx: Tx) -> Mapping[UUID, Consent]:
    """What the member has said about each of those; who is left out: nothing."""
    rows = await tx.rows(SAID, member.programme, member.id, list(friends)) if friends else []
    return {row["friend"]: Consent(row["auto_accept"], row["at"]) for row in rows}
