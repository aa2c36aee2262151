"""Award points for judged activities.

Works on a whole batch at once: its members are locked, so that two workers cannot both fill
the same day's limit; awards that exist are left alone, so a batch may come twice.

All members are locked before anything is paid, those who get nothing too: the first round of a
delivery has everybody of the later ones in it, and whoever locked a member only then, with
others' wallets in hand, could wait in a circle with a transfer.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain import ledger, members
from domain.activities import Judged
from domain.members import Member
from domain.points.events import Earned
from domain.points.reckoning import reckon
from domain.points.records import Award
from domain.points.ruling import rule_of
from infra import ids
from infra.db import Row, Tx
from infra.outbox import Delivery, emit

# Long enough for a second look at an activity that is believed but not proved.
MATURES_AFTER = timedelta(hours=24)
PAID = frozenset({"COUNTED", "PENDING"})
# Older activities earn as well, but share the cap of the day they were judged on: otherwise a
# file for each day of the past would earn a whole day's cap each.
LATE_AFTER = timedelta(days=30)

# Nothing for activities without a rule at their time, and for those awarded before.
TERMS = """
SELECT j.id, r.activity, r.version, r.measure, r.points, r.per, r.day_max, r.active_from,
       (SELECT coalesce(sum(a.given), 0)::bigint FROM award AS a
        WHERE a.programme = $1 AND a.member = j.member AND a.rule = j.type AND a.day = j.day)
           AS given_today
FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::date[])
         AS j (id, member, type, started_at, day)
CROSS JOIN LATERAL (
    SELECT activity, version, measure, points, per, day_max, active_from FROM earning_rule
    WHERE programme = $1 AND activity = j.type AND active_from <= j.started_at
    ORDER BY version DESC LIMIT 1
) AS r
WHERE NOT EXISTS (
    SELECT FROM award WHERE programme = $1 AND activity = j.id AND rule = j.type
)
"""
ADD = """
INSERT INTO award (programme, activity, rule, version, member, day, measured, wanted, given,
                   pending, posting, text, at)
SELECT $1, a.activity, a.rule, a.version, a.member, a.day, a.measured, a.wanted, a.given,
       a.pending, a.posting, a.text, a.at
FROM unnest($2::uuid[], $3::text[], $4::int[], $5::uuid[], $6::date[], $7::bigint[],
            $8::bigint[], $9::bigint[], $10::boolean[], $11::uuid[], $12::text[],
            $13::timestamptz[])
         AS a (activity, rule, version, member, day, measured, wanted, given, pending, posting,
               text, at)
"""
AWARDS_OF = """
SELECT activity, rule, version, member, day, measured, wanted, given, pending, posting, text, at
FROM award WHERE programme = $1 AND activity = ANY($2::uuid[]) ORDER BY activity, rule
"""
COLUMNS = tuple(field.name for field in fields(Award))


async def award(deliveries: Sequence[Delivery[Judged]], tx: Tx) -> None:
    """Give what counted activities earn, promise what pending ones do, nothing for the others."""
    by_programme: defaultdict[int, list[Judged]] = defaultdict(list)
    for delivery in deliveries:
        by_programme[delivery.event.programme].append(delivery.event)
    programmes = sorted(by_programme)
    wallets = {
        programme: await members.lock(
            {judged.subject for judged in by_programme[programme]}, programme=programme, tx=tx
        )
        for programme in programmes
    }
    for programme in programmes:
        paid = [judged for judged in by_programme[programme] if judged.outcome in PAID]
        if paid:
            await _award(programme, paid, wallets[programme], tx)


async def awards_of(
    activities: Collection[UUID], *, programme: int, tx: Tx
) -> Mapping[UUID, Sequence[Award]]:
    """What activities of that programme earned, by activity id; one without awards is left out."""
    found: defaultdict[UUID, list[Award]] = defaultdict(list)
    for row in await tx.rows(AWARDS_OF, programme, list(activities)):
        found[row["activity"]].append(Award(**row))
    return dict(found)


async def _award(
    programme: int, judged: Sequence[Judged], wallets: Mapping[UUID, Member], tx: Tx
) -> None:
    days = {j.object: _day(j, wallets[j.subject]) for j in judged}
    terms = await tx.rows(
        TERMS,
        programme,
        [j.object for j in judged],
        [j.subject for j in judged],
        [j.type for j in judged],
        [j.started_at for j in judged],
        [days[j.object] for j in judged],
    )
    by_id = {row["id"]: row for row in terms}
    awards = [_reckoned(j, by_id[j.object], days[j.object]) for j in judged if j.object in by_id]
    if not awards:
        return
    await _pay([a for a in awards if a.given], wallets, tx)
    await tx.run(ADD, programme, *([getattr(a, name) for a in awards] for name in COLUMNS))
    for a in awards:
        if a.given:
            emit(_earned(programme, a), tx=tx)


def _day(judged: Judged, member: Member) -> date:
    """The member's local date whose cap the activity counts against."""
    late = judged.at - judged.started_at > LATE_AFTER
    return members.day_in(member.zone, judged.at) if late else judged.day


def _reckoned(judged: Judged, terms: Row, day: date) -> Award:
    rule = rule_of(terms)
    result = reckon(
        rule,
        metres=judged.distance_m,
        seconds=judged.duration_s,
        given_today=terms["given_today"],
    )
    posting = ids.derived(judged.at, "points.award", judged.programme, judged.object, rule.activity)
    return Award(
        activity=judged.object,
        rule=rule.activity,
        version=rule.version,
        member=judged.subject,
        day=day,
        measured=result.measured,
        wanted=result.wanted,
        given=result.given,
        pending=judged.outcome == "PENDING" and result.given > 0,
        posting=posting if result.given else None,
        text=result.text,
        at=judged.at,
    )


async def _pay(awards: Sequence[Award], wallets: Mapping[UUID, Member], tx: Tx) -> None:
    if not awards:
        return
    # The ledger takes ids of its recent past only: the newest of the batch is the present.
    at = max(a.at for a in awards)
    book = wallets[awards[0].member].book
    now = [_issue(a, wallets[a.member]) for a in awards if not a.pending]
    later = [_promise(a, wallets[a.member]) for a in awards if a.pending]
    results = list(await ledger.post(now, book=book, at=at, tx=tx)) if now else []
    results += await ledger.promise(later, book=book, at=at, tx=tx) if later else []
    for result in results:
        ledger.require(result)


def _issue(award: Award, member: Member) -> ledger.Item:
    assert award.posting is not None, "only awards that give something are paid"
    return ledger.issue(award.given, account=member.account, id=award.posting, meta=_meta(award))


def _promise(award: Award, member: Member) -> ledger.Promise:
    assert award.posting is not None, "only awards that give something are paid"
    return ledger.Promise(
        id=award.posting,
        account=member.account,
        amount=award.given,
        matures_at=award.at + MATURES_AFTER,
        meta=_meta(award),
    )


def _meta(award: Award) -> Mapping[str, Any]:
    return {
        "why": "activity",
        "activity": str(award.activity),
        "rule": award.rule,
        "version": award.version,
        "text": award.text,
    }


def _earned(programme: int, award: Award) -> Earned:
    return Earned(
        programme=programme,
        subject=award.member,
        object=award.activity,
        at=award.at,
        points=award.given,
        pending=award.pending,
        text=award.text,
    )
