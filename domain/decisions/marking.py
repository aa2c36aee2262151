"""Mark: what is known of a decision after it was made, each kind once, and all that follows.

The order of locks is the member, their decisions by id, whatever an offer locks, the counts, and
last the sums of the bandit, which many wait for.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import interactions, offers
from domain.decisions import learning, suppressing, tallying
from domain.decisions.records import KIND, Decision, Kind, Response
from domain.interactions import Note
from infra import ids
from infra.db import Tx

# What one does counts more than what one takes, as among all interactions.
WEIGHTS = {Kind.ACCEPT: 2.0, Kind.REDEEMED: 3.0}
TAKES = frozenset(WEIGHTS)

MARK = """
INSERT INTO decision_answer (programme, decision, kind, at)
SELECT $1, d.id, $3, $4 FROM unnest($2::uuid[]) AS d (id) ORDER BY d.id
ON CONFLICT DO NOTHING
RETURNING decision
"""
SEE = """
UPDATE decision SET seen_at = $3
WHERE programme = $1 AND id = ANY($2::uuid[]) AND seen_at IS NULL
"""
ANSWER = """
UPDATE decision SET answer = coalesce($3, answer),
    answered_at = CASE WHEN $3::text IS NULL THEN answered_at ELSE $4 END, taken = taken OR $5
WHERE programme = $1 AND id = $2
"""
# What the member was shown until now, anywhere, is not shown again as it is.
STALE = """
UPDATE slate SET stays_until = greatest(at, $3)
WHERE programme = $1 AND member = $2 AND stays_until > greatest(at, $3)
"""


async def see(decisions: Sequence[Decision], *, at: datetime, tx: Tx) -> Collection[UUID]:
    """The decisions were seen by their member; those that were not known to be.

    They are locked, and of one member.
    """
    unseen = [one for one in decisions if one.seen_at is None]
    if not unseen:
        return ()
    member, programme = unseen[0].member, unseen[0].programme
    ids = [one.id for one in unseen]
    rows = await tx.rows(MARK, programme, ids, Kind.IMPRESSION, at)
    new = {row["decision"] for row in rows}
    await tx.run(SEE, programme, ids, at)
    seen = {one.subject for one in unseen if one.id in new and one.is_offer}
    if seen:
        await offers.shown(seen, member=member, programme=programme, at=at, tx=tx)
    return new


async def answer(decision: Decision, kind: Kind, *, at: datetime, tx: Tx) -> Decision:
    """What the member made of it, who has seen it then; a repeat of the kind changes nothing. The
    decision as it is now.

    It is locked, and what its offer gives was given.
    """
    programme, member = decision.programme, decision.member
    new = await see([decision], at=at, tx=tx)
    takes = kind in TAKES
    said = None if kind is Kind.REDEEMED else Response(kind)
    marked = await tx.rows(MARK, programme, [decision.id], kind, at)
    if marked:
        await tx.run(ANSWER, programme, decision.id, said, at, takes)
        await tx.run(STALE, programme, member, at)
        await _suppress(decision, kind, at, tx)
        if takes:
            await _note(decision, kind, at, tx)
    await count_seen([decision], new, tx=tx)
    if marked:
        await tallying.count([decision.item], kind, member=member, programme=programme, tx=tx)
    taken = bool(marked) and takes and not decision.taken
    await _learn([decision], seen=bool(new), taken=taken, tx=tx)
    now = replace(decision, taken=decision.taken or taken, seen_at=decision.seen_at or at)
    return replace(now, answer=said, answered_at=at) if marked and said else now


async def count_seen(decisions: Sequence[Decision], new: Collection[UUID], *, tx: Tx) -> None:
    """Count what was newly seen."""
    items = [one.item for one in decisions if one.id in new]
    if items:
        first = decisions[0]
        who, programme = first.member, first.programme
        await tallying.count(items, Kind.IMPRESSION, member=who, programme=programme, tx=tx)


async def learn_seen(decisions: Sequence[Decision], new: Collection[UUID], *, tx: Tx) -> None:
    """Count what was newly seen, and learn from it."""
    await count_seen(decisions, new, tx=tx)
    await _learn([one for one in decisions if one.id in new], seen=True, taken=False, tx=tx)


async def _learn(decisions: Sequence[Decision], *, seen: bool, taken: bool, tx: Tx) -> None:
    if not decisions or not (seen or taken):
        return
    first, ids = decisions[0], [one.id for one in decisions]
    who, programme = first.member, first.programme
    await learning.learn(ids, seen=seen, taken=taken, member=who, programme=programme, tx=tx)


async def _suppress(decision: Decision, kind: Kind, at: datetime, tx: Tx) -> None:
    programme, member = decision.programme, decision.member
    if kind in TAKES:
        await suppressing.lift(decision.about, member=member, programme=programme, tx=tx)
    elif kind is Kind.NOT_NOW:
        await suppressing.put_off(decision.item, member=member, programme=programme, at=at, tx=tx)
    elif kind is Kind.REFUSE:
        about, item = decision.about, decision.item
        await suppressing.hide(item, about=about, member=member, programme=programme, at=at, tx=tx)


async def _note(decision: Decision, kind: Kind, at: datetime, tx: Tx) -> None:
    """Let it be learnt from, for itself and for what it is about, where its member agreed."""
    items = [decision.item, *(one for one in decision.about if not one.startswith(KIND))]
    notes = [
        Note(
            member=decision.member,
            item=item,
            weight=WEIGHTS[kind],
            at=at,
            id=ids.derived(at, "decisions.interaction", decision.id, kind, item),
        )
        for item in dict.fromkeys(items)
    ]
    await interactions.note(notes, programme=decision.programme, tx=tx)
