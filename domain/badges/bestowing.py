"""Bestowing: badges that operators give and take by hand."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from domain import ledger, members, programmes
from domain.badges.errors import (
    AlreadyHeld,
    BadBadge,
    BadBadgeLevel,
    BadBadgeReason,
    BadgeRetired,
    NoSuchBadge,
    NoSuchGrant,
)
from domain.badges.finding import grants, several
from domain.badges.granting import grant, held_pairs, take_back
from domain.badges.records import REASON_CHARACTERS_MAX, Ended, Grant, Origin
from domain.members import State
from infra.db import Tx

URL_CHARACTERS_MAX = 500

ABOVE = """
SELECT id FROM badge_grant
WHERE programme = $1 AND member = $2 AND badge = $3 AND level >= $4 AND ended_at IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """What an operator gives to a member.

    reason       -- why; the member reads it.
    given_at     -- the date of issue, not in the future; None: now.
    evidence_url -- where something about it is to be seen; None: nowhere.
    """

    badge: UUID
    member: UUID
    level: int
    reason: str
    given_at: datetime | None = None
    evidence_url: str | None = None


async def bestow(
    gift: Gift, *, operator: UUID, programme: int, id: UUID, at: datetime, tx: Tx
) -> Grant:
    """Give a level of a badge by hand.

    id -- the same id again with the same gift answers the same.
    Refuses, in this order: BadBadgeReason, BadBadge (given_at, evidence_url), NoSuchBadge,
    BadBadgeLevel, members.NoSuchMember, ledger.KeyReused, BadgeRetired, AlreadyHeld.
    """
    wanted = _wanted(gift, operator=operator, programme=programme, id=id, at=at)
    badge = (await several([gift.badge], programme=programme, tx=tx)).get(gift.badge)
    if badge is None:
        raise NoSuchBadge("there is no such badge")
    if not 1 <= gift.level <= len(badge.levels):
        raise BadBadgeLevel(most=len(badge.levels))
    member = (await members.lock([gift.member], programme=programme, tx=tx)).get(gift.member)
    if member is None or member.state is not State.ACTIVE:
        raise members.NoSuchMember("there is no such member")
    first = (await grants([id], programme=programme, tx=tx)).get(id)
    if first is not None:
        if (first.member, first.badge, first.level) != (gift.member, gift.badge, gift.level):
            raise ledger.KeyReused
        return first
    if badge.retired_at is not None:
        raise BadgeRetired(f"the badge {badge.key} is retired")
    pair = gift.member, gift.badge
    if (await held_pairs([pair], programme=programme, tx=tx)).get(pair, 0) >= gift.level:
        raise AlreadyHeld("the member has that level already")
    await grant([wanted], programme=programme, tx=tx)
    return wanted


async def strip(id: UUID, *, programme: int, at: datetime, tx: Tx) -> Grant:
    """Take away the level that the grant gave and those above it, whatever gave them.

    The rule does not give those again, however the facts change; another reward or an operator
    may. Taking away what is gone already is fine.
    Refuses NoSuchGrant.
    """
    found = (await grants([id], programme=programme, tx=tx)).get(id)
    if found is None:
        raise NoSuchGrant("there is no such grant of a badge")
    await members.lock([found.member], programme=programme, tx=tx)
    rows = await tx.rows(ABOVE, programme, found.member, found.badge, found.level)
    over = [row["id"] for row in rows]
    await take_back(over, programme=programme, why=Ended.OPERATOR, at=at, tx=tx)
    return (await grants([id], programme=programme, tx=tx))[id]


def _wanted(gift: Gift, *, operator: UUID, programme: int, id: UUID, at: datetime) -> Grant:
    reason = programmes.plain(gift.reason, longest=REASON_CHARACTERS_MAX)
    if not reason:
        raise BadBadgeReason(f"a reason is 1 to {REASON_CHARACTERS_MAX} characters of plain text")
    if gift.given_at is not None and gift.given_at > at:
        raise BadBadge("given_at", "a badge is not issued in the future")
    if gift.evidence_url is not None and not _is_web_address(gift.evidence_url):
        raise BadBadge("evidence_url", "a url is an https address of 500 characters at most")
    evidence = {} if gift.evidence_url is None else {"url": gift.evidence_url}
    return Grant(
        id,
        programme,
        gift.member,
        gift.badge,
        gift.level,
        Origin.OPERATOR,
        gift.given_at or at,
        evidence,
        operator,
        reason,
    )


def _is_web_address(text: str) -> bool:
    """True for an https address with a host and nobody's name in it (RFC 3986)."""
    if len(text) > URL_CHARACTERS_MAX or not text.isascii() or not text.isprintable():
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
