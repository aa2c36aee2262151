"""Reward: what members have accepted follows the points of their activities, there and back.

Points that are earned bring what was promised for them, points that wait let it wait, and points
that are taken back take it along, by the programme's return policy. As everywhere here members are
locked first, then offers, then acceptances, then the ledger's accounts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import activities, members
from domain.members import Member
from domain.members import State as MemberState
from domain.offers import finding, holding, paying, stepping
from domain.offers.events import BonusEarned, BonusTakenBack
from domain.offers.payments import Payment, PayState
from domain.offers.records import Acceptance, Offer, State
from domain.offers.stepping import Promise, Step, Told
from domain.points import Earned
from infra.db import Row, Tx
from infra.outbox import Delivery, emit

# Without a lock, since hardly any activity is awaited by an offer.
CONCERNED = """
SELECT a.id, a.member, a.offer FROM offer_acceptance AS a
WHERE a.programme = $1 AND a.member = ANY($2::uuid[])
  AND (a.state = 'OPEN' AND a.kind IN ('MULTIPLIER', 'BONUS') OR EXISTS (
    SELECT FROM offer_payment AS p
    WHERE p.programme = a.programme AND p.acceptance = a.id AND p.activity = ANY($3::uuid[])))
"""
PAYMENTS = """
SELECT programme, acceptance, activity, member, revision, state, points, at, posting, returned
FROM offer_payment WHERE programme = $1 AND acceptance = ANY($2::uuid[])
ORDER BY acceptance, activity
"""
KEEP = """
INSERT INTO offer_payment (programme, acceptance, activity, member, revision, state, points, at,
                           posting, returned)
SELECT $1, n.acceptance, n.activity, n.member, n.revision, n.state, n.points, n.at, n.posting,
       n.returned
FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::text[], $7::bigint[],
            $8::timestamptz[], $9::uuid[], $10::bigint[])
     AS n (acceptance, activity, member, revision, state, points, at, posting, returned)
ON CONFLICT (programme, acceptance, activity) DO UPDATE
SET revision = excluded.revision, state = excluded.state, points = excluded.points,
    at = excluded.at, posting = excluded.posting, returned = excluded.returned
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the events are about, held."""

    promises: Sequence[Promise]
    offers: Mapping[UUID, Offer]
    people: Mapping[UUID, Member]


async def reward(deliveries: Sequence[Delivery[Any]], tx: Tx) -> None:
    """Pay what was promised for what was earned, and take back what is no longer earned.

    The deliveries have one event of each member at most.
    """
    by_programme: defaultdict[int, list[Delivery[Any]]] = defaultdict(list)
    for delivery in deliveries:
        by_programme[delivery.event.programme].append(delivery)
    for programme in sorted(by_programme):
        told = by_programme[programme]
        at = max(delivery.at for delivery in told)
        await _settle(programme, [one.event for one in told], at, tx)


async def _settle(programme: int, told: Sequence[Told], at: datetime, tx: Tx) -> None:
    subjects, objects = [one.subject for one in told], [one.object for one in told]
    found = await tx.rows(CONCERNED, programme, subjects, objects)
    if not found:
        return
    scene = await _scene(programme, found, tx)
    steps = await _steps(scene, told, at, tx)
    if not steps:
        return
    done = await paying.take_back(steps, scene.offers, scene.people, at=at, tx=tx)
    changes = _changes(scene, done, at)
    paid = await paying.pay(changes, done, scene.offers, scene.people, at=at, tx=tx)
    payments = [one.payment for one in paid]
    await tx.run(KEEP, programme, *zip(*map(_row, payments), strict=True))
    await holding.keep(changes, scene.offers, at=at, tx=tx)
    _tell(paid, at, tx)


async def _scene(programme: int, found: Sequence[Row], tx: Tx) -> Scene:
    people = await members.lock({row["member"] for row in found}, programme=programme, tx=tx)
    merged = {one.merged_into for one in people.values() if one.merged_into} - people.keys()
    others = await members.lock(merged, programme=programme, tx=tx)
    offers = await finding.lock({row["offer"] for row in found}, programme=programme, tx=tx)
    ids = [row["id"] for row in found]
    held = await holding.locked(ids, programme=programme, tx=tx)
    payments: defaultdict[UUID, list[Payment]] = defaultdict(list)
    for row in await tx.rows(PAYMENTS, programme, ids):
        payments[row["acceptance"]].append(_payment(row))
    promises = [Promise(one, tuple(payments[one.id])) for one in held]
    return Scene(promises, offers, {**people, **others})


async def _steps(scene: Scene, told: Sequence[Told], at: datetime, tx: Tx) -> Sequence[Step]:
    """What the events do; each may do something to several promises of its member."""
    earned = [one.object for one in told if isinstance(one, Earned)]
    programme = told[0].programme
    retold = await activities.retold(earned, programme=programme, tx=tx) if earned else ()
    judged = {one.object: one for one in retold}
    events = {one.subject: one for one in told}
    steps = []
    for promise in scene.promises:
        who = promise.acceptance.member
        event = events.get(who)
        if event is None or scene.people[who].state is MemberState.ERASED:
            continue
        found = stepping.step(promise, event, judged.get(event.object), at=at)
        if found is not None:
            steps.append(found)
    return steps


def _changes(
    scene: Scene, steps: Sequence[Step], at: datetime
) -> Sequence[tuple[Acceptance, Acceptance]]:
    """How each acceptance was, and how it is, with the hold that it is to have."""
    standing = {
        (one.acceptance.member, one.acceptance.offer): one.acceptance.id
        for one in scene.promises
        if one.acceptance.state in paying.STANDING
    }
    changes = []
    for one in steps:
        before = one.promise.acceptance
        other = standing.get((before.member, before.offer), before.id) != before.id
        ended = scene.offers[before.offer].state is State.ENDED
        now = stepping.after(one.promise, [one], reopens=not other and not ended, at=at)
        changes.append((before, paying.with_hold(before, now, at=at)))
    return changes


def _payment(row: Row) -> Payment:
    return Payment(**{**row, "state": PayState(row["state"])})


def _row(one: Payment) -> tuple[object, ...]:
    told = (one.acceptance, one.activity, one.member, one.revision, one.state)
    return (*told, one.points, one.at, one.posting, one.returned)


def _tell(steps: Sequence[Step], at: datetime, tx: Tx) -> None:
    for one in steps:
        acceptance, payment = one.promise.acceptance, one.payment
        words: dict[str, Any] = {
            "programme": acceptance.programme,
            "subject": acceptance.member,
            "object": acceptance.id,
            "at": at,
            "offer": acceptance.offer,
            "name": acceptance.name,
            "activity": payment.activity,
            "points": payment.points,
        }
        if one.takes:
            emit(BonusTakenBack(**words, returned=payment.returned), tx=tx)
        elif one.pays:
            emit(BonusEarned(**words), tx=tx)
