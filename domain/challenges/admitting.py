"""Admitting: those who come into a challenge by what they do, without asking to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

from domain import members
from domain.challenges.contributing import Places
from domain.challenges.events import Joined
from domain.challenges.hinting import hint
from domain.challenges.keeping import Enrolled
from domain.challenges.progress import counted, window
from domain.challenges.qualifying import eligible
from domain.challenges.records import Challenge, Span, State
from domain.challenges.recounting import Recount
from domain.challenges.running import Running
from domain.metrics import Change
from infra.db import Tx
from infra.outbox import emit

Pair: TypeAlias = tuple[UUID, UUID]

# Late activities bring members in, too; while it pauses nobody comes in.
OPEN = frozenset({State.APPROVED, State.LIVE, State.ENDED})

KNOWN = """
SELECT p.member, p.challenge
FROM unnest($2::uuid[], $3::uuid[]) AS w (member, challenge)
JOIN participation AS p ON p.programme = $1 AND p.member = w.member AND p.challenge = w.challenge
"""
ADD = """
INSERT INTO participation (programme, member, challenge, entry, open, since, joined_at, changed_at)
SELECT $1, n.member, n.challenge, 'IN', true, n.since, n.at, n.at
FROM unnest($2::uuid[], $3::uuid[], $4::date[], $5::timestamptz[])
     AS n (member, challenge, since, at)
"""


class Newcomer(NamedTuple):
    """A member whom a change brings into a challenge."""

    challenge: Challenge
    change: Change

    @property
    def since(self) -> date:
        """When their days begin: for all with the challenge, but where each has their own."""
        terms, day = self.challenge.terms, self.change.after.day
        return max(terms.first_day, day) if terms.span is Span.ROLLING else terms.first_day


async def admit(
    changes: Sequence[Change], places: Places, live: Running, *, programme: int, tx: Tx
) -> Sequence[Recount]:
    """Enrol whom these changes bring in; all that they did so far is to be counted for them.

    Whoever was in it before and left, or did not want to, does not come in again by this.
    """
    found = _candidates(changes, places, live)
    if not found:
        return []
    pairs = list(found)
    asked = [member for member, _ in pairs], [challenge for _, challenge in pairs]
    for row in await tx.rows(KNOWN, programme, *asked):
        del found[row["member"], row["challenge"]]
    newcomers = await _eligible(found, programme=programme, tx=tx)
    if not newcomers:
        return []
    columns = [(one.change.member, one.challenge.id, one.since, one.change.at) for one in newcomers]
    await tx.run(ADD, programme, *map(list, zip(*columns, strict=True)))
    hint({one.change.member for one in newcomers}, programme=programme, tx=tx)
    return [_enrolled(one, tx) for one in newcomers]


def _candidates(changes: Sequence[Change], places: Places, live: Running) -> dict[Pair, Newcomer]:
    found: dict[Pair, Newcomer] = {}
    inside = {(member, place.challenge) for member, several in places.items() for place in several}
    for change in changes:
        fact = change.after
        for challenge in live.automatic(fact.type) if fact.counts else ():
            pair = change.member, challenge.id
            if pair in inside or pair in found or not _admits(challenge, change.at):
                continue
            newcomer = Newcomer(challenge, change)
            days = window(challenge.terms, since=newcomer.since, day=fact.day)
            if days and counted(challenge.terms, fact, joined_at=fact.started_at):
                found[pair] = newcomer
    return found


def _admits(challenge: Challenge, at: datetime) -> bool:
    return (
        challenge.state in OPEN
        and challenge.exhausted_at is None
        and at <= challenge.cutoff_at
        and (challenge.disclosed_at is None or challenge.disclosed_at <= at)
    )


async def _eligible(
    found: Mapping[Pair, Newcomer], *, programme: int, tx: Tx
) -> Sequence[Newcomer]:
    """Those for whom their challenge is. Only challenges that are not for all are asked for."""
    by_challenge: defaultdict[UUID, list[Newcomer]] = defaultdict(list)
    for one in found.values():
        by_challenge[one.challenge.id].append(one)
    people = await members.several({id for id, _ in found}, programme=programme, tx=tx)
    admitted: list[Newcomer] = []
    for several in by_challenge.values():
        at, challenge = max(one.change.at for one in several), several[0].challenge
        asking = [people[one.change.member] for one in several]
        fit = await eligible(challenge, asking, at=at, tx=tx)
        admitted += [one for one in several if one.change.member in fit]
    return admitted


def _enrolled(one: Newcomer, tx: Tx) -> Recount:
    challenge, change = one
    emit(
        Joined(
            programme=challenge.programme,
            subject=change.member,
            object=challenge.id,
            at=change.at,
            activity=change.after.activity,
        ),
        tx=tx,
    )
    place = Enrolled(change.member, challenge.id, None, one.since, change.at, {})
    return Recount(place, challenge, change.at, change.after.activity)
