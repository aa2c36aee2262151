"""Giving at once: what locks are for."""

import asyncio
from datetime import timedelta

from domain import giving, ledger, programmes
from domain.giving import Donation, Payout, Policy
from infra import db
from tests.domain.giving.causes import a_cause, a_donor, close, donate, has, now, pay_out, undo
from tests.domain.transfers.test_policies_at_once import alone, at_once
from tests.support import given
from tests.support.given import NOON
from tests.support.waiting import until

WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"


async def test_given_a_limit_a_month_when_fifty_are_given_at_once_then_just_what_it_allows_goes(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, cause = await a_donor(tx, holding=1_000)
        policy = Policy(donation_month_max=75)
        await giving.set_policy(policy, programme=ada.programme, at=NOON, tx=tx)
        club = await programmes.by_id(ada.programme, tx=tx)
        causes = [cause, *[await a_cause(club, tx) for _ in range(9)]]

    gifts = [lambda tx, one=one: donate(10, ada, one, tx) for one in causes]
    answers = await at_once(*gifts * 5)

    assert sum(isinstance(one, Donation) for one in answers) == 7
    assert sum(isinstance(one, giving.OverDonationLimit) for one in answers) == 43
    async with db.transaction() as tx:
        given_ = sum([(await now(one, tx)).donated for one in causes])
        assert (given_, await has(ada, tx)) == (70, 930)


async def test_given_fifty_points_when_sixty_ones_are_given_at_once_then_fifty_go(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, cause = await a_donor(tx, holding=50)

    answers = await at_once(*[lambda tx: donate(1, ada, cause, tx)] * 60)

    assert sum(isinstance(one, ledger.InsufficientPoints) for one in answers) == 10
    async with db.transaction() as tx:
        there = await now(cause, tx)
        assert (there.donated, there.donations, await has(cause, tx)) == (50, 50, 50)


async def test_given_a_cause_when_donated_closed_paid_and_undone_at_once_then_every_point_is_found(
    database: None,
) -> None:
    for _ in range(6):
        async with db.transaction() as tx:
            ada, cause = await a_donor(tx)
            first = await donate(10, ada, cause, tx)
            club = await programmes.by_id(ada.programme, tx=tx)
            donors = [await given.a_member(club, holding=5, tx=tx) for _ in range(6)]

        give = [lambda tx, a=one, c=cause: donate(5, a, c, tx) for one in donors]
        pay = [lambda tx, c=cause: pay_out(c, tx)] * 4
        answers = await at_once(
            *give[:3],
            lambda tx, c=cause: close(c, tx),
            *pay,
            lambda tx, f=first: undo(f, tx, at=NOON + timedelta(seconds=1)),
            *give[3:],
        )

        payouts = [one for one in answers if isinstance(one, Payout)]
        async with db.transaction() as tx:
            there, left = await now(cause, tx), await has(cause, tx)
            wallets = sum([await has(one, tx) for one in (ada, *donors)])
        assert there.paid_out == sum(one.points for one in payouts)
        # Nothing comes after the closing, so the first payout leaves nothing.
        assert len(payouts) <= 1
        assert not payouts or left == 0
        assert left == there.donated - there.paid_out
        assert wallets == 130 - there.donated


async def test_given_a_cause_that_is_being_closed_when_donated_then_the_donation_comes_too_late(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, cause = await a_donor(tx)

    closed = asyncio.Event()

    async def donate_then() -> object:
        await closed.wait()
        return await alone(lambda tx: donate(5, ada, cause, tx))

    # Begun outside, so that it has a transaction of its own.
    donating = asyncio.create_task(donate_then())
    async with db.transaction() as tx:
        await close(cause, tx)
        closed.set()
        await until(lambda: tx.value(WAITS))
    answer = await donating

    assert isinstance(answer, giving.CauseNotActive)
    async with db.transaction() as tx:
        assert (await has(ada, tx), (await now(cause, tx)).donated) == (100, 0)
