"""Promising: the first real act of a newcomer, and what both are promised for it.

Caps are counted under the lock of the programme's policy, so a burst of first acts meets them
exactly. The order of locks is always the policy, then referrals, then the ledger's accounts.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain import ledger, members, programmes
from domain.members import Member
from domain.referrals.events import Promised, Rewarded
from domain.referrals.records import Doubt, Policy, Referral, State
from infra import ids
from infra.db import Tx
from infra.outbox import emit

GIVEN = """
SELECT coalesce(sum(referrer_points + newcomer_points) FILTER (WHERE day = $2), 0)::bigint
           AS today,
       coalesce(sum(referrer_points + newcomer_points), 0)::bigint AS this_month
FROM referral
WHERE programme = $1 AND state IN ('PROMISED', 'PAID')
  AND day BETWEEN date_trunc('month', $2::date)::date
              AND (date_trunc('month', $2::date) + interval '1 month - 1 day')::date
"""
REFERRED = """
SELECT referrer, count(*)::int AS count FROM referral
WHERE programme = $1 AND referrer = ANY($2::uuid[]) AND state IN ('PROMISED', 'PAID')
  AND day BETWEEN date_trunc('month', $3::date)::date
              AND (date_trunc('month', $3::date) + interval '1 month - 1 day')::date
GROUP BY referrer
"""
SAVE = """
UPDATE referral AS r SET
    state = v.state, doubts = v.doubts::text[], activity = v.activity, acted_at = v.acted_at,
    referrer_points = v.referrer_points, newcomer_points = v.newcomer_points,
    referrer_posting = v.referrer_posting, newcomer_posting = v.newcomer_posting,
    pays_at = v.pays_at,
    day = CASE WHEN v.state = 'PROMISED' THEN $12::date END
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::timestamptz[], $7::bigint[],
            $8::bigint[], $9::uuid[], $10::uuid[], $11::timestamptz[])
     AS v (id, state, doubts, activity, acted_at, referrer_points, newcomer_points,
           referrer_posting, newcomer_posting, pays_at)
WHERE r.programme = $1 AND r.id = v.id
"""
PAID = """
UPDATE referral SET state = 'PAID', resolved_at = $3
WHERE programme = $1 AND id = ANY($2::uuid[])
"""
SAVED = (
    "id", "state", "doubts", "activity", "acted_at", "referrer_points", "newcomer_points",
    "referrer_posting", "newcomer_posting", "pays_at",
)  # fmt: skip
TEXTS = {True: "Points for bringing somebody", False: "Points for a good beginning"}


@dataclass(slots=True)
class Caps:
    """What is left of a programme's caps, counted down referral by referral."""

    policy: Policy
    today: int
    this_month: int
    referred: defaultdict[UUID, int]

    def against(self, referral: Referral, cost: int) -> Sequence[Doubt]:
        """The caps that stop this one; one that passes is counted."""
        found = []
        if self.referred[referral.referrer] >= self.policy.referrer_month_max:
            found.append(Doubt.REFERRER_CAP)
        over_day = self.today + cost > self.policy.day_max
        if over_day or self.this_month + cost > self.policy.month_max:
            found.append(Doubt.PROGRAMME_CAP)
        # An operator who has looked may go beyond; it is counted all the same.
        if not found or referral.cleared:
            self.today += cost
            self.this_month += cost
            self.referred[referral.referrer] += 1
        return [] if referral.cleared else found


async def promise(
    acted: Sequence[Referral], *, policy: Policy, programme: int, at: datetime, tx: Tx
) -> None:
    """Promise both their points for each referral, whose `activity` and `acted_at` are set.

    One that a cap stops is HELD; without days to wait the others are paid at once. All are
    locked, under `policy`, which is as well.
    """
    zone = (await programmes.by_id(programme, tx=tx)).zone
    day = members.day_in(zone, at)
    caps = await _caps(acted, policy, programme, day, tx)
    found = await _people({one for r in acted for one in (r.referrer, r.newcomer)}, programme, tx)
    settled = [_settled(one, caps, found, at) for one in acted]
    promises = [each for one in settled for each in _promises(one, found)]
    if promises:
        book = next(iter(found.values())).book
        for result in await ledger.promise(promises, book=book, at=at, tx=tx):
            ledger.require(result)
    await save(settled, programme=programme, day=day, tx=tx)
    promised = [one for one in settled if one.state is State.PROMISED]
    for one in promised:
        tell(Promised, one, at=at, tx=tx)
    if promised and not policy.hold_days:
        await pay(promised, programme=programme, at=at, tx=tx)


