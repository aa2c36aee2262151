"""What comes into an escrow and what it pays: never more than there is, whoever asks at once,
and wherever a session is cut."""

import asyncio
from typing import Any

from domain import challenges, ledger
from domain.challenges import Challenge, Milestone, Reward, State, ending, funding
from domain.challenges.funding import Payout
from infra import db, ids
from infra.db import Tx
from tests.domain.challenges.making import (
    DAY,
    TODAY,
    a_payer,
    fund,
    funded,
    has,
    live,
    made,
    now,
    of_programme,
    run_out,
)
from tests.domain.transfers.test_policies_at_once import at_once
from tests.support import cutting, databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres

BEGINS = {"first_day": TODAY + 3 * DAY, "last_day": TODAY + 9 * DAY}


async def charge(tx: Tx, *wanted: tuple[Challenge, int]) -> list[bool]:
    payouts = [Payout(one.id, points) for one, points in wanted]
    programme = wanted[0][0].programme
    return list(await funding.charge(payouts, programme=programme, at=NOON, tx=tx))


async def refund(tx: Tx, one: Challenge, points: int) -> None:
    returned = [Payout(one.id, points)]
    await funding.refund(returned, programme=one.programme, at=NOON, tx=tx)


async def complete(one: Challenge, points: int, tx: Tx) -> bool:
    """Pay a completion in full: the account of it, and the ledger's points."""
    (pays,) = await charge(tx, (one, points))
    if pays:
        item = ledger.spend(points, account=one.account, id=ids.new(NOON), target=ledger.ISSUANCE)
        ledger.require(await ledger.post_one(item, book=one.book, at=NOON, tx=tx))
    return pays


