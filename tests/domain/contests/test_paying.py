"""The end of a contest: stakes find their owners once, whatever happens meanwhile."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain import contests, ledger, members, privacy
from domain.challenges import ending
from domain.contests import Contest, Part, Payout, State
from domain.contests.beginning import begin, begin_due
from domain.contests.holding import hold_whole
from domain.contests.paying import pay
from domain.contests.settling import settle, settle_due
from domain.contests.vacating import part
from domain.members import Member
from infra import db, ids
from infra.db import Tx
from infra.outbox import Delivery
from tests.domain.contests.playing import (
    a_contest,
    accepted,
    all_have,
    friends_of_ada,
    has,
    parts,
    pot,
    score,
)
from tests.support import cutting, databases, facts, given
from tests.support.given import NOON
from tests.support.servers import Postgres

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def running(
    *others: int, count: int = 2, tx: Tx, **words: Any
) -> tuple[Contest, tuple[Member, ...]]:
    """A contest of Ada and `count` friends of hers that has begun, and who plays it."""
    people = await friends_of_ada(count, tx=tx)
    contest = await a_contest(*people, tx=tx, **words)
    await accepted(contest, *people[1:], tx=tx)
    await begin(contest.id, programme=contest.programme, at=contest.starts_at, tx=tx)
    return await as_it_is(contest, people[0], tx), people


async def as_it_is(contest: Contest, member: Member, tx: Tx) -> Contest:
    return (await contests.get(contest.id, member=member, at=NOON, tx=tx)).contest


async def runs(member: Member, contest: Contest, distance_m: int, tx: Tx, *, day: int = 0) -> None:
    """The member runs so far on the first day of the contest, or `day` days later."""
    await facts.judged(
        member, day=contest.first_day + day * DAY, minute=600, distance_m=distance_m, tx=tx
    )


async def begin_all(at: datetime, tx: Tx) -> None:
    """The job has come by: for all contests that other tests have left, too."""
    while await begin_due(at, tx):
        pass


async def over(contest: Contest, tx: Tx) -> datetime:
    """Its challenge has ended, and is settled; when."""
    at = contest.pays_at
    while await ending.end_due(at, tx):
        pass
    while await ending.settle_due(at, tx):
        pass
    return at


async def test_given_three_who_run_when_it_is_over_then_the_furthest_has_the_stakes(
    tx: Tx,
) -> None:
    contest, (ada, bob, cy) = await running(tx=tx)
    await runs(ada, contest, 3_000, tx)
    await runs(bob, contest, 5_000, tx)
    await runs(bob, contest, 2_000, tx, day=6)
    await runs(cy, contest, 9_000, tx, day=7)  # the day after the last
    meanwhile = await contests.players(contest, tx=tx)

    at = await over(contest, tx)
    ended = await settle(contest.id, programme=contest.programme, at=at, tx=tx)
    again = await settle(contest.id, programme=contest.programme, at=at + DAY, tx=tx)

    assert [(one.member, one.reached, one.place) for one in meanwhile[:2]] == [
        (bob.id, 7_000, 1),
        (ada.id, 3_000, 2),
    ]
    assert ended == again
    assert (ended.state, ended.ended_at, await pot(contest, tx)) == (State.FINISHED, at, 0)
    assert await all_have((ada, bob, cy), tx) == [(70, 0), (160, 0), (70, 0)]
    table = await contests.players(ended, tx=tx)
    assert {(one.member, one.reached, one.place, one.won) for one in table} == {
        (bob.id, 7_000, 1, 90),
        (ada.id, 3_000, 2, 0),
        (cy.id, 0, None, 0),
    }
    finished = [event for event in tx.staged if isinstance(event, contests.Finished)]
    assert {(event.subject, event.place, event.won) for event in finished} == {
        (bob.id, 1, 90),
        (ada.id, 2, 0),
        (cy.id, None, 0),
    }


async def test_given_a_target_when_two_reach_it_then_the_first_by_its_activity_wins(
    tx: Tx,
) -> None:
    contest, (ada, bob, cy) = await running(tx=tx, target=5_000)
    await runs(bob, contest, 5_000, tx, day=2)
    await runs(ada, contest, 4_000, tx)
    await runs(ada, contest, 1_000, tx, day=1)  # told later, done earlier
    await runs(ada, contest, 9_000, tx, day=5)

    at = await over(contest, tx)
    await settle(contest.id, programme=contest.programme, at=at, tx=tx)

    assert await all_have((ada, bob, cy), tx) == [(160, 0), (70, 0), (70, 0)]


async def test_given_nobody_who_moved_when_it_is_over_then_every_stake_is_free(tx: Tx) -> None:
    contest, people = await running(tx=tx)
    await contests.leave(contest.id, member=people[2], at=contest.starts_at, tx=tx)

    at = await over(contest, tx)
    ended = await settle(contest.id, programme=contest.programme, at=at, tx=tx)

    assert ended.state is State.DRAWN
    assert await all_have(people, tx) == [(100, 0)] * 3
    assert sum(isinstance(event, contests.Drawn) for event in tx.staged) == 3


async def test_given_one_who_left_after_the_start_when_it_is_over_then_their_stake_is_in_the_pot(
    tx: Tx,
) -> None:
    contest, (ada, bob, cy) = await running(tx=tx)
    await runs(cy, contest, 9_000, tx)
    await runs(ada, contest, 1_000, tx)

    left = await contests.leave(contest.id, member=cy, at=contest.starts_at + DAY, tx=tx)
    again = await contests.leave(contest.id, member=cy, at=contest.starts_at + DAY, tx=tx)
    held = await has(cy, tx)
    at = await over(contest, tx)
    await settle(contest.id, programme=contest.programme, at=at, tx=tx)

    assert left.player.state is again.player.state is Part.FORFEITED
    assert held == (70, 30)
    assert await all_have((ada, bob, cy), tx) == [(160, 0), (70, 0), (70, 0)]
    with pytest.raises(contests.ContestClosed):
        await contests.leave(contest.id, member=bob, at=at, tx=tx)


async def test_given_fewer_than_two_on_the_first_day_when_it_begins_then_it_is_called_off(
    tx: Tx,
) -> None:
    ada, bob = await friends_of_ada(1, tx=tx)
    contest = await a_contest(ada, bob, tx=tx)

    await begin_all(contest.starts_at - HOUR, tx)
    before = await as_it_is(contest, ada, tx)
    await begin_all(contest.starts_at, tx)

    assert before.state is State.OPEN
    assert (await as_it_is(contest, ada, tx)).state is State.CALLED_OFF
    assert await has(ada, tx) == (100, 0)


async def test_given_players_who_left_the_programme_when_it_begins_then_those_who_stay_play(
    tx: Tx,
) -> None:
    people = await friends_of_ada(3, tx=tx)
    contest = await a_contest(*people, tx=tx)
    await accepted(contest, *people[1:], tx=tx)
    await members.leave(people[3], at=NOON, tx=tx)

    await begin(contest.id, programme=contest.programme, at=contest.starts_at, tx=tx)

    assert await parts(contest, people, tx) == [*[Part.PLAYING] * 3, Part.WITHDRAWN]
    assert await has(people[3], tx) == (100, 0)
    assert (await as_it_is(contest, people[0], tx)).state is State.RUNNING


async def test_given_workers_that_stood_still_past_the_end_when_they_go_on_then_called_off(
    tx: Tx,
) -> None:
    people = await friends_of_ada(1, tx=tx)
    contest = await a_contest(*people, days=1, tx=tx)
    await accepted(contest, people[1], tx=tx)

    await begin_all(contest.pays_at - 12 * HOUR, tx)

    assert (await as_it_is(contest, people[0], tx)).state is State.CALLED_OFF
    assert await all_have(people, tx) == [(100, 0)] * 2


async def test_given_a_member_who_leaves_when_heard_twice_then_out_of_all_their_contests(
    tx: Tx,
) -> None:
    begun, (ada, bob, _) = await running(tx=tx)
    waiting = await a_contest(bob, ada, stake=10, tx=tx)
    asked = await a_contest(ada, bob, stake=10, tx=tx)
    left = await members.leave(bob, at=NOON, tx=tx)
    event = members.Left(programme=left.programme, subject=left.id, object=left.id, at=NOON)

    for _ in range(2):
        await part([Delivery(ids.new(NOON), 1, event)], tx)

    found = [await parts(contest, [bob], tx) for contest in (begun, waiting, asked)]
    assert found == [[Part.FORFEITED], [Part.WITHDRAWN], [Part.DECLINED]]
    assert await has(bob, tx) == (70, 30)


async def test_given_a_member_erased_when_it_is_over_then_their_stake_is_the_winners(
    tx: Tx,
) -> None:
    contest, (ada, bob, cy) = await running(tx=tx)
    waiting = await a_contest(bob, ada, stake=10, tx=tx)
    await runs(ada, contest, 1_000, tx)

    await privacy.erase(bob.id, programme=bob.programme, at=contest.starts_at + HOUR, tx=tx)
    held, in_pot = await has(bob, tx), await pot(contest, tx)
    at = await over(contest, tx)
    await settle(contest.id, programme=contest.programme, at=at, tx=tx)

    assert (held, in_pot, await pot(waiting, tx)) == ((0, 0), 30, 0)
    assert await all_have((ada, bob, cy), tx) == [(160, 0), (0, 0), (70, 0)]


async def test_given_a_member_erased_when_nobody_wins_then_what_they_left_goes_where_they_went(
    tx: Tx,
) -> None:
    contest, (ada, bob, cy) = await running(tx=tx)
    await privacy.erase(bob.id, programme=bob.programme, at=contest.starts_at + HOUR, tx=tx)

    at = await over(contest, tx)
    await settle(contest.id, programme=contest.programme, at=at, tx=tx)

    assert await all_have((ada, bob, cy), tx) == [(100, 0), (30, 0), (100, 0)]
    assert await pot(contest, tx) == 0


async def test_given_three_prizes_when_paid_then_in_one_group_with_the_lots_they_had(
    tx: Tx,
) -> None:
    programme = await given.a_programme(expiry_months=6, tx=tx)
    people = await friends_of_ada(3, programme=programme, tx=tx)
    contest = await a_contest(*people, payout=Payout.TOP_THREE, stake=25, tx=tx)
    await accepted(contest, *people[1:], tx=tx)
    await begin(contest.id, programme=contest.programme, at=contest.starts_at, tx=tx)
    at = contest.pays_at

    held = await hold_whole(contest.id, programme=contest.programme, tx=tx)
    scores = [score(one, 9 - place) for place, one in enumerate(people)]
    await pay(held, scores, at=at, tx=tx)

    assert await all_have(people, tx) == [(125, 0), (105, 0), (95, 0), (75, 0)]
    (entry,) = await ledger.statement(people[0].account, book=people[0].book, limit=1, tx=tx)
    month = ledger.month_of(NOON) + 6
    assert [(lot.month, lot.amount) for lot in entry.lots] == [(month, 50)]
    assert (entry.meta["why"], entry.meta["act"]) == ("contest", "won")


async def lapsed(contest: Contest, member: Member, tx: Tx, *, left: int) -> None:
    """The member's hold has run out, and they have spent all but `left` points of what is free."""
    (player,) = [one for one in await contests.players(contest, tx=tx) if one.member == member.id]
    assert player.hold is not None
    at = NOON + HOUR
    free = ledger.release(hold=player.hold, account=member.account, id=ids.new(at))
    ledger.require(await ledger.post_one(free, book=member.book, at=at, tx=tx))
    there = (await ledger.balance(member.account, book=member.book, at=at, tx=tx)).available
    spent = ledger.spend(there - left, account=member.account, id=ids.new(at))
    ledger.require(await ledger.post_one(spent, book=member.book, at=at, tx=tx))


