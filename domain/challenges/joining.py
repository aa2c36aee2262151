"""Joining: members come into challenges, go, and say no.

The member is locked first, so that joining and what counts at the same time come one after the
other. Whoever left may come back, and everything since they first joined counts then: going and
coming again wins nothing.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain import members, programmes
from domain.challenges import finding
from domain.challenges.completing import complete
from domain.challenges.errors import (
    AlreadyJoined,
    BadTeam,
    BudgetExhausted,
    ChallengeClosed,
    NoSuchChallenge,
    NotEligible,
    NotJoined,
    TeamFull,
    TeamNeeded,
)
from domain.challenges.events import Joined, Left, Offered, Refused
from domain.challenges.hinting import hint
from domain.challenges.keeping import Enrolled
from domain.challenges.qualifying import lacks
from domain.challenges.records import (
    COUNTING,
    Challenge,
    Entry,
    Mode,
    Owner,
    Participation,
    Span,
    State,
)
from domain.challenges.recounting import Recount, recount
from domain.challenges.standing import participation
from domain.members import Member
from infra import ids
from infra.db import Row, Tx
from infra.outbox import emit

TEAM_CHARACTERS_MAX = 40
JOINABLE = frozenset({State.APPROVED, State.LIVE})
# To members, what is not approved yet is as if there were none.
KNOWN = COUNTING | {State.SETTLED}

PLACE = """
SELECT entry, team, since, joined_at FROM participation
WHERE programme = $1 AND member = $2 AND challenge = $3
"""
ENTER = """
INSERT INTO participation AS p (programme, member, challenge, entry, open, team, since, joined_at,
                                changed_at)
VALUES ($1, $2, $3, 'IN', true, $4, $5, $6, $7)
ON CONFLICT (programme, member, challenge) DO UPDATE
SET entry = 'IN', open = true, team = excluded.team, since = excluded.since,
    joined_at = excluded.joined_at, changed_at = excluded.changed_at
