"""An activity judged anew: what it had earned is taken back, exactly, and it earns anew."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain import ledger, points
from domain.activities import Judged, Proof, Type
from domain.ledger import ReturnPolicy
from domain.members import Member
from domain.points import ClaimState
from infra import db
from infra.db import Tx
from tests.domain.points.judgements import (
    MINUTE,
    a_club,
    a_run,
    again,
    award_of,
    deliver,
    has,
    sold,
    spent,
)
from tests.support import apart, given
from tests.support.given import NOON

EVERY = """
SELECT revision, given, returned, undone_at IS NULL AS stands FROM award
WHERE programme = $1 AND activity = $2 ORDER BY revision
"""
PID = "SELECT pg_backend_pid()"
ONLY_PENDING = {"return_policy": ReturnPolicy.ONLY_PENDING}
NEGATIVE = {"return_policy": ReturnPolicy.NEGATIVE_ALLOWED}


async def awards(judged: Judged, tx: Tx) -> list[tuple[int, int, int | None, bool]]:
    rows = await tx.rows(EVERY, judged.programme, judged.object)
    return [tuple(row) for row in rows]


async def claims_on(member: Member, tx: Tx) -> list[tuple[int, int, ClaimState]]:
    found = await points.claims(member.programme, member=member.id, limit=10, tx=tx)
    return [(claim.points, claim.settled, claim.state) for claim in reversed(found)]


async def test_given_a_paid_run_when_it_is_amended_then_it_has_earned_the_new_points_only(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada)
    await deliver([run], tx)

    await deliver([again(run, distance_m=3_000)], tx)

    assert await has(ada, tx) == (30, 0)
    assert await awards(run, tx) == [(1, 50, 50, False), (2, 30, None, True)]
    assert (await award_of(run, tx)).revision == 2
    await sold(ada, tx)


@pytest.mark.parametrize("outcome", ["WITHDRAWN", "REJECTED", "REVIEW"])
async def test_given_a_paid_run_when_it_no_longer_counts_then_its_very_lots_are_gone(
    outcome: str, tx: Tx
) -> None:
    club = await a_club(tx, policies={"expiry_months": 12})
    ada = await given.a_member(club, holding=20, tx=tx)
    run = a_run(ada)
    await deliver([run], tx)

    await deliver([again(run, outcome=outcome)], tx)

    assert await has(ada, tx) == (20, 0)
    newest, *_ = await ledger.statement(ada.account, book=ada.book, limit=1, tx=tx)
    assert (newest.kind, newest.amount) == (ledger.Kind.REVERSE, -50)
    assert newest.meta["text"] == "taken back: 5.0 km run x 10 points per km = 50 points"
    assert [type(event) for event in tx.staged][-1] is points.TakenBack
    await sold(ada, tx)


async def test_given_a_promise_when_its_run_is_withdrawn_then_the_promise_is_cancelled(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada, outcome="PENDING")
    await deliver([run], tx)

    await deliver([again(run, outcome="WITHDRAWN")], tx)

    assert await has(ada, tx) == (0, 0)
    assert await awards(run, tx) == [(1, 50, 50, False)]
    assert await ledger.statement(ada.account, book=ada.book, limit=1, tx=tx) == []


async def test_given_a_promise_that_the_ledger_matured_when_withdrawn_then_it_is_reversed(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada, outcome="PENDING")
    await deliver([run], tx)
    posting = (await award_of(run, tx)).posting
    assert posting is not None
    await ledger.mature([posting], book=ada.book, at=NOON + timedelta(days=1), tx=tx)

    await deliver([again(run, outcome="WITHDRAWN")], tx)

    assert await has(ada, tx) == (0, 0)
    assert await awards(run, tx) == [(1, 50, 50, False)]
    await sold(ada, tx)


async def test_given_a_provisional_run_when_it_is_trued_up_then_the_new_points_are_there(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada, outcome="PENDING")
    await deliver([run], tx)

    await deliver([again(run, outcome="COUNTED", distance_m=6_000)], tx)

    assert await has(ada, tx) == (60, 0)


@pytest.mark.parametrize("together", [True, False])
async def test_given_revisions_of_one_run_when_delivered_then_all_are_paid_in_their_order(
    together: bool, tx: Tx
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada)
    second = again(run, distance_m=9_000)
    between = a_run(ada, metres=4_000, at=NOON + 2 * MINUTE)
    third = again(second, distance_m=2_000, at=NOON + 3 * MINUTE)
    batches = [[run, second, between, third]] if together else [[run], [second], [between], [third]]

    for batch in batches:
        await deliver(batch, tx)

    assert await awards(run, tx) == [(1, 50, 50, False), (2, 90, 90, False), (3, 20, None, True)]
    assert (await award_of(between, tx)).given == 10
    assert await has(ada, tx) == (30, 0)
    await sold(ada, tx)


@pytest.mark.parametrize("third", ["COUNTED", "WITHDRAWN"])
async def test_given_a_late_revision_when_a_newer_one_was_seen_then_it_changes_nothing(
    third: str, tx: Tx
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    first = a_run(ada)
    second = again(first, distance_m=9_000)
    newest = again(second, outcome=third, distance_m=2_000)
    await deliver([first], tx)
    await deliver([newest], tx)
    has_now = await has(ada, tx)

    await deliver([second], tx)
    await deliver([first], tx)
    await deliver([newest], tx)

    assert await has(ada, tx) == has_now == ((20, 0) if third == "COUNTED" else (0, 0))


async def test_given_a_withdrawal_of_what_never_earned_when_its_first_judgement_comes_late_then_no(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada)
    withdrawn = again(run, outcome="WITHDRAWN")

    await deliver([withdrawn], tx)
    await deliver([withdrawn], tx)
    await deliver([run], tx)

    assert await has(ada, tx) == (0, 0)
    assert await awards(run, tx) == []


async def test_given_a_full_day_when_a_run_is_amended_then_exactly_its_room_is_free_and_filled(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx, day_max=100), tx=tx)
    big, small = a_run(ada, metres=8_000), a_run(ada, metres=5_000)
    await deliver([big, small], tx)
    assert (await award_of(small, tx)).given == 20

    await deliver([again(big, distance_m=3_000)], tx)
    late = a_run(ada, metres=9_000)
    await deliver([late], tx)

    assert (await award_of(late, tx)).given == 50
    assert await has(ada, tx) == (100, 0)


async def test_given_an_amended_type_when_judged_then_the_room_of_both_rules_is_right(
    tx: Tx,
) -> None:
    club = await a_club(tx, day_max=50)
    await points.set_rule(
        club, activity=Type.RIDE, measure=points.Measure.METRES, points=1, per=1_000, day_max=3,
        at=NOON, tx=tx,
    )  # fmt: skip
    ada = await given.a_member(club, tx=tx)
    run = a_run(ada)
    await deliver([run], tx)

    await deliver([again(run, type=Type.RIDE), a_run(ada, metres=4_000)], tx)

    assert await has(ada, tx) == (43, 0)
    assert (await award_of(run, tx)).rule == Type.RIDE


async def test_given_a_changed_rule_when_an_old_run_is_amended_then_its_own_version_pays(
    tx: Tx,
) -> None:
    club = await a_club(tx)
    ada = await given.a_member(club, tx=tx)
    run = a_run(ada)
    await deliver([run], tx)
    await points.set_rule(
        club, activity=Type.RUN, measure=points.Measure.ACTIVITIES, points=7, day_max=7,
        at=NOON, tx=tx,
    )  # fmt: skip

    await deliver([again(run, distance_m=6_000)], tx)

    assert ((await award_of(run, tx)).version, await has(ada, tx)) == (1, (60, 0))


async def test_given_spent_points_when_a_run_is_withdrawn_then_the_rest_is_claimed_later(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada)
    await deliver([run], tx)
    await spent(35, ada, tx)

    await deliver([again(run, outcome="WITHDRAWN")], tx)

    assert await has(ada, tx) == (0, 0)
    assert await awards(run, tx) == [(1, 50, 15, False)]
    assert await claims_on(ada, tx) == [(35, 0, ClaimState.OPEN)]

    await deliver([a_run(ada, metres=2_000, at=NOON + 2 * MINUTE)], tx)
    assert await has(ada, tx) == (0, 0)
    assert await claims_on(ada, tx) == [(35, 20, ClaimState.OPEN)]

    await deliver([a_run(ada, metres=2_000, at=NOON + 3 * MINUTE)], tx)
    assert await has(ada, tx) == (5, 0)
    assert await claims_on(ada, tx) == [(35, 35, ClaimState.SETTLED)]
    await sold(ada, tx)


async def test_given_spent_points_when_a_run_is_amended_then_only_the_difference_is_missing(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada)
    await deliver([run], tx)
    await spent(50, ada, tx)

    await deliver([again(run, distance_m=6_000)], tx)

    assert await has(ada, tx) == (10, 0)
    assert await claims_on(ada, tx) == [(50, 50, ClaimState.SETTLED)]


async def test_given_spent_points_when_amended_to_pending_then_nothing_is_promised_twice(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada)
    await deliver([run], tx)
    await spent(50, ada, tx)

    await deliver([again(run, outcome="PENDING", distance_m=6_000)], tx)

    assert await has(ada, tx) == (10, 0)


async def test_given_a_book_that_keeps_what_was_given_when_amended_then_nobody_gains_twice(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx, policies=ONLY_PENDING), tx=tx)
    run = a_run(ada)
    await deliver([run], tx)

    up = again(run, distance_m=6_000)
    await deliver([up], tx)
    assert await has(ada, tx) == (60, 0)

    away = again(up, outcome="WITHDRAWN")
    await deliver([away], tx)
    await deliver([a_run(ada, metres=1_000, at=NOON + 5 * MINUTE)], tx)
    assert await has(ada, tx) == (70, 0)

    await deliver([again(away, outcome="COUNTED", distance_m=6_000, at=NOON + 6 * MINUTE)], tx)
    assert await has(ada, tx) == (70, 0)
    await sold(ada, tx)


async def test_given_a_book_that_allows_debts_when_withdrawn_then_the_ledger_keeps_the_debt(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx, policies=NEGATIVE), tx=tx)
    run = a_run(ada)
    await deliver([run], tx)
    await spent(35, ada, tx)

    await deliver([again(run, outcome="WITHDRAWN")], tx)
    await deliver([a_run(ada, metres=4_000, at=NOON + 2 * MINUTE)], tx)

    assert await has(ada, tx) == (5, 0)
    assert await claims_on(ada, tx) == []


async def test_given_a_claim_when_an_operator_writes_it_off_then_it_is_never_taken(tx: Tx) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada)
    await deliver([run], tx)
    await spent(50, ada, tx)
    await deliver([again(run, outcome="WITHDRAWN")], tx)
    (claim,) = await points.claims(ada.programme, limit=10, tx=tx)

    await points.write_off(claim.id, programme=ada.programme, at=NOON, tx=tx)
    await deliver([a_run(ada, metres=4_000, at=NOON + 2 * MINUTE)], tx)

    assert await has(ada, tx) == (40, 0)
    assert await claims_on(ada, tx) == [(50, 0, ClaimState.WRITTEN_OFF)]


async def test_given_claims_when_written_off_wrongly_then_refused_in_order(tx: Tx) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    other = await a_club(tx)
    run = a_run(ada)
    await deliver([run], tx)
    await spent(50, ada, tx)
    await deliver([again(run, outcome="WITHDRAWN")], tx)
    (claim,) = await points.claims(ada.programme, limit=10, tx=tx)

    with pytest.raises(points.NoSuchClaim):
        await points.write_off(claim.id, programme=other.id, at=NOON, tx=tx)
    await points.write_off(claim.id, programme=ada.programme, at=NOON, tx=tx)
    with pytest.raises(points.ClaimClosed):
        await points.write_off(claim.id, programme=ada.programme, at=NOON, tx=tx)


async def test_given_eight_deliveries_of_one_withdrawal_at_once_then_it_is_taken_back_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada = await given.a_member(await a_club(tx), holding=500, tx=tx)
        run = a_run(ada)
        await deliver([run], tx)
    withdrawn = again(run, outcome="WITHDRAWN")

    async def once(judged: Judged) -> None:
        async with db.transaction() as tx:
            await deliver([judged], tx)

    await asyncio.gather(*(once(withdrawn) for _ in range(8)))

    async with db.transaction() as tx:
        assert await has(ada, tx) == (500, 0)
        await sold(ada, tx)


async def test_given_many_claims_when_the_member_earns_eight_times_at_once_then_taken_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada = await given.a_member(await a_club(tx, day_max=1_000), tx=tx)
        runs = [a_run(ada, metres=1_000) for _ in range(5)]
        await deliver(runs, tx)
        await spent(50, ada, tx)
        await deliver([again(run, outcome="WITHDRAWN") for run in runs], tx)

    async def once() -> None:
        async with db.transaction() as tx:
            await deliver([a_run(ada, metres=1_000)], tx)

    await asyncio.gather(*(once() for _ in range(8)))

    async with db.transaction() as tx:
        assert await has(ada, tx) == (30, 0)
        assert await claims_on(ada, tx) == [(10, 10, ClaimState.SETTLED)] * 5
        await sold(ada, tx)


async def test_given_an_amendment_whose_connection_dies_when_it_comes_again_then_it_is_done_once(
    database: None, database_url: str
) -> None:
    async with db.transaction() as tx:
        ada = await given.a_member(await a_club(tx), tx=tx)
        run = a_run(ada)
        await deliver([run], tx)
    amended = again(run, distance_m=3_000)

    async def cut_off() -> None:
        async with db.transaction() as tx, apart.owner(database_url) as owner:
            await deliver([amended], tx)
            await owner.execute("SELECT pg_terminate_backend($1)", await tx.value(PID))

    with pytest.raises(db.Unavailable):
        await cut_off()
    async with db.transaction() as tx:
        assert await has(ada, tx) == (50, 0)
        await deliver([amended], tx)

    async with db.transaction() as tx:
        assert await has(ada, tx) == (30, 0)
        await sold(ada, tx)


async def test_given_a_backlog_of_weeks_when_delivered_at_once_then_all_is_posted_in_its_time(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx, at=NOON - timedelta(days=60)), tx=tx)
    moments = [NOON - timedelta(days=ago) for ago in (45, 44, 1, 0)]
    runs = [a_run(ada, metres=1_000, at=at, started_at=at, day=at.date()) for at in moments]

    await deliver(runs, tx)

    assert await has(ada, tx) == (40, 0)


async def test_given_proofs_that_mature_slowly_when_judged_then_each_waits_for_its_own_time(
    tx: Tx,
) -> None:
    club = await a_club(tx)
    ada = await given.a_member(club, tx=tx)
    await points.set_maturity(club, proof=Proof.CLAIMED, hours=48, tx=tx)
    cases: list[tuple[dict[str, Any], timedelta | None]] = [
        ({"proof": "CLAIMED"}, timedelta(hours=48)),
        ({"proof": "CLAIMED", "outcome": "PENDING"}, timedelta(hours=48)),
        ({"proof": "VERIFIED"}, None),
        ({"proof": "VERIFIED", "outcome": "PENDING"}, timedelta(hours=24)),
    ]

    for facts, wait in cases:
        run = a_run(ada, metres=1_000, **facts)
        await deliver([run], tx)
        assert (await award_of(run, tx)).matures_at == (wait and NOON + wait)


async def test_given_a_claim_of_another_activity_when_replaced_then_revisions_are_kept_apart(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    one, two = a_run(ada, metres=2_000), a_run(ada, metres=3_000)
    await deliver([one, two], tx)

    await deliver([replace(again(one), outcome="WITHDRAWN")], tx)

    assert await has(ada, tx) == (30, 0)
    assert (await award_of(two, tx)).revision == 1


async def test_given_two_claims_of_one_run_when_it_is_paid_anew_then_no_more_is_taken_than_given(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx, policies=ONLY_PENDING), holding=100, tx=tx)
    run = a_run(ada)
    less = again(run, distance_m=2_000)
    last = again(less, distance_m=2_500)
    await deliver([run], tx)
    await deliver([less], tx)

    await deliver([last], tx)

    # 50 arrived and stay; all that came later for the same run was taken at once.
    assert await has(ada, tx) == (150, 0)
    assert await claims_on(ada, tx) == [(50, 45, ClaimState.OPEN), (20, 0, ClaimState.OPEN)]
