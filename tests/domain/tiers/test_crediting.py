"""Credit towards tiers: given and taken back once, whoever asks how often."""

import asyncio
from datetime import timedelta

import pytest

from domain import members, tiers
from domain.metrics import BadFilter, Filter
from domain.tiers import (
    BadCredit,
    BadLadder,
    Basis,
    Credit,
    CreditIdReused,
    CreditKind,
    Terms,
    Tier,
    personal,
)
from domain.tiers.checking import POINTS_MAX, read_terms, write_terms
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.tiers.ladders import PLAIN, STEPS, a_climber, a_ladder, called, key_of
from tests.support import databases, facts, given
from tests.support.given import NOON


async def credit(member, points: int = 100, *, id=None, tx: Tx, **words):
    said = {"programme": member.programme, "reason": "Well done", "at": NOON, **words}
    return await tiers.credit(points, member=member.id, id=id or ids.new(NOON), tx=tx, **said)


@pytest.mark.parametrize(
    ("terms", "path"),
    [
        (Terms(()), ("tiers",)),
        (Terms(tuple(Tier(f"t{n}", "T", n) for n in range(21))), ("tiers",)),
        (Terms((Tier("", "T", 1),)), ("tiers", "0", "key")),
        (Terms((Tier("Gold", "T", 1),)), ("tiers", "0", "key")),
        (Terms((Tier("gold", "", 1),)), ("tiers", "0", "name")),
        (Terms((Tier("gold", "G\n", 1),)), ("tiers", "0", "name")),
        (Terms((Tier("gold", "x" * 41, 1),)), ("tiers", "0", "name")),
        (Terms((Tier("gold", "T", -1),)), ("tiers", "0", "threshold")),
        (Terms((Tier("gold", "T", POINTS_MAX + 1),)), ("tiers", "0", "threshold")),
        (Terms((Tier("gold", "T", 1), Tier("gold", "T", 2))), ("tiers",)),
        (Terms((Tier("a", "A", 2), Tier("b", "B", 2))), ("tiers",)),
        (Terms(STEPS, period_months=0), ("period_months",)),
        (Terms(STEPS, period_months=37), ("period_months",)),
        (Terms(STEPS, valid_months=0), ("valid_months",)),
        (Terms(STEPS, valid_months=61), ("valid_months",)),
        (Terms(STEPS, grace_days=-1), ("grace_days",)),
        (Terms(STEPS, grace_days=367), ("grace_days",)),
        (Terms(STEPS, levels=(0,)), ("levels",)),
        (Terms(STEPS, levels=(5, 5)), ("levels",)),
        (Terms(STEPS, levels=tuple(range(1, 202))), ("levels",)),
    ],
)
async def test_given_a_ladder_that_is_not_sound_when_set_then_it_is_refused_with_its_path(
    tx: Tx, terms: Terms, path: tuple[str, ...]
) -> None:
    programme = await given.a_programme(tx=tx)

    with pytest.raises(BadLadder) as refused:
        await tiers.set_ladder(programme, terms, at=NOON, tx=tx)

    assert refused.value.path == path


