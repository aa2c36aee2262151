"""Invite members into a challenge that is for those who were asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import members
from domain.challenges import finding
from domain.challenges.errors import BadAudience, NoSuchChallenge, NotInThisState
from domain.challenges.joining import offer
from domain.challenges.records import COUNTING, Entry, Owner
from infra.db import Tx

INVITED_MAX = 100


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was asked just now: without those who had been, or were in it, or had turned it down."""

    challenge: UUID
    members: tuple[UUID, ...]


async def invite(
    challenge: UUID, several: Sequence[UUID], *, programme: int, at: datetime, tx: Tx
) -> Invited:
    """Ask members to take part, 1 to INVITED_MAX at once; asking somebody again is fine.

    What else the challenge asks of them, joining looks at.
    Refuses, in this order: BadAudience (how many), NoSuchChallenge (also one that friends have
    among themselves), BadAudience (one that is not for who was asked), NotInThisState,
    members.NoSuchMember.
    """
    if not 1 <= len(set(several)) <= INVITED_MAX:
        raise BadAudience(f"1 to {INVITED_MAX} members are asked at once", "member_ids")
    locked = await members.lock(set(several), programme=programme, tx=tx)
    found = await finding.get(challenge, programme=programme, tx=tx)
    if found.owner is Owner.MEMBER:
        raise NoSuchChallenge("there is no such challenge")
    if found.terms.audience.entry is not Entry.INVITED:
        raise BadAudience("the challenge is not for those who were asked", "challenge_id")
    if found.state not in COUNTING:
        raise NotInThisState(found.state)
    if not all(one in locked and locked[one].is_active for one in several):
        raise members.NoSuchMember("there is no such member")
    asked = await offer(found, sorted(set(several)), at=at, tx=tx)
    return Invited(challenge, tuple(sorted(asked)))