LAPSED: list[tuple[str, int, list[tuple[int, int]]]] = [
    ("all is still there", 30, [(160, 0), (0, 0), (70, 0)]),
    ("a part is there", 10, [(140, 0), (0, 0), (70, 0)]),
    ("more is there", 40, [(160, 0), (10, 0), (70, 0)]),
]


@pytest.mark.parametrize(("name", "left", "expected"), LAPSED, ids=[row[0] for row in LAPSED])
async def test_given_a_hold_that_ran_out_when_paid_then_what_is_there_is_taken_and_no_more(
    tx: Tx, name: str, left: int, expected: list[tuple[int, int]]
) -> None:
    contest, (ada, bob, cy) = await running(tx=tx)
    await lapsed(contest, bob, tx, left=left)

    held = await hold_whole(contest.id, programme=contest.programme, tx=tx)
    await pay(held, [score(ada, 9)], at=contest.pays_at, tx=tx)

    assert await all_have((ada, bob, cy), tx) == expected
    assert await pot(contest, tx) == 0


async def test_given_holds_whose_time_is_over_when_paid_before_they_are_swept_then_all_is_there(
    tx: Tx,
) -> None:
    contest, (ada, bob, cy) = await running(tx=tx)
    held = await hold_whole(contest.id, programme=contest.programme, tx=tx)

    await pay(held, [score(ada, 9)], at=NOON + 31 * DAY, tx=tx)

    assert await all_have((ada, bob, cy), tx) == [(160, 0), (70, 0), (70, 0)]