async def test_given_a_filter_that_is_not_sound_when_set_then_it_is_refused(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    terms = Terms(STEPS, basis=Basis.QUALIFYING, qualifying=Filter(weekdays=frozenset({9})))

    with pytest.raises(BadFilter) as refused:
        await tiers.set_ladder(programme, terms, at=NOON, tx=tx)

    assert refused.value.path == ("qualifying", "weekdays")


def test_terms_are_read_as_they_were_written() -> None:
    terms = Terms(STEPS, Basis.QUALIFYING, Filter(weekdays=frozenset({1})), levels=(1, 2))

    assert read_terms(write_terms(terms)) == terms


async def test_given_bad_words_when_credit_is_given_then_each_is_refused_in_this_order(
    tx: Tx,
) -> None:
    programme, _ = await a_ladder(tx)
    ada = await a_climber(programme, tx)
    stranger = ids.new(NOON)
    known = await credit(ada, tx=tx)
    rows: list[tuple[type[Refused], dict]] = [
        (BadCredit, {"points": 0, "reason": "", "member": stranger}),
        (BadCredit, {"points": POINTS_MAX + 1, "member": stranger}),
        (BadCredit, {"reason": "", "member": stranger}),
        (BadCredit, {"reason": "x" * 141, "member": stranger}),
        (members.NoSuchMember, {"member": stranger, "id": known.id}),
        (CreditIdReused, {"id": known.id, "points": 99}),
    ]
    plain = {"points": 100, "member": ada.id, "reason": "Well done", "id": ids.new(NOON)}

    for expected, words in rows:
        said = {**plain, **words}
        with pytest.raises(expected):
            await tiers.credit(said.pop("points"), **said, programme=programme.id, at=NOON, tx=tx)
    with pytest.raises(CreditIdReused):
        await tiers.earn(**plain | {"id": known.id}, programme=programme.id, at=NOON, tx=tx)

    assert (await tiers.standing(ada, at=NOON, tx=tx)).points == 100


async def test_given_credit_when_given_and_taken_back_twice_then_each_counts_once(tx: Tx) -> None:
    programme, _ = await a_ladder(tx)
    ada = await a_climber(programme, tx)
    first = await credit(ada, 60, tx=tx)
    second = await credit(ada, 40, tx=tx)

    again = await credit(ada, 60, id=first.id, tx=tx)
    given_twice = await key_of(ada, tx), (await tiers.standing(ada, at=NOON, tx=tx)).points
    undone = [
        await tiers.uncredit([second.id, ids.new(NOON)], programme=programme.id, at=NOON, tx=tx)
        for _ in range(2)
    ]
    third = await credit(ada, 5, tx=tx)
    mixed = await tiers.uncredit([second.id, third.id], programme=programme.id, at=NOON, tx=tx)
    revived = await credit(ada, 40, id=second.id, tx=tx)

    assert again == first
    assert given_twice == ("silver", 100)
    assert (undone, mixed) == ([1, 0], 1)
    # An id that was undone stays undone.
    assert revived.undone_at == NOON
    assert (await tiers.standing(ada, at=NOON, tx=tx)).points == 60
    listed = await tiers.credits(ada.id, programme=programme.id, before=None, limit=9, tx=tx)
    assert {one.points: one.undone_at is None for one in listed} == {5: False, 40: False, 60: True}


async def test_given_points_of_a_challenge_when_earned_then_they_count_as_those_of_activities_do(
    tx: Tx,
) -> None:
    programme, _ = await a_ladder(tx)
    ada = await a_climber(programme, tx)

    one = await tiers.earn(
        100, member=ada.id, programme=programme.id, reason="Race", id=ids.new(NOON), at=NOON, tx=tx
    )
    earned = await tiers.standing(ada, at=NOON, tx=tx)
    await tiers.uncredit([one.id], programme=programme.id, at=NOON, tx=tx)
    returned = await tiers.standing(ada, at=NOON, tx=tx)

    assert (earned.points, earned.xp, earned.level) == (100, 100, 1)
    assert (returned.points, returned.xp, returned.level, returned.tier) == (0, 0, 0, None)


async def test_given_many_credits_when_given_twice_then_each_counts_once(tx: Tx) -> None:
    programme, _ = await a_ladder(tx)
    ada, bob = [await a_climber(programme, tx) for _ in range(2)]
    several = [
        Credit(ids.new(NOON), who.id, kind, points, "Race", NOON)
        for who, kind, points in (
            (ada, CreditKind.EARNED, 60),
            (ada, CreditKind.CREDIT, 50),
            (bob, CreditKind.EARNED, 7),
        )
    ]

    for _ in range(2):
        await tiers.give(several, programme=programme.id, at=NOON, tx=tx)

    found = [await tiers.standing(who, at=NOON, tx=tx) for who in (ada, bob)]
    assert [(one.points, one.xp) for one in found] == [(110, 60), (7, 7)]
    assert await called(ada, tx) == ["silver"]


async def test_given_credit_before_there_is_a_ladder_when_it_is_set_then_the_credit_counts(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await a_climber(programme, tx)
    await credit(ada, 100, tx=tx)

    await tiers.set_ladder(programme, PLAIN, at=NOON, tx=tx)
    await facts.judged(ada, points=1, tx=tx)

    assert await key_of(ada, tx) == "silver"


async def test_given_a_burst_of_runs_and_one_credit_many_times_when_all_come_at_once_then_all_count(
    postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            programme, _ = await a_ladder(tx)
            ada = await a_climber(programme, tx)
        one = ids.new(NOON)

        async def run(minute: int) -> None:
            async with db.transaction() as tx:
                await facts.judged(ada, points=10, minute=minute, tx=tx)

        async def give() -> None:
            async with db.transaction() as tx:
                await credit(ada, 7, id=one, tx=tx)

        await asyncio.gather(*(run(minute) for minute in range(9)), *(give() for _ in range(9)))

        async with db.transaction() as tx:
            standing = await tiers.standing(ada, at=NOON, tx=tx)
            assert (standing.points, standing.xp) == (97, 90)


async def test_given_a_crash_before_the_commit_when_credit_is_given_again_then_it_counts_once(
    postgres,
) -> None:
    class Crash(Exception):
        pass

    async with databases.own(postgres):
        async with db.transaction() as tx:
            programme, _ = await a_ladder(tx)
            ada = await a_climber(programme, tx)
        one = ids.new(NOON)

        async def crash() -> None:
            async with db.transaction() as tx:
                await credit(ada, 100, id=one, tx=tx)
                raise Crash

        with pytest.raises(Crash):
            await crash()
        async with db.transaction() as tx:
            lost = await tiers.standing(ada, at=NOON, tx=tx)
            await credit(ada, 100, id=one, tx=tx)

        async with db.transaction() as tx:
            assert (lost.points, lost.tier) == (0, None)
            assert (await tiers.standing(ada, at=NOON, tx=tx)).points == 100
            assert await called(ada, tx, at=NOON + timedelta(days=1)) == ["silver"]


async def test_given_somebody_erased_when_they_are_forgotten_then_sums_have_no_name(tx: Tx) -> None:
    programme, _ = await a_ladder(tx)
    ada = await a_climber(programme, tx)
    await credit(ada, 100, tx=tx)
    told = await personal.told(ada.id, programme=programme.id, tx=tx)

    await personal.forget(ada.id, programme=programme.id, at=NOON, tx=tx)

    after = await personal.told(ada.id, programme=programme.id, tx=tx)
    assert told.keys() == personal.TABLES
    assert (len(told["tier_member"]), len(told["tier_month"]), len(told["tier_credit"])) == (
        1,
        1,
        1,
    )
    assert (after["tier_member"], after["tier_month"]) == ([], [])
    assert after["tier_credit"][0]["reason"] == "erased"
