"""Hold out: who sees the plain list for good, so that what learning brings can be told. Pure.

Sticky: a member is in or out by a salted hash, so nothing is kept, nothing is asked, and whoever
is in stays in when the share grows. Each offer has a salt of its own, so that its holdout says
nothing about another's.
"""

from hashlib import sha256
from uuid import UUID

PERCENT_MAX = 50
HUNDRED = 100


def from_all(member: UUID, *, programme: int, percent: int) -> bool:
    """True when the member sees nothing learnt in this programme."""
    return _held_out(f"{programme}", member, percent)


def from_offer(member: UUID, *, programme: int, offer: UUID, percent: int) -> bool:
    """True when the member is not shown this offer, to be compared with those who are."""
    return _held_out(f"{programme}\x1f{offer}", member, percent)


def _held_out(salt: str, member: UUID, percent: int) -> bool:
    digest = sha256(f"laurel.holdout\x1f{salt}\x1f{member}".encode()).digest()
    place = int.from_bytes(digest[:8])
    return place * HUNDRED < percent << 64