async def test_given_holds_that_all_ran_out_when_nobody_wins_then_nothing_more_happens(
    tx: Tx,
) -> None:
    contest, people = await running(tx=tx)
    for member in people:
        await lapsed(contest, member, tx, left=20)

    held = await hold_whole(contest.id, programme=contest.programme, tx=tx)
    ended = await pay(held, [], at=contest.pays_at, tx=tx)

    assert ended.state is State.DRAWN
    assert await all_have(people, tx) == [(20, 0)] * 3


async def test_given_no_stakes_when_it_is_over_then_there_is_a_winner_and_no_posting(
    tx: Tx,
) -> None:
    contest, (ada, bob, cy) = await running(tx=tx, stake=0)
    await runs(ada, contest, 1_000, tx)

    at = await over(contest, tx)
    ended = await settle(contest.id, programme=contest.programme, at=at, tx=tx)

    assert (ended.state, contest.account) == (State.FINISHED, None)
    assert await all_have((ada, bob, cy), tx) == [(100, 0)] * 3


async def test_given_a_challenge_that_is_not_settled_when_asked_to_end_then_nothing_happens(
    tx: Tx,
) -> None:
    contest, people = await running(tx=tx)

    same = await settle(contest.id, programme=contest.programme, at=contest.pays_at, tx=tx)

    assert same == contest
    assert await all_have(people, tx) == [(70, 30)] * 3


