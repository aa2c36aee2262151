"""Sharing: a member lets the world see a badge of theirs, and no longer.

A share is consent: nothing is signed before, the member's name is in it only if they say so, and
it is over when they say so, when they lose the level, or when they are erased.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import members
from domain.badges.credentials import Issuer, Shared, sign
from domain.badges.errors import BadBadgeLevel, BadgeNotHeld, TooManyShares
from domain.badges.records import Badge, Grant
from domain.badges.showing import Shown, show_one
from domain.members import Member
from domain.programmes import Programme
from infra.db import Tx

SEED_BYTES = 32
SHARES_MAX = 200

FOUND = """
INSERT INTO badge_issuer (programme, seed, created_at) VALUES ($1, $2, $3)
ON CONFLICT (programme) DO NOTHING
"""
SEED = "SELECT seed FROM badge_issuer WHERE programme = $1"
# The next place in the status lists; whoever shares at the same time waits.
PLACE = """
UPDATE badge_issuer SET shared = shared + 1 WHERE programme = $1 RETURNING shared - 1
"""
COUNT = "SELECT count(*) FROM badge_credential WHERE programme = $1 AND member = $2"
LIVING = """
SELECT id, badge, level, named, token, shared_at FROM badge_credential
WHERE programme = $1 AND member = $2 AND badge = ANY($3::uuid[]) AND revoked_at IS NULL
ORDER BY badge, level
"""
ADD = """
INSERT INTO badge_credential (programme, id, member, badge, level, place, token, named, shared_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
END = """
UPDATE badge_credential SET revoked_at = $5, revoked_why = 'UNSHARED', token = NULL
WHERE programme = $1 AND member = $2 AND badge = $3 AND ($4::smallint IS NULL OR level = $4)
  AND revoked_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Share:
    """A level of a badge that a member has shared.

    badge -- its id; named -- whether it tells their name; token -- the signed credential.
    """

    id: UUID
    badge: UUID
    level: int
    named: bool
    token: str
    shared_at: datetime


async def share(
    badge: UUID,
    *,
    member: Member,
    level: int | None = None,
    named: bool = False,
    programme: Programme,
    root: str,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Share:
    """Let the world see that the member has this level of the badge; signed now.

    level -- None: the highest that they have.
    named -- whether the credential tells their name.
    root  -- where the world reaches this installation.
    What is shared already in the same way is answered as it is; in another way, it is revoked
    and signed anew.
    Refuses, in this order: NoSuchBadge, BadgeNotHeld, BadBadgeLevel, TooManyShares.
    """
    # So that nobody takes the badge back meanwhile.
    await members.lock([member.id], programme=member.programme, tx=tx)
    day = await members.local_day(member, at=at, tx=tx)
    shown = await show_one(badge, member=member, day=day, tx=tx)
    level = _level(shown, level)
    known = await shares([badge], member=member, tx=tx)
    for one in known.get(badge, ()):
        if (one.level, one.named) == (level, named):
            return one
    if await tx.value(COUNT, member.programme, member.id) >= SHARES_MAX:
        raise TooManyShares(limit=SHARES_MAX)
    await tx.run(END, member.programme, member.id, badge, level, at)
    signer = await issuer(programme, root=root, at=at, tx=tx)
    place = await tx.value(PLACE, member.programme)
    token = sign(_told(shown.badge, level, shown.grants, member, named, signer, id, place), signer)
    row = (member.programme, id, member.id, badge, level, place, token, named, at)
    await tx.run(ADD, *row)
    return Share(id, badge, level, named, token, at)


async def unshare(badge: UUID, *, member: Member, at: datetime, tx: Tx) -> int:
    """End all that the member shares of the badge; how many credentials that revoked.

    Again, or what was never shared, is fine.
    """
    await members.lock([member.id], programme=member.programme, tx=tx)
    return await tx.run(END, member.programme, member.id, badge, None, at)


async def shares(
    badges: Sequence[UUID], *, member: Member, tx: Tx
) -> Mapping[UUID, Sequence[Share]]:
    """What the member shares of these badges now, by badge and then by level."""
    found: dict[UUID, list[Share]] = {}
    for row in await tx.rows(LIVING, member.programme, member.id, list(badges)):
        one = Share(
            row["id"], row["badge"], row["level"], row["named"], row["token"], row["shared_at"]
        )
        found.setdefault(one.badge, []).append(one)
    return found


async def issuer(programme: Programme, *, root: str, at: datetime, tx: Tx) -> Issuer:
    """The programme as an issuer, with a key of its own that is made the first time."""
    await tx.run(FOUND, programme.id, os.urandom(SEED_BYTES), at)
    return Issuer(programme, root, await tx.value(SEED, programme.id))


def _level(shown: Shown, wanted: int | None) -> int:
    """Raises BadgeNotHeld, BadBadgeLevel."""
    if not shown.level:
        raise BadgeNotHeld("you do not have this badge")
    level = shown.level if wanted is None else wanted
    if not 1 <= level <= shown.level:
        raise BadBadgeLevel(most=shown.level)
    return level


def _told(
    badge: Badge,
    level: int,
    grants: Sequence[Grant],
    member: Member,
    named: bool,
    signer: Issuer,
    id: UUID,
    place: int,
) -> Shared:
    """What gave the level, or one above it, first."""
    first = min((g for g in grants if g.level >= level), key=lambda g: (g.given_at, g.id))
    url = first.evidence.get("url")
    name = member.name if named else None
    return Shared(badge, level, signer.credential(id), place, first.given_at, name, url)
