"""Pairing: two members, held still, and how they stand to each other.

Every verb that changes anything between two members holds both of them first, so that each
decides on what is true and two at once come one after the other.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import members
from domain.friends.errors import SelfFriend
from domain.members import Member
from infra.db import Tx

PAIR = """
SELECT (SELECT since FROM friendship
        WHERE programme = $1 AND member = $2 AND friend = $3) AS friends_since,
       (SELECT at FROM friend_request
        WHERE programme = $1 AND sender = $2 AND receiver = $3) AS asked_at,
       (SELECT hidden FROM friend_request
        WHERE programme = $1 AND sender = $3 AND receiver = $2) AS asked_hidden,
       EXISTS (SELECT FROM block
               WHERE programme = $1 AND blocker = $2 AND blocked = $3) AS blocks,
       EXISTS (SELECT FROM block
               WHERE programme = $1 AND blocker = $3 AND blocked = $2) AS is_blocked,
       (SELECT count(*) FROM friendship WHERE programme = $1 AND member = $2) AS friends,
       (SELECT count(*) FROM friendship WHERE programme = $1 AND member = $3) AS their_friends,
       (SELECT count(*) FROM friend_request
        WHERE programme = $1 AND sender = $2) AS requests
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """How one member stands to `friend`; every fact is seen from the one who acts.

    friends_since -- None: not friends.
    asked_at      -- when the one who acts asked; None: no open request.
    asked_hidden  -- None: the friend has not asked; True: asked, but out of sight.
    requests      -- how many open requests the one who acts has made.
    """

    friend: Member
    friends_since: datetime | None
    asked_at: datetime | None
    asked_hidden: bool | None
    blocks: bool
    is_blocked: bool
    friends: int
    their_friends: int
    requests: int


async def hold(member: Member, friend: UUID, *, tx: Tx) -> Pair:
    """The two, locked until `tx` ends. Raises SelfFriend, members.NoSuchMember."""
    if member.id == friend:
        raise SelfFriend("nobody is their own friend")
    both = await members.lock([member.id, friend], programme=member.programme, tx=tx)
    if sum(one.is_active for one in both.values()) < 2:
        raise members.NoSuchMember("there is no such member")
    facts = await tx.row(PAIR, member.programme, member.id, friend)
    assert facts is not None, "the facts are always one row"
    return Pair(both[friend], **facts)
