"""What sharing hands out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Target:
    """Something worth sharing: a campaign, a product, a challenge.

    url -- where its links lead: https, registered by an operator.
    """

    id: UUID
    programme: int
    title: str
    url: str
    open: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A member's own short link to a target.

    code     -- 12 letters and digits; nobody guesses it.
    openings -- by strangers, so far.
    """

    code: str
    programme: int
    member: UUID
    target: UUID
    title: str
    created_at: datetime
    openings: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a link, as the door saw it. Nothing of it is kept.

    address -- of the network's end, IPv4 or IPv6; empty when it is not known.
    headers -- with lower-case names.
    known   -- True when the browser has opened this link before, or is the member's own.
    """

    method: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    known: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """Where to send whoever opened a link, and whether it counted."""

    url: str
    counted: bool