async def pay(due: Sequence[Referral], *, programme: int, at: datetime, tx: Tx) -> None:
    """Pay promises, of which there is one or more, and which are locked.

    One that was withdrawn, since its member was erased, is passed over: the other is paid.
    """
    book = (await programmes.by_id(programme, tx=tx)).book
    postings = [posting for one in due for posting in one.postings]
    paid: set[UUID] = set()
    for result in await ledger.mature(postings, book=book, at=at, tx=tx):
        if result.outcome is not ledger.Outcome.PENDING_NOT_OPEN:
            paid.add(ledger.require(result).id)
    await tx.run(PAID, programme, [one.id for one in due], at)
    for one in due:
        tell(Rewarded, one, at=at, tx=tx, only=paid)


async def save(referrals: Sequence[Referral], *, programme: int, day: date | None, tx: Tx) -> None:
    """Write down what has changed; `day` is that of a promise."""
    columns = [[_plain(getattr(one, name)) for one in referrals] for name in SAVED]
    await tx.run(SAVE, programme, *columns, day)


def tell(
    kind: Any,
    referral: Referral,
    *,
    at: datetime,
    tx: Tx,
    only: Collection[UUID | None] | None = None,
) -> None:
    """Write one event of that kind for each of the two who gets something.

    only -- the postings that are told of; None: both.
    """
    sides = (
        (referral.referrer, referral.referrer_points, referral.referrer_posting, True),
        (referral.newcomer, referral.newcomer_points, referral.newcomer_posting, False),
    )
    for member, points, posting, as_referrer in sides:
        if points and (only is None or posting in only):
            event = kind(
                programme=referral.programme,
                subject=member,
                object=referral.id,
                at=at,
                points=points,
                as_referrer=as_referrer,
            )
            emit(event, tx=tx)


async def _people(ids: Collection[UUID], programme: int, tx: Tx) -> Mapping[UUID, Member]:
    """The members; for one who was merged, the one who has everything now."""
    found = await members.several(ids, programme=programme, tx=tx)
    merged = {one.merged_into for one in found.values() if one.merged_into is not None}
    survivors = await members.several(merged, programme=programme, tx=tx)
    return {id: survivors.get(one.merged_into or id, one) for id, one in found.items()}


async def _caps(
    acted: Sequence[Referral], policy: Policy, programme: int, day: date, tx: Tx
) -> Caps:
    given = await tx.row(GIVEN, programme, day)
    assert given is not None, "a sum is always one row"
    rows = await tx.rows(REFERRED, programme, [one.referrer for one in acted], day)
    referred = defaultdict(int, {row["referrer"]: row["count"] for row in rows})
    return Caps(policy, given["today"], given["this_month"], referred)


def _settled(
    referral: Referral, caps: Caps, found: Mapping[UUID, Member], at: datetime
) -> Referral:
    terms = caps.policy
    # A referrer who has gone meanwhile gets nothing; the newcomer has done what was asked.
    points = terms.referrer_points if found[referral.referrer].is_active else 0
    one_person = found[referral.referrer].id == found[referral.newcomer].id
    against = (
        [Doubt.SELF]
        if one_person and not referral.cleared
        else caps.against(referral, points + terms.newcomer_points)
    )
    if against:
        doubts = tuple(dict.fromkeys((*referral.doubts, *against)))
        return replace(referral, state=State.HELD, doubts=doubts)
    parts = (referral.programme, referral.id, referral.activity)
    return replace(
        referral,
        state=State.PROMISED,
        referrer_points=points,
        newcomer_points=terms.newcomer_points,
        referrer_posting=ids.derived(at, "referrals.referrer", *parts) if points else None,
        newcomer_posting=(
            ids.derived(at, "referrals.newcomer", *parts) if terms.newcomer_points else None
        ),
        pays_at=at + timedelta(days=terms.hold_days),
    )


def _promises(referral: Referral, found: Mapping[UUID, Member]) -> list[ledger.Promise]:
    if referral.state is not State.PROMISED:
        return []
    sides = (
        (referral.referrer_posting, referral.referrer, referral.referrer_points, True),
        (referral.newcomer_posting, referral.newcomer, referral.newcomer_points, False),
    )
    return [
        ledger.Promise(
            id=posting,
            account=found[member].account,
            amount=points,
            meta={"why": "referral", "referral": str(referral.id), "text": TEXTS[as_referrer]},
        )
        for posting, member, points, as_referrer in sides
        if posting is not None and points
    ]


def _plain(value: Any) -> Any:
    # An array of arrays must be even, so each list of doubts goes as its text.
    return "{" + ",".join(value) + "}" if isinstance(value, tuple) else value
