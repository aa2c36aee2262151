"""Qualifying: for whom a challenge is. All that its audience says must hold when they come in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import badges, members, tiers
from domain.challenges import finding
from domain.challenges.records import Audience, Challenge, Entry
from domain.members import LabelKind, Member
from infra.db import Tx

COMPLETED = """
SELECT DISTINCT member, challenge FROM challenge_round
WHERE programme = $1 AND member = ANY($2::uuid[]) AND challenge = ANY($3::uuid[])
  AND state = 'COMPLETED'
"""
# Whoever left an invited place may come back to it; whoever refused may not.
ASKED = """
SELECT challenge FROM participation
WHERE programme = $1 AND member = $2 AND challenge = ANY($3::uuid[])
  AND entry IN ('OFFERED', 'IN', 'LEFT')
"""


@dataclass(frozen=True, slots=True)
class Traits:
    """What a member is, as far as an audience may ask; what none asks is left empty.

    town      -- without its case; empty: they say none.
    completed -- challenges.
    badges    -- by their keys.
    """

    segments: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    town: str = ""
    level: int = 0
    completed: frozenset[UUID] = frozenset()
    badges: frozenset[str] = frozenset()


async def eligible(
    challenge: Challenge, several: Collection[Member], *, at: datetime, tx: Tx
) -> frozenset[UUID]:
    """Those of these members for whom the challenge is, invitations left aside."""
    missing = await lacks(challenge, several, at=at, tx=tx)
    return frozenset(member.id for member in several) - missing.keys()


async def lacks(
    challenge: Challenge, several: Collection[Member], *, at: datetime, tx: Tx
) -> Mapping[UUID, str]:
    """What each member lacks first: SEGMENT, TIER, AREA, LEVEL, CHALLENGE or BADGE, in this
    order; those who lack nothing are left out."""
    audience = challenge.terms.audience
    ids = [member.id for member in several]
    found = await _traits([audience], ids, programme=challenge.programme, at=at, tx=tx)
    missing = {id: lack(audience, found[id]) for id in ids}
    return {id: why for id, why in missing.items() if why is not None}


async def lacking(
    ids: Collection[UUID], *, member: Member, at: datetime, tx: Tx
) -> Mapping[UUID, str]:
    """What the member lacks first for each of these challenges: INVITATION, or as `lacks` says;
    those for which they lack nothing are left out."""
    home = member.programme
    challenges = (await finding.several(ids, programme=home, tx=tx)).values()
    audiences = [one.terms.audience for one in challenges]
    traits = (await _traits(audiences, [member.id], programme=home, at=at, tx=tx))[member.id]
    invited = [one.id for one in challenges if one.terms.audience.entry is Entry.INVITED]
    rows = await tx.rows(ASKED, home, member.id, invited) if invited else []
    missing = {one.id: lack(one.terms.audience, traits) for one in challenges}
    missing |= dict.fromkeys(set(invited) - {row["challenge"] for row in rows}, "INVITATION")
    return {id: why for id, why in missing.items() if why is not None}


def lack(audience: Audience, traits: Traits) -> str | None:
    """What somebody lacks first; None: nothing. Pure."""
    fits = (
        ("SEGMENT", not audience.segments or audience.segments & traits.segments),
        ("TIER", not audience.tiers or audience.tiers & traits.tiers),
        ("AREA", not audience.areas or traits.town in map(str.casefold, audience.areas)),
        ("LEVEL", traits.level >= audience.level_min),
        ("CHALLENGE", audience.challenges <= traits.completed),
        ("BADGE", audience.badges <= traits.badges),
    )
    return next((why for why, fit in fits if not fit), None)


async def _traits(
    audiences: Sequence[Audience],
    ids: Collection[UUID],
    *,
    programme: int,
    at: datetime,
    tx: Tx,
) -> Mapping[UUID, Traits]:
    """What these members are, as far as one of the audiences asks."""
    labels: Mapping[UUID, Mapping[LabelKind, frozenset[str]]] = {}
    towns: Mapping[UUID, str] = {}
    levels: Mapping[UUID, int] = {}
    held: Mapping[UUID, Mapping[str, int]] = {}
    if any(one.segments or one.tiers for one in audiences):
        labels = await _labels(ids, programme=programme, at=at, tx=tx)
    if any(one.areas for one in audiences):
        towns = await members.towns(ids, programme=programme, tx=tx)
    if any(one.level_min for one in audiences):
        levels = await tiers.levels(ids, programme=programme, at=at, tx=tx)
    if any(one.badges for one in audiences):
        held = await badges.held(ids, programme=programme, tx=tx)
    before = frozenset[UUID]().union(*(one.challenges for one in audiences))
    rows = await tx.rows(COMPLETED, programme, list(ids), list(before)) if before else []
    done = {(row["member"], row["challenge"]) for row in rows}
    return {
        id: Traits(
            segments=labels.get(id, {}).get(LabelKind.SEGMENT, frozenset()),
            tiers=labels.get(id, {}).get(LabelKind.TIER, frozenset()),
            town=towns.get(id, "").casefold(),
            level=levels.get(id, 0),
            completed=frozenset(one for one in before if (id, one) in done),
            badges=frozenset(held.get(id, {})),
        )
        for id in ids
    }


async def _labels(
    ids: Collection[UUID], *, programme: int, at: datetime, tx: Tx
) -> Mapping[UUID, Mapping[LabelKind, frozenset[str]]]:
    labels = await members.labels(ids, programme=programme, tx=tx)
    return {
        id: {
            kind: frozenset(one.name for one in several if one.kind is kind and one.held(at))
            for kind in LabelKind
        }
        for id, several in labels.items()
    }
