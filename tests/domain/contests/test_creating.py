"""Creating a contest, answering an invitation, going before it begins: what is refused, and that
stakes are set aside once and come back whole."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain import contests, friends, ledger
from domain.contests import Contest, Part, Payout, Template
from domain.members import Member
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.contests.playing import (
    a_contest,
    accepted,
    all_have,
    friends_of_ada,
    has,
    parts,
)
from tests.support import cutting, databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres

TODAY = NOON.date()
DAY = timedelta(days=1)


async def test_given_friends_when_asked_into_a_contest_then_only_the_creators_stake_is_held(
    tx: Tx,
) -> None:
    ada, bob, cy = await friends_of_ada(2, tx=tx)

    contest = await a_contest(ada, bob, cy, days=3, tx=tx)

    assert (contest.first_day, contest.last_day) == (TODAY + DAY, TODAY + 3 * DAY)
    assert contest.starts_at.isoformat() == f"{TODAY}T23:00:00+00:00"  # midnight in Vienna
    assert await all_have((ada, bob, cy), tx) == [(70, 30), (100, 0), (100, 0)]
    assert await parts(contest, (ada, bob, cy), tx) == [Part.PLAYING, Part.INVITED, Part.INVITED]
    assert tx.staged[-1] == contests.Invited(
        programme=ada.programme, subject=cy.id, object=contest.id, at=NOON, other=ada.id, stake=30
    )


async def test_given_an_invitation_when_accepted_twice_then_the_stake_is_held_once(tx: Tx) -> None:
    ada, bob = await friends_of_ada(1, tx=tx)
    contest = await a_contest(ada, bob, tx=tx)

    first = await contests.accept(contest.id, member=bob, at=NOON, tx=tx)
    again = await contests.accept(contest.id, member=bob, at=NOON + DAY / 24, tx=tx)

    assert first == again
    assert await has(bob, tx) == (70, 30)
    assert [seat.contest.id for seat in await listed(bob, tx)] == [contest.id]
    assert await invitations(bob, tx) == []


CREATED: list[tuple[str, dict[str, Any], str]] = [
    ("no days", {"days": 0}, "BAD_CONTEST_DAYS"),
    ("too many days", {"days": 29}, "BAD_CONTEST_DAYS"),
    ("a target of nothing", {"target": 0}, "BAD_CONTEST_TARGET"),
    ("a target far off", {"target": 10**9}, "BAD_CONTEST_TARGET"),
    (
        "more days than it has",
        {"template": Template.ACTIVE_DAYS, "target": 8},
        "BAD_CONTEST_TARGET",
    ),
    ("shared without a target", {"payout": Payout.COMPLETED}, "BAD_CONTEST_PAYOUT"),
    ("today", {"first_day": TODAY}, "BAD_CONTEST_DAYS"),
    ("the first of days", {"first_day": date.min}, "BAD_CONTEST_DAYS"),
    ("the last of days", {"first_day": date.max}, "BAD_CONTEST_DAYS"),
    ("longer than a hold", {"days": 28, "first_day": TODAY + 2 * DAY}, "BAD_CONTEST_DAYS"),
    ("less than nothing", {"stake": -1}, "BAD_STAKE"),
    ("beyond any number", {"stake": 2**60}, "BAD_STAKE"),
    ("nobody", {"friends": ()}, "BAD_CONTEST_PEOPLE"),
    ("somebody twice", {"friends": ("bob", "bob")}, "BAD_CONTEST_PEOPLE"),
    ("oneself", {"friends": ("ada",)}, "BAD_CONTEST_PEOPLE"),
    ("too many", {"friends": ("bob", "cy", "dan")}, "BAD_CONTEST_PEOPLE"),
    ("a creator of nowhere", {"creator": "gone"}, "NO_SUCH_MEMBER"),
    ("a stranger", {"friends": ("bob", "eve")}, "NOT_FRIENDS"),
    ("one who blocked her", {"friends": ("dan",)}, "NOT_FRIENDS"),
    ("one too many", {"before": (0, 0)}, "TOO_MANY_CONTESTS"),
    ("above the policy", {"stake": 46}, "OVER_STAKE_LIMIT"),
    ("above a transfer", {"stake": 41}, "OVER_STAKE_LIMIT"),
    ("above a day", {"before": (30,), "stake": 26}, "OVER_STAKE_DAY_LIMIT"),
    ("more than one has", {"holding": 29}, "INSUFFICIENT_POINTS"),
]


@pytest.mark.parametrize(("name", "wrong", "code"), CREATED, ids=[row[0] for row in CREATED])
async def test_given_a_fault_when_creating_then_it_is_refused_and_nothing_is_held(
    tx: Tx, name: str, wrong: dict[str, Any], code: str
) -> None:
    said: dict[str, Any] = {"creator": "ada", "friends": ("bob",), "holding": 100} | wrong
    programme = await given.a_programme(transfer_max=40, transfer_day_max=55, tx=tx)
    policy = {"people_max": 3, "open_max": 2, "stake_max": 45, "day_max": 60}
    ada, bob, cy, dan = await friends_of_ada(
        3, holding=said.pop("holding"), programme=programme, tx=tx, **policy
    )
    eve = await given.a_member(programme, tx=tx)
    gone = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await friends.block(dan, friend=ada.id, at=NOON, tx=tx)
    people = {"ada": ada, "bob": bob, "cy": cy, "dan": dan, "eve": eve}
    for stake in said.pop("before", ()):
        await a_contest(ada, bob, stake=stake, tx=tx)
    creator = {**people, "gone": replace(gone, programme=ada.programme)}[said.pop("creator")]
    invited = [people[name] for name in said.pop("friends")]
    before = await has(ada, tx)

    with pytest.raises(Refused) as refused:
        await a_contest(creator, *invited, tx=tx, **said)

    assert refused.value.code == code
    assert await has(ada, tx) == before


async def test_given_the_limits_when_reached_to_the_point_then_it_is_done(tx: Tx) -> None:
    programme = await given.a_programme(transfer_max=40, transfer_day_max=55, tx=tx)
    limits = {"people_max": 3, "open_max": 2, "stake_max": 45, "day_max": 60}
    ada, bob, cy = await friends_of_ada(2, programme=programme, tx=tx, **limits)

    await a_contest(ada, bob, cy, stake=40, days=28, first_day=TODAY + DAY, tx=tx)
    await a_contest(ada, bob, stake=15, target=2_000_000 // 2, payout=Payout.COMPLETED, tx=tx)

    assert await has(ada, tx) == (45, 55)


async def test_given_a_key_when_used_again_then_answered_the_same_and_of_other_content_refused(
    tx: Tx,
) -> None:
    ada, bob, cy = await friends_of_ada(2, tx=tx)
    id = ids.new(NOON)
    first = await a_contest(ada, bob, id=id, tx=tx)

    again = await a_contest(ada, bob, id=id, at=NOON + DAY / 24, tx=tx)

    assert again == first
    for other in ({"stake": 31}, {"days": 8}, {"target": 5_000}, {"payout": Payout.TOP_THREE}):
        with pytest.raises(ledger.KeyReused):
            await a_contest(ada, bob, id=id, tx=tx, **other)
    for creator, invited in ((ada, (bob, cy)), (bob, (ada,))):
        with pytest.raises(ledger.KeyReused):
            await a_contest(creator, *invited, id=id, tx=tx)
    assert await has(ada, tx) == (70, 30)


ANSWERED: list[tuple[str, str, str]] = [
    ("nobody of the programme", "gone", "NO_SUCH_MEMBER"),
    ("one not invited", "eve", "NO_SUCH_CONTEST"),
    ("one who declined", "cy", "NO_SUCH_CONTEST"),
    ("one who has blocked her", "dan", "NO_SUCH_CONTEST"),
    ("after it was called off", "off", "CONTEST_CLOSED"),
    ("after its first day has begun", "late", "CONTEST_CLOSED"),
    ("one in too many", "busy", "TOO_MANY_CONTESTS"),
    ("one above a stake", "strict", "OVER_STAKE_LIMIT"),
    ("one above a day", "eager", "OVER_STAKE_DAY_LIMIT"),
    ("one who is short", "poor", "INSUFFICIENT_POINTS"),
]


@pytest.mark.parametrize(("name", "who", "code"), ANSWERED, ids=[row[0] for row in ANSWERED])
async def test_given_a_fault_when_accepting_then_it_is_refused_and_nothing_is_held(
    tx: Tx, name: str, who: str, code: str
) -> None:
    ada, bob, cy, dan = await friends_of_ada(3, tx=tx, open_max=2, stake_max=60, day_max=60)
    programme = await given.a_programme(tx=tx)
    eve = await given.a_member(programme, tx=tx)
    contest = await a_contest(ada, bob, cy, dan, tx=tx)
    await contests.decline(contest.id, member=cy, at=NOON, tx=tx)
    await friends.block(dan, friend=ada.id, at=NOON, tx=tx)
    at, policy = NOON, contests.Policy(open_max=2, stake_max=60, day_max=60)
    match who:
        case "off":
            await contests.call_off(contest.id, creator=ada, at=NOON, tx=tx)
        case "late":
            at = contest.starts_at
        case "busy":
            for _ in range(2):
                await a_contest(bob, ada, stake=0, tx=tx)
        case "strict":
            policy = replace(policy, stake_max=29)
        case "eager":
            await a_contest(bob, ada, stake=31, tx=tx)
        case "poor":
            item = ledger.spend(71, account=bob.account, id=ids.new(NOON))
            ledger.require(await ledger.post_one(item, book=bob.book, at=NOON, tx=tx))
    await contests.set_policy(policy, programme=ada.programme, tx=tx)
    people = {"gone": replace(eve, programme=ada.programme), "eve": eve, "cy": cy, "dan": dan}
    member = people.get(who, bob)
    before = await has(bob, tx)

    with pytest.raises(Refused) as refused:
        await contests.accept(contest.id, member=member, at=at, tx=tx)

    assert refused.value.code == code
    assert await has(bob, tx) == before


async def test_given_a_moment_before_the_first_day_when_accepting_then_it_is_not_too_late(
    tx: Tx,
) -> None:
    ada, bob = await friends_of_ada(1, tx=tx)
    contest = await a_contest(ada, bob, tx=tx)

    moment = contest.starts_at - timedelta(microseconds=1)
    seat = await contests.accept(contest.id, member=bob, at=moment, tx=tx)

    assert (seat.player.state, seat.player.stake) == (Part.PLAYING, 30)


async def test_given_an_open_contest_when_leaving_then_the_stake_is_free_and_the_day_too(
    tx: Tx,
) -> None:
    ada, bob = await friends_of_ada(1, tx=tx, stake_max=60, day_max=60)
    contest = await a_contest(ada, bob, stake=60, tx=tx)
    await accepted(contest, bob, tx=tx)

    left = await contests.leave(contest.id, member=bob, at=NOON, tx=tx)
    again = await contests.leave(contest.id, member=bob, at=NOON, tx=tx)

    assert left.player == again.player
    assert (left.player.state, left.player.stake, await has(bob, tx)) == (
        Part.WITHDRAWN,
        0,
        (100, 0),
    )
    await a_contest(bob, ada, stake=60, tx=tx)
    with pytest.raises(contests.NoSuchContest):
        await contests.accept(contest.id, member=bob, at=NOON, tx=tx)


async def test_given_an_open_contest_when_called_off_then_every_stake_is_free(tx: Tx) -> None:
    ada, bob, cy = await friends_of_ada(2, tx=tx)
    contest = await a_contest(ada, bob, cy, tx=tx)
    await accepted(contest, bob, tx=tx)

    with pytest.raises(contests.NotTheCreator):
        await contests.call_off(contest.id, creator=bob, at=NOON, tx=tx)
    for _ in range(2):
        ended = await contests.call_off(contest.id, creator=ada, at=NOON, tx=tx)

    assert ended.contest.state is contests.State.CALLED_OFF
    assert await all_have((ada, bob, cy), tx) == [(100, 0)] * 3
    told = {event.subject for event in tx.staged if isinstance(event, contests.CalledOff)}
    assert told == {ada.id, bob.id}


async def test_given_an_invitation_when_they_are_friends_no_more_then_it_is_not_there(
    tx: Tx,
) -> None:
    ada, bob = await friends_of_ada(1, tx=tx)
    contest = await a_contest(ada, bob, tx=tx)
    shown = [seat.contest for seat in await invitations(bob, tx)]

    await friends.remove(ada, friend=bob.id, tx=tx)

    assert shown == [contest]
    assert await invitations(bob, tx) == []
    with pytest.raises(contests.NoSuchContest):
        await contests.get(contest.id, member=bob, at=NOON, tx=tx)


async def test_given_policies_when_set_then_kept_and_out_of_bounds_refused(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    wanted = contests.Policy(people_max=2, open_max=1, stake_max=0, day_max=0)

    await contests.set_policy(wanted, programme=programme.id, tx=tx)

    assert await contests.policy(programme.id, tx=tx) == wanted
    for name, number in (
        ("people_max", 51),
        ("people_max", 1),
        ("open_max", 0),
        ("stake_max", -1),
        ("day_max", -1),
    ):
        with pytest.raises(contests.BadContestPolicy) as refused:
            await contests.set_policy(
                replace(wanted, **{name: number}), programme=programme.id, tx=tx
            )
        assert refused.value.path == (name,)


async def test_given_one_invitation_when_accepted_eight_times_at_once_then_one_stake_is_held(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, bob = await friends_of_ada(1, tx=tx)
        contest = await a_contest(ada, bob, tx=tx)

    # Each a moment later, so that no two holds could have one id.
    async def accept(number: int) -> contests.Seat:
        at = NOON + timedelta(milliseconds=number)
        async with db.transaction() as tx:
            return await contests.accept(contest.id, member=bob, at=at, tx=tx)

    answers = await asyncio.gather(*(accept(number) for number in range(8)))

    assert all(answer == answers[0] for answer in answers)
    async with db.transaction() as tx:
        assert await has(bob, tx) == (70, 30)


async def test_given_a_day_limit_of_fifty_when_ten_stakes_come_at_once_then_five_are_held(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, bob = await friends_of_ada(1, tx=tx, open_max=20, stake_max=10, day_max=50)

    async def create() -> bool:
        try:
            async with db.transaction() as tx:
                await a_contest(ada, bob, stake=10, tx=tx)
        except contests.OverStakeDayLimit:
            return False
        return True

    answers = await asyncio.gather(*(create() for _ in range(10)))

    assert answers.count(True) == 5
    async with db.transaction() as tx:
        assert await has(ada, tx) == (50, 50)


async def test_given_a_contest_called_off_while_friends_come_in_then_nothing_stays_held(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scenes = [await friends_of_ada(2, tx=tx) for _ in range(4)]
        made = [await a_contest(*people, tx=tx) for people in scenes]

    async def accept(contest: Contest, member: Member) -> None:
        try:
            async with db.transaction() as tx:
                await contests.accept(contest.id, member=member, at=NOON, tx=tx)
        except contests.ContestClosed:
            pass

    async def call_off(contest: Contest, ada: Member) -> None:
        async with db.transaction() as tx:
            await contests.call_off(contest.id, creator=ada, at=NOON, tx=tx)

    acts = [
        act
        for contest, (ada, bob, cy) in zip(made, scenes, strict=True)
        for act in (accept(contest, bob), call_off(contest, ada), accept(contest, cy))
    ]
    await asyncio.gather(*acts)

    async with db.transaction() as tx:
        for people in scenes:
            assert await all_have(people, tx) == [(100, 0)] * 3


async def test_given_a_session_cut_before_its_commit_when_sent_again_then_held_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url:
        async with db.transaction() as tx:
            ada, bob = await friends_of_ada(1, tx=tx)
        id = ids.new(NOON)

        await cutting.before_commit(url, lambda tx: a_contest(ada, bob, id=id, tx=tx))
        async with db.transaction() as tx:
            cut = await has(ada, tx)
        async with db.transaction() as tx:
            contest = await a_contest(ada, bob, id=id, tx=tx)
        await cutting.before_commit(url, lambda tx: accepted(contest, bob, tx=tx))
        async with db.transaction() as tx:
            await accepted(contest, bob, tx=tx)

        assert cut == (100, 0)
        async with db.transaction() as tx:
            assert await all_have((ada, bob), tx) == [(70, 30), (70, 30)]


async def listed(member: Member, tx: Tx) -> list[contests.Seat]:
    return list(await contests.listed(member, after=None, limit=10, tx=tx))


async def invitations(member: Member, tx: Tx) -> list[contests.Seat]:
    return list(await contests.invitations(member, at=NOON, after=None, limit=10, tx=tx))