"""
GO = """
UPDATE participation SET entry = $4, open = false, changed_at = $5
WHERE programme = $1 AND member = $2 AND challenge = $3
"""
OFFER = """
INSERT INTO participation (programme, member, challenge, entry, open, offered_at, changed_at)
SELECT $1, w.member, $2, 'OFFERED', false, $4, $4 FROM unnest($3::uuid[]) AS w (member)
ON CONFLICT DO NOTHING RETURNING member
"""
MAKE_TEAM = """
INSERT INTO challenge_team (programme, challenge, id, name, maker, made_at)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
"""
# Held, so that of two who want the last place in it one waits and finds it full.
TEAM = """
SELECT id FROM challenge_team
WHERE programme = $1 AND challenge = $2 AND lower(name) = lower($3) FOR NO KEY UPDATE
"""
IN_TEAM = """
SELECT count(*) FROM participation
WHERE programme = $1 AND challenge = $2 AND team = $3 AND entry = 'IN'
"""


async def join(
    challenge: UUID, *, member: Member, team: str | None = None, at: datetime, tx: Tx
) -> Participation:
    """Take part from now on; what was done before counts where the terms say so.

    team -- for a competition of teams: its name, in any case; a new one makes a team.
    Refuses, in this order: members.NoSuchMember, NoSuchChallenge (also one that is not approved,
    is still a secret, or is other members' own), ChallengeClosed, AlreadyJoined, NotEligible,
    BudgetExhausted, TeamNeeded, BadTeam, TeamFull.
    """
    locked = await _locked(member, tx=tx)
    found, place = await _asked(challenge, locked, at=at, tx=tx)
    entry = place["entry"] if place else None
    day = members.day_in(locked.zone, at)
    # Among friends all come in at once, when the last of them has begun: by then the first may
    # have had their days.
    is_over = day > found.terms.last_day and found.owner is not Owner.MEMBER
    if found.state not in JOINABLE or is_over:
        raise ChallengeClosed("nobody joins this challenge now")
    if entry == "IN":
        raise AlreadyJoined("you take part already")
    if found.terms.audience.entry is Entry.INVITED and entry not in ("OFFERED", "LEFT"):
        raise NotEligible("INVITATION")
    missing = await lacks(found, [locked], at=at, tx=tx)
    if locked.id in missing:
        raise NotEligible(missing[locked.id])
    if found.exhausted_at is not None:
        raise BudgetExhausted("the challenge has no points left")
    before = place["team"] if place else None
    side = await _team(found, locked, team, before, at=at, tx=tx)
    enrolled = _enrolled(found, locked, place, side, day=day, at=at)
    words = (enrolled.team, enrolled.since, enrolled.joined_at, at)
    await tx.run(ENTER, locked.programme, locked.id, challenge, *words)
    hint([locked.id], programme=locked.programme, tx=tx)
    emit(Joined(**_told(locked, challenge, at), team=side), tx=tx)
    moved = await recount([Recount(enrolled, found, at)], programme=locked.programme, tx=tx)
    await complete(moved, programme=locked.programme, tx=tx)
    return await participation(challenge, member=locked, at=at, tx=tx)


async def leave(challenge: UUID, *, member: Member, at: datetime, tx: Tx) -> Participation:
    """Take part no more. What was given stays for as long as what was done for it counts, and
    what a team has got stays. After the cut-off nobody leaves: who has won is decided then.

    Refuses, in this order: members.NoSuchMember, NoSuchChallenge, NotJoined, ChallengeClosed.
    """
    return await _go(challenge, member, "IN", "LEFT", Left, at=at, tx=tx)


async def refuse(challenge: UUID, *, member: Member, at: datetime, tx: Tx) -> Participation:
    """Turn an invitation down. Refuses, in this order: members.NoSuchMember, NoSuchChallenge,
    NotJoined, ChallengeClosed."""
    return await _go(challenge, member, "OFFERED", "REFUSED", Refused, at=at, tx=tx)


async def offer(
    challenge: Challenge, several: Collection[UUID], *, at: datetime, tx: Tx
) -> Sequence[UUID]:
    """Ask these members to take part; those who had not been asked or in it before."""
    rows = await tx.rows(OFFER, challenge.programme, challenge.id, list(several), at)
    asked = [row["member"] for row in rows]
    hint(asked, programme=challenge.programme, tx=tx)
    for id in asked:
        told = {"programme": challenge.programme, "subject": id, "object": challenge.id}
        emit(Offered(**told, at=at), tx=tx)
    return asked


def _told(member: Member, challenge: UUID, at: datetime) -> dict[str, Any]:
    return {"programme": member.programme, "subject": member.id, "object": challenge, "at": at}


async def _locked(member: Member, *, tx: Tx) -> Member:
    found = await members.lock([member.id], programme=member.programme, tx=tx)
    if member.id not in found or not found[member.id].is_active:
        raise members.NoSuchMember("there is no such member")
    return found[member.id]


async def _asked(
    challenge: UUID, member: Member, *, at: datetime, tx: Tx
) -> tuple[Challenge, Row | None]:
    """The challenge as far as the member may know of it, and their place in it."""
    found = await finding.get(challenge, programme=member.programme, tx=tx)
    place = await tx.row(PLACE, member.programme, member.id, challenge)
    secret = found.disclosed_at is not None and at < found.disclosed_at
    private = found.owner is Owner.MEMBER and place is None
    if found.state not in KNOWN or private or (secret and place is None):
        raise NoSuchChallenge("there is no such challenge")
    return found, place


def _enrolled(
    challenge: Challenge,
    member: Member,
    place: Row | None,
    team: UUID | None,
    *,
    day: date,
    at: datetime,
) -> Enrolled:
    """The place of whoever joins; somebody who comes back has the days they had."""
    terms = challenge.terms
    if place is not None and place["since"] is not None:
        return Enrolled(member.id, challenge.id, team, place["since"], place["joined_at"], {})
    # For who takes part by what they do, everything since the first day counts.
    whole = terms.audience.entry is Entry.AUTOMATIC and terms.span is not Span.ROLLING
    since = terms.first_day if whole else max(day, terms.first_day)
    return Enrolled(member.id, challenge.id, team, since, at, {})


async def _team(
    challenge: Challenge,
    member: Member,
    name: str | None,
    before: UUID | None,
    *,
    at: datetime,
    tx: Tx,
) -> UUID | None:
    """The team by that name; whoever comes back is in the team they were in."""
    if (challenge.terms.mode is Mode.COMPETITIVE) != (name is not None):
        raise TeamNeeded("teams are for competitions of teams, and needed there")
    if name is None:
        return None
    plain = programmes.plain(name, longest=TEAM_CHARACTERS_MAX)
    if not plain:
        raise BadTeam(f"a team's name is 1 to {TEAM_CHARACTERS_MAX} characters of plain text")
    scope = challenge.programme, challenge.id
    if before is None:
        await tx.run(MAKE_TEAM, *scope, ids.new(at), plain, member.id, at)
    team: UUID = before or await tx.value(TEAM, *scope, plain)
    if await tx.value(IN_TEAM, *scope, team) >= challenge.terms.team_size_max:
        raise TeamFull(challenge.terms.team_size_max)
    return team


async def _go(
    challenge: UUID,
    member: Member,
    before: str,
    after: str,
    event: type[Left] | type[Refused],
    *,
    at: datetime,
    tx: Tx,
) -> Participation:
    locked = await _locked(member, tx=tx)
    found, place = await _asked(challenge, locked, at=at, tx=tx)
    if place is None or place["entry"] != before:
        raise NotJoined("you do not take part, or were not asked")
    if found.state not in COUNTING or at > found.cutoff_at:
        raise ChallengeClosed("the challenge is over")
    await tx.run(GO, locked.programme, locked.id, challenge, after, at)
    hint([locked.id], programme=locked.programme, tx=tx)
    emit(event(**_told(locked, challenge, at)), tx=tx)
    return await participation(challenge, member=locked, at=at, tx=tx)
