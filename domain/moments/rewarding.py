"""Reward: a bonus follows the points of its activity, there and back.

Points that are earned bring it, points that wait let it wait, and points that are taken back take
it along, by the programme's return policy. Members are locked first, then bonuses, then campaigns,
then the ledger's accounts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import activities, ledger, members
from domain.ledger import Outcome
from domain.members import Member, State
from domain.moments import stepping
from domain.moments.bonuses import Bonus, bonus_of
from domain.moments.events import BonusPaid, BonusTakenBack
from domain.moments.sessions import session_of
from domain.moments.stepping import Step, Told, claims, settled, spent
from domain.points import Earned
from infra import ids
from infra.db import Row, Tx
from infra.outbox import Delivery, emit

# What a return policy may answer to a reversal.
KEPT = frozenset({Outcome.INSUFFICIENT, Outcome.RETURN_REFUSED})
LAPSED_AT_ONCE = 200
SESSION = (
    "id", "programme", "member", "type", "device", "started_at", "ended_at", "ending", "cell",
)  # fmt: skip

# Without a lock, since hardly any activity has a bonus.
CONCERNED = """
SELECT DISTINCT member FROM bonus
WHERE programme = $1 AND member = ANY($2::uuid[])
  AND (state = 'OPEN' OR activity = ANY($3::uuid[]))
"""
LOCK = """
SELECT b.programme, b.session, b.member, b.campaign, b.state, b.hundredths, b.most, b.seconds_min,
       b.metres_min, b.opened_at, b.lapses_at, b.activity, b.revision, b.posting, b.points,
       b.paid_at, s.id, s.type, s.device, s.started_at, s.ended_at, s.ending, s.cell
FROM bonus AS b
JOIN activity_session AS s ON s.programme = b.programme AND s.id = b.session
WHERE b.programme = $1 AND b.member = ANY($2::uuid[])
  AND (b.state = 'OPEN' OR b.activity = ANY($3::uuid[]))
ORDER BY b.session FOR NO KEY UPDATE OF b
"""
LOCK_CAMPAIGNS = """
SELECT id, open, budget - reserved - paid AS free FROM bonus_campaign
WHERE programme = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""
KEEP = """
UPDATE bonus AS b
SET state = n.state, activity = n.activity, revision = n.revision, posting = n.posting,
    points = n.points, paid_at = n.paid_at
FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::int[], $6::uuid[], $7::bigint[],
            $8::timestamptz[])
     AS n (session, state, activity, revision, posting, points, paid_at)
WHERE b.programme = $1 AND b.session = n.session
"""
ACCOUNT = """
UPDATE bonus_campaign AS c SET reserved = c.reserved + n.reserved, paid = c.paid + n.paid
FROM (
    SELECT campaign, sum(reserved)::bigint AS reserved, sum(paid)::bigint AS paid
    FROM unnest($2::uuid[], $3::bigint[], $4::bigint[]) AS u (campaign, reserved, paid)
    GROUP BY campaign
) AS n
WHERE c.programme = $1 AND c.id = n.campaign
"""
# Of one campaign at a time, so that nobody waits for two.
LAPSE = """
WITH gone AS (
    UPDATE bonus SET state = 'LAPSED' WHERE (programme, session) IN (
        SELECT programme, session FROM bonus
        WHERE state = 'OPEN' AND lapses_at <= $1 AND (programme, campaign) = (
            SELECT programme, campaign FROM bonus
            WHERE state = 'OPEN' AND lapses_at <= $1 ORDER BY lapses_at LIMIT 1)
        ORDER BY session LIMIT $2 FOR NO KEY UPDATE
    )
    RETURNING programme, campaign, most
), freed AS (
    SELECT programme, campaign, sum(most)::bigint AS most, count(*)::int AS times
    FROM gone GROUP BY programme, campaign
)
UPDATE bonus_campaign AS c SET reserved = c.reserved - f.most
FROM freed AS f WHERE c.programme = f.programme AND c.id = f.campaign
RETURNING f.times
"""


async def reward(deliveries: Sequence[Delivery[Any]], tx: Tx) -> None:
    """Pay the bonuses of what was earned, and take back those of what is no longer earned.

    The deliveries have one event of each member at most.
    """
    by_programme: defaultdict[int, list[Delivery[Any]]] = defaultdict(list)
    for delivery in deliveries:
        by_programme[delivery.event.programme].append(delivery)
    for programme in sorted(by_programme):
        told = by_programme[programme]
        at = max(delivery.at for delivery in told)
        await _settle(programme, [one.event for one in told], at, tx)


async def lapse_due(at: datetime, tx: Tx) -> int:
    """Free what was promised to activities that never came, of one campaign; how many."""
    return await tx.value(LAPSE, at, LAPSED_AT_ONCE) or 0


