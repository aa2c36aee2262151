"""Open a link: send whoever comes on, and count those who are strangers.

Each day a link's first stranger earns its member one SHARE activity; those after it are only
counted. Nothing a member says or does makes one.
"""

import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from domain import activities, members
from domain.members import Member
from domain.sharing.errors import NoSuchLink
from domain.sharing.linking import CODE_CHARACTERS
from domain.sharing.records import Opened, Visit
from domain.sharing.strangers import hashes, is_stranger
from infra.db import Tx

SOURCE = "share"
# One office or one phone network is not a crowd.
NETWORK_DAY_MAX = 10
MEMBER_DAY_MAX = 20
FORGET_BATCH = 1_000

FIND = """
SELECT l.programme, l.member, t.url FROM share_link AS l
JOIN share_target AS t ON t.programme = l.programme AND t.id = l.target
WHERE l.code = $1 AND t.open
"""
ADD_SALT = """
INSERT INTO share_salt (programme, day, salt) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
"""
SALT = "SELECT salt FROM share_salt WHERE programme = $1 AND day = $2"
# Asked first, so that one network cannot fill the table of visitors.
FULL = """
SELECT openings >= $4 FROM share_network WHERE programme = $1 AND day = $2 AND network = $3
"""
VISITOR = """
INSERT INTO share_visitor (programme, code, day, visitor) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
"""
NETWORK = """
INSERT INTO share_network AS n (programme, day, network, openings) VALUES ($1, $2, $3, 1)
ON CONFLICT (programme, day, network) DO UPDATE SET openings = n.openings + 1
WHERE n.openings < $4
"""
# Its lock makes the day's openings of one link wait for each other: only one is the first.
OPENED = """
INSERT INTO share_day AS d (programme, code, day, openings) VALUES ($1, $2, $3, 1)
ON CONFLICT (programme, code, day) DO UPDATE SET openings = d.openings + 1
RETURNING activity
"""
LOCK_MEMBER = "SELECT pg_advisory_xact_lock(hashtextextended($1::int || ':' || $2::uuid, 17))"
EARNED = """
SELECT count(*) FROM share_day AS d
JOIN share_link AS l ON l.programme = d.programme AND l.code = d.code
WHERE l.programme = $1 AND l.member = $2 AND d.day = $3 AND d.activity IS NOT NULL
"""
EARN = "UPDATE share_day SET activity = $4 WHERE programme = $1 AND code = $2 AND day = $3"
FORGET_VISITORS = """
DELETE FROM share_visitor WHERE (programme, code, day, visitor) IN (
    SELECT programme, code, day, visitor FROM share_visitor WHERE day < $1 LIMIT $2
)
"""
FORGET_NETWORKS = """
DELETE FROM share_network WHERE (programme, day, network) IN (
    SELECT programme, day, network FROM share_network WHERE day < $1 LIMIT $2
)
"""
FORGET_SALTS = "DELETE FROM share_salt WHERE day < $1"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a code leads, and whose it is."""

    programme: int
    member: UUID
    url: str


async def find(code: str, *, tx: Tx) -> Place:
    """Where a link leads. Raises NoSuchLink."""
    known = len(code) == CODE_CHARACTERS and code.isascii() and code.isalnum()
    row = await tx.row(FIND, code) if known else None
    if row is None:
        raise NoSuchLink("there is no such link")
    return Place(**row)


async def open_link(code: str, *, visit: Visit, at: datetime, tx: Tx) -> Opened:
    """Where to send the visitor; counted when they are a stranger for the first time today.

    Refuses NoSuchLink.
    """
    place = await find(code, tx=tx)
    if not is_stranger(visit):
        return Opened(place.url, counted=False)
    found = await members.several([place.member], programme=place.programme, tx=tx)
    member = found[place.member]
    if not member.is_active:
        return Opened(place.url, counted=False)
    counted = await _counted(code, member, visit, at=at, tx=tx)
    return Opened(place.url, counted)


async def forget(at: datetime, tx: Tx) -> int:
    """Drop the hashes of days that are over, and their salts; how many rows.

    A day later than it could be: somewhere it is still yesterday.
    """
    over = at.date() - timedelta(days=1)
    gone = await tx.run(FORGET_VISITORS, over, FORGET_BATCH)
    gone += await tx.run(FORGET_NETWORKS, over, FORGET_BATCH)
    return gone + await tx.run(FORGET_SALTS, over)


async def _counted(code: str, member: Member, visit: Visit, *, at: datetime, tx: Tx) -> bool:
    programme, today = member.programme, at.date()
    salt = await _salt(programme, today, tx)
    visitor, network = hashes(visit, salt=salt)
    if await tx.value(FULL, programme, today, network, NETWORK_DAY_MAX):
        return False
    if not await tx.run(VISITOR, programme, code, today, visitor):
        return False
    if not await tx.run(NETWORK, programme, today, network, NETWORK_DAY_MAX):
        return False
    day = await members.local_day(member, at=at, tx=tx)
    if await tx.value(OPENED, programme, code, day) is None:
        await _earn(code, member, day, at=at, tx=tx)
    return True


async def _earn(code: str, member: Member, day: date, *, at: datetime, tx: Tx) -> None:
    programme = member.programme
    await tx.run(LOCK_MEMBER, programme, member.id)
    if await tx.value(EARNED, programme, member.id, day) >= MEMBER_DAY_MAX:
        return
    name = f"{code}:{day}"
    report = activities.Report(
        id=activities.id_of(programme=programme, source=SOURCE, external_id=name, started_at=at),
        member=member.id,
        type=activities.Type.SHARE,
        started_at=at,
        ended_at=at,
        quantity=1,
        proof=activities.Proof.VERIFIED,
        source=SOURCE,
        external_id=name,
    )
    (outcome,) = await activities.report([report], programme=programme, at=at, tx=tx)
    await tx.run(EARN, programme, code, day, outcome.activity)


async def _salt(programme: int, day: date, tx: Tx) -> bytes:
    salt = await tx.value(SALT, programme, day)
    if salt is None:
        await tx.run(ADD_SALT, programme, day, os.urandom(32))
        salt = await tx.value(SALT, programme, day)
    return bytes(salt)
