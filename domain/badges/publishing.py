"""Publishing: what anybody may read of a programme's badges, by addresses that credentials name."""

from dataclasses import dataclass
from uuid import UUID

from domain.badges.credentials import LIST_SIZE, Issuer
from domain.badges.errors import NoSuchBadge, NoSuchIssuer, NoSuchShare, ShareRevoked
from domain.badges.finding import known
from domain.badges.records import Badge
from domain.programmes import NoSuchProgramme, by_slug
from infra.db import Tx

SEED = "SELECT seed FROM badge_issuer WHERE programme = $1"
TOKEN = "SELECT token FROM badge_credential WHERE programme = $1 AND id = $2"
SHARED = """
SELECT EXISTS (
    SELECT FROM badge_credential
    WHERE programme = $1 AND badge = $2 AND level = $3 AND revoked_at IS NULL
)
"""
LISTS = "SELECT shared FROM badge_issuer WHERE programme = $1"
REVOKED = """
SELECT place FROM badge_credential
WHERE programme = $1 AND place >= $2 AND place < $3 AND revoked_at IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class StatusList:
    """Which places of one status list are revoked."""

    number: int
    revoked: frozenset[int]


async def public_issuer(slug: str, *, root: str, tx: Tx) -> Issuer:
    """The programme as an issuer. Raises NoSuchIssuer where nobody has shared anything yet."""
    try:
        programme = await by_slug(slug, tx=tx)
    except NoSuchProgramme:
        raise NoSuchIssuer("there is no such issuer") from None
    seed = await tx.value(SEED, programme.id)
    if seed is None:
        raise NoSuchIssuer("there is no such issuer")
    return Issuer(programme, root, seed)


async def public_badge(key: str, level: int, *, issuer: Issuer, tx: Tx) -> Badge:
    """The badge, if it has that level. Raises NoSuchBadge, also for a secret one of which nobody
    shares that level."""
    badge = (await known([key], programme=issuer.programme.id, tx=tx)).get(key)
    if badge is None or not 1 <= level <= len(badge.levels):
        raise NoSuchBadge("there is no such badge")
    if badge.secret and not await tx.value(SHARED, issuer.programme.id, badge.id, level):
        raise NoSuchBadge("there is no such badge")
    return badge


async def public_credential(id: UUID, *, issuer: Issuer, tx: Tx) -> str:
    """The signed credential. Raises NoSuchShare and ShareRevoked."""
    row = await tx.row(TOKEN, issuer.programme.id, id)
    if row is None:
        raise NoSuchShare("there is no such credential")
    if row["token"] is None:
        raise ShareRevoked("this credential was revoked")
    return str(row["token"])


async def public_status(number: int, *, issuer: Issuer, tx: Tx) -> StatusList:
    """One status list. Raises NoSuchShare for one that nothing is in yet."""
    first = number * LIST_SIZE
    if not 0 <= first <= max(0, await tx.value(LISTS, issuer.programme.id) - 1):
        raise NoSuchShare("there is no such status list")
    rows = await tx.rows(REVOKED, issuer.programme.id, first, first + LIST_SIZE)
    return StatusList(number, frozenset(row["place"] for row in rows))