async def test_given_a_budget_when_payouts_come_in_one_batch_then_the_first_ones_are_paid(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one, other = await of_programme(club, tx, budget=250), await of_programme(club, tx)

    answers = await charge(
        tx, (one, 100), (other, 100), (one, 100), (one, 100), (one, 50), (one, 0)
    )

    assert answers == [True, True, True, False, True, True]
    there = await now(one, tx)
    assert (there.spent, there.left, there.exhausted_at) == (250, 0, NOON)
    assert ((await now(other, tx)).spent, (await now(other, tx)).exhausted_at) == (100, None)


async def test_given_an_exhausted_challenge_when_points_come_back_or_in_then_it_pays_again(
    tx: Tx,
) -> None:
    one = await of_programme(await given.a_programme(tx=tx), tx, budget=150)
    await charge(tx, (one, 100))
    exhausted = (await now(one, tx)).exhausted_at

    await refund(tx, one, 100)
    back = await now(one, tx)
    await charge(tx, (one, 100))
    richer = await challenges.raise_budget(
        one.id, 50, programme=one.programme, id=ids.new(NOON), at=NOON, tx=tx
    )

    assert exhausted == NOON
    assert (back.spent, back.exhausted_at) == (0, None)
    assert (richer.budget, richer.funded, richer.left) == (200, 200, 100)
    assert richer.exhausted_at is None


async def test_given_only_milestones_pay_when_one_of_them_cannot_then_it_is_exhausted(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    steps = (Milestone(25, Reward(points=10)), Milestone(50, Reward(points=40)))
    one = await of_programme(club, tx, reward=Reward(tier_credit=1), milestones=steps, budget=80)

    answers = await charge(tx, (one, 10), (one, 40), (one, 40), (one, 10))

    assert answers == [True, True, False, True]
    assert (await now(one, tx)).exhausted_at == NOON


async def test_given_a_posting_when_made_again_with_its_id_then_it_moves_once(tx: Tx) -> None:
    payer = await a_payer(await given.a_programme(tx=tx), tx=tx)
    one, posting = await made(payer, tx), ids.new(NOON)

    answers = [await fund(one, 400, tx, id=posting) for _ in range(3)]

    assert [answer.funded for answer in answers] == [400, 400, 400]
    assert (await has(one, tx), await has(payer, tx)) == (400, 9_600)


async def test_given_a_budget_of_ten_when_sixty_complete_at_once_then_just_ten_are_paid(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            one = await live(await a_payer(await given.a_programme(tx=tx), tx=tx), tx)

        answers = await at_once(*[lambda tx: complete(one, 100, tx)] * 60)

        assert sorted(answers) == [False] * 50 + [True] * 10
        async with db.transaction() as tx:
            there = await now(one, tx)
            assert (there.spent, there.left, there.exhausted_at) == (1_000, 0, NOON)
            assert await has(one, tx) == 0


async def test_given_two_challenges_when_batches_name_them_in_any_order_then_none_waits_for_ever(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            club = await given.a_programme(tx=tx)
            one, other = await of_programme(club, tx), await of_programme(club, tx)

        ways = [
            lambda tx: charge(tx, (one, 50), (other, 50)),
            lambda tx: charge(tx, (other, 50), (one, 50)),
            lambda tx: refund(tx, one, 0),
        ]
        await asyncio.wait_for(at_once(*ways * 12), timeout=30)

        async with db.transaction() as tx:
            assert [(await now(c, tx)).spent for c in (one, other)] == [1_000, 1_000]


async def test_given_a_draft_when_funded_and_cancelled_at_once_then_every_point_is_somewhere(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            payer = await a_payer(await given.a_programme(tx=tx), tx=tx)
            one, same = await made(payer, tx), ids.new(NOON)

        async def cancel(tx: Tx) -> Challenge:
            return await challenges.cancel(
                one.id, programme=one.programme, partner=payer.id, at=NOON, tx=tx
            )

        pays = [lambda tx: fund(one, 300, tx)] * 10
        repeats = [lambda tx: fund(one, 100, tx, id=same)] * 10
        answers = await at_once(*pays[:5], *repeats, *pays[5:], cancel, cancel)

        assert all(isinstance(answer, Challenge) for answer in answers[-2:])
        async with db.transaction() as tx:
            there = await now(one, tx)
            assert there.state is State.CANCELLED
            assert (there.left, await has(one, tx)) == (0, 0)
            assert there.funded <= 1_000
            assert await has(payer, tx) == 10_000


async def test_given_room_for_three_when_funded_twenty_times_at_once_then_three_fit(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            payer = await a_payer(await given.a_programme(tx=tx), tx=tx)
            one = await made(payer, tx)

        answers = await at_once(*[lambda tx: fund(one, 300, tx)] * 20)

        over = [answer for answer in answers if isinstance(answer, challenges.OverBudget)]
        async with db.transaction() as tx:
            there = await now(one, tx)
            assert (len(over), there.funded, await has(one, tx)) == (17, 900, 900)
            assert await has(payer, tx) == 9_100


async def test_given_a_session_cut_before_its_commit_when_done_again_then_points_move_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url:
        async with db.transaction() as tx:
            payer = await a_payer(await given.a_programme(tx=tx), tx=tx)
            one, posting = await made(payer, tx), ids.new(NOON)
            doomed = await live(payer, tx, **BEGINS)
        steps: list[tuple[Any, tuple[int, int, int]]] = [
            (lambda tx: fund(one, 1_000, tx, id=posting), (8_000, 1_000, 1_000)),
            (lambda tx: complete(one, 100, tx), (8_000, 900, 1_000)),
            (
                lambda tx: challenges.cancel(doomed.id, programme=doomed.programme, at=NOON, tx=tx),
                (9_000, 900, 0),
            ),
        ]
        before = (9_000, 0, 1_000)

        for act, after in steps:
            await cutting.before_commit(url, act)
            async with db.transaction() as tx:
                seen = [await has(each, tx) for each in (payer, one, doomed)]
                await act(tx)
            async with db.transaction() as tx:
                then = [await has(each, tx) for each in (payer, one, doomed)]
                lefts = [(await now(each, tx)).left for each in (one, doomed)]
            assert tuple(seen) == before
            assert (tuple(then), lefts) == (after, list(after[1:]))
            before = after


async def test_given_a_settling_that_is_cut_when_the_clock_comes_again_then_the_rest_returns_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url:
        async with db.transaction() as tx:
            payer = await a_payer(await given.a_programme(tx=tx), tx=tx)
            one = await live(payer, tx)
            await complete(one, 100, tx)
            over = one.cutoff_at
            await run_out(ending.end_due, over, tx)

        await cutting.before_commit(url, lambda tx: ending.settle_due(over, tx))
        for _ in range(2):
            async with db.transaction() as tx:
                await run_out(ending.settle_due, over, tx)

        async with db.transaction() as tx:
            there = await now(one, tx)
            assert (there.state, there.returned) == (State.SETTLED, 900)
            assert (await has(payer, tx), await has(one, tx)) == (9_900, 0)


async def test_given_a_settled_challenge_when_a_reward_comes_back_then_it_goes_to_who_paid(
    tx: Tx,
) -> None:
    payer = await a_payer(await given.a_programme(tx=tx), tx=tx)
    one = await live(payer, tx)
    await complete(one, 100, tx)
    await run_out(ending.end_due, one.cutoff_at, tx)
    await run_out(ending.settle_due, one.cutoff_at, tx)

    await refund(tx, one, 100)
    back = ledger.issue(100, account=one.account, id=ids.new(NOON), month=ledger.NEVER)
    ledger.require(await ledger.post_one(back, book=one.book, at=NOON, tx=tx))
    await run_out(ending.return_leftover, NOON, tx)

    there = await now(one, tx)
    assert (there.spent, there.returned, there.left) == (0, 1_000, 0)
    assert (await has(payer, tx), await has(one, tx)) == (10_000, 0)


async def test_given_a_challenge_then_the_database_itself_keeps_it_from_overspending(
    tx: Tx,
) -> None:
    one = await funded(await a_payer(await given.a_programme(tx=tx), tx=tx), tx)
    changes = {
        "challenge_pays_what_it_has": "UPDATE challenge SET spent = 1001 WHERE id = $1",
        "challenge_check": "UPDATE challenge SET funded = 1001 WHERE id = $1",
        "a challenge is over once": "UPDATE challenge SET state = 'DRAFT' WHERE id = $1",
    }
    await challenges.cancel(one.id, programme=one.programme, at=NOON, tx=tx)

    said = {}
    for rule, change in changes.items():
        try:
            async with tx.savepoint():
                await tx.run(change, one.id)
        except db.PostgresError as error:
            said[rule] = str(error)

    assert all(rule in said.get(rule, "") for rule in changes), said