async def _settle(programme: int, told: Sequence[Told], at: datetime, tx: Tx) -> None:
    objects = [event.object for event in told]
    subjects = [event.subject for event in told]
    found = await tx.rows(CONCERNED, programme, subjects, objects)
    if not found:
        return
    concerned = {row["member"] for row in found}
    people = await _locked(concerned, programme, tx)
    rows = await tx.rows(LOCK, programme, list(concerned), objects)
    events = {event.subject: event for event in told if event.subject in concerned}
    steps = await _steps(rows, events, people, at, tx)
    if not steps:
        return
    campaigns = [step.before.campaign for step in steps]
    frees = {row["id"]: row for row in await tx.rows(LOCK_CAMPAIGNS, programme, campaigns)}
    returned = await _post(steps, people, at, tx)
    free = {id: row["free"] if row["open"] else 0 for id, row in frees.items()}
    done = settled(steps, returned=returned, free=free, at=at)
    columns = zip(*(_row(step.after) for step in done), strict=True)
    await tx.run(KEEP, programme, *columns)
    sums = [(s.before.campaign, *spent(s, returned=returned)) for s in done]
    await tx.run(ACCOUNT, programme, *zip(*sums, strict=True))
    _tell(done, returned, at, tx)


async def _locked(ids: set[UUID], programme: int, tx: Tx) -> Mapping[UUID, Member]:
    """These members, and those into whom some of them were merged."""
    found = await members.lock(ids, programme=programme, tx=tx)
    merged = {one.merged_into for one in found.values() if one.merged_into} - found.keys()
    return {**found, **await members.lock(merged, programme=programme, tx=tx)}


async def _steps(
    rows: Sequence[Row],
    events: Mapping[UUID, Told],
    people: Mapping[UUID, Member],
    at: datetime,
    tx: Tx,
) -> Sequence[Step]:
    """What the events do; an event steps one bonus at most."""
    earned = [one.object for one in events.values() if isinstance(one, Earned)]
    programme = next(iter(events.values())).programme
    retold = await activities.retold(earned, programme=programme, tx=tx) if earned else ()
    judged = {one.object: one for one in retold}
    taken = {row["activity"] for row in rows if row["activity"] is not None}
    steps: dict[UUID, Step] = {}
    for row in rows:
        bonus, event = bonus_of(row), events[row["member"]]
        if event.subject in steps or people[event.subject].state is State.ERASED:
            continue
        if isinstance(event, Earned):
            session = session_of({name: row[name] for name in SESSION})
            one = judged.get(event.object)
            if not claims(event, one, bonus=bonus, session=session, taken=taken, at=at):
                continue
        after = stepping.after(bonus, event, at)
        if after is not None:
            steps[event.subject] = Step(bonus, after, event)
    return list(steps.values())


async def _post(
    steps: Sequence[Step], people: Mapping[UUID, Member], at: datetime, tx: Tx
) -> Mapping[UUID, int]:
    """Pay and take back; what of each posting that was undone came back."""
    book = next(iter(people.values())).book
    back = [step for step in steps if step.takes]
    items = [_reversal(step.before, at) for step in back]
    pays = [_issue(step.after, people) for step in steps if step.pays]
    results = await ledger.post([*items, *pays], book=book, at=at, tx=tx)
    for result in results[len(items) :]:
        ledger.require(result)
    return {
        step.before.session: _returned(step.before, result)
        for step, result in zip(back, results, strict=False)
    }


def _issue(bonus: Bonus, people: Mapping[UUID, Member]) -> ledger.Item:
    assert bonus.posting is not None, "it is paid"
    owner = people[bonus.member].merged_into or bonus.member
    account = people[owner].account
    return ledger.issue(bonus.points, account=account, id=bonus.posting, meta=_meta(bonus))


def _reversal(bonus: Bonus, at: datetime) -> ledger.Item:
    assert bonus.posting is not None, "only what was paid is taken back"
    id = ids.derived(at, "moments.unbonus", bonus.programme, bonus.posting)
    meta = {**_meta(bonus), "text": "Bonus taken back"}
    return ledger.reverse(original=bonus.posting, id=id, meta=meta)


def _meta(bonus: Bonus) -> Mapping[str, Any]:
    said = {"why": "bonus", "campaign": str(bonus.campaign), "activity": str(bonus.activity)}
    return {**said, "text": f"Bonus: {bonus.hundredths / 100:g} times the points"}


def _returned(bonus: Bonus, result: ledger.Result) -> int:
    if result.outcome is Outcome.NOT_REVERSIBLE:
        return bonus.points  # somebody has reversed it by hand, so it is back already
    if result.outcome in KEPT:
        return 0
    return ledger.require(result).moved


def _row(one: Bonus) -> tuple[object, ...]:
    told = (one.session, one.state, one.activity, one.revision)
    return (*told, one.posting, one.points, one.paid_at)


def _tell(steps: Sequence[Step], returned: Mapping[UUID, int], at: datetime, tx: Tx) -> None:
    for step in steps:
        bonus = step.before if step.takes else step.after
        words: dict[str, Any] = {
            "programme": bonus.programme,
            "subject": bonus.member,
            "object": bonus.session,
            "at": at,
            "activity": step.event.object,
            "points": bonus.points,
        }
        if step.takes:
            emit(BonusTakenBack(**words, returned=returned[bonus.session]), tx=tx)
        elif step.pays:
            emit(BonusPaid(**words, hundredths=bonus.hundredths), tx=tx)