async def test_given_a_contest_that_is_over_when_ended_again_by_hand_then_the_database_refuses(
    tx: Tx,
) -> None:
    contest, (ada, _, _) = await running(tx=tx)
    held = await hold_whole(contest.id, programme=contest.programme, tx=tx)
    await pay(held, [score(ada, 9)], at=contest.pays_at, tx=tx)

    with pytest.raises(db.PostgresError, match="ends once"):
        await tx.run("UPDATE contest SET state = 'DRAWN' WHERE id = $1", contest.id)


async def test_given_a_session_cut_before_its_commit_when_eight_settle_then_it_is_paid_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url:
        async with db.transaction() as tx:
            contest, (ada, bob, cy) = await running(tx=tx)
            await runs(ada, contest, 1_000, tx)
        async with db.transaction() as tx:
            at = await over(contest, tx)

        async def end() -> int:
            async with db.transaction() as tx:
                return await settle_due(at, tx)

        await cutting.before_commit(
            url, lambda tx: settle(contest.id, programme=contest.programme, at=at, tx=tx)
        )
        async with db.transaction() as tx:
            cut = await all_have((ada, bob, cy), tx)
        await asyncio.gather(*(end() for _ in range(8)))

        assert cut == [(70, 30)] * 3
        async with db.transaction() as tx:
            assert await all_have((ada, bob, cy), tx) == [(160, 0), (70, 0), (70, 0)]
            assert await pot(contest, tx) == 0
            assert await settle_due(at, tx) == 0


async def test_given_players_who_leave_and_spend_while_it_is_settled_then_no_point_is_lost(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scenes = [await running(tx=tx) for _ in range(3)]
        for contest, (ada, _, _) in scenes:
            await runs(ada, contest, 1_000, tx)

    async def leave(contest: Contest, member: Member) -> None:
        try:
            async with db.transaction() as tx:
                await contests.leave(contest.id, member=member, at=contest.pays_at, tx=tx)
        except contests.ContestClosed:
            pass

    async def spend(member: Member, at: datetime) -> None:
        async with db.transaction() as tx:
            item = ledger.spend(70, account=member.account, id=ids.new(at))
            ledger.require(await ledger.post_one(item, book=member.book, at=at, tx=tx))

    async def end(contest: Contest, ada: Member) -> None:
        async with db.transaction() as tx:
            held = await hold_whole(contest.id, programme=contest.programme, tx=tx)
            await pay(held, [score(ada, 1_000)], at=contest.pays_at, tx=tx)

    acts = [
        act
        for contest, (ada, bob, cy) in scenes
        for act in (
            leave(contest, bob),
            end(contest, ada),
            spend(cy, contest.pays_at),
            leave(contest, cy),
        )
    ]
    await asyncio.gather(*acts)

    async with db.transaction() as tx:
        for contest, people in scenes:
            assert await all_have(people, tx) == [(160, 0), (70, 0), (0, 0)]
            assert await pot(contest, tx) == 0
