"""Gates: what stands between a member and a reward, and what does not."""

from datetime import date
from uuid import UUID

import pytest

from domain import members, rewards
from domain.members import LabelKind
from domain.rewards import Gate, RewardKind
from domain.rewards.gating import age_on
from infra import ids
from infra.db import Tx
from tests.domain.challenges.making import a_payer
from tests.domain.outlets.making import an_outlet
from tests.domain.rewards import making
from tests.domain.rewards.making import DAY
from tests.support import given
from tests.support.given import NOON


@pytest.mark.parametrize(
    ("day", "born", "age"),
    [
        ("2026-11-22", "2008-11-22", 18),
        ("2026-11-21", "2008-11-22", 17),
        ("2026-02-28", "2008-02-29", 17),
        ("2026-03-01", "2008-02-29", 18),
        ("2028-02-29", "2008-02-29", 20),
        ("2026-01-01", "2026-01-01", 0),
    ],
)
def test_an_age_is_whole_years(day: str, born: str, age: int) -> None:
    assert age_on(date.fromisoformat(day), date.fromisoformat(born)) == age


async def test_given_each_gate_when_a_member_looks_then_they_are_told_what_is_in_the_way(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    partner = await a_payer(programme, tx=tx)
    member = await given.a_member(programme, tx=tx)
    await making.was_born(member, "2012-05-01", tx)
    await making.is_called(member, LabelKind.TIER, "Silver", tx)
    await making.is_called(member, LabelKind.SEGMENT, "runners", tx)
    wanted = {
        "free for all": ({}, []),
        "of their tier": ({"tiers": frozenset({"Silver", "Gold"})}, []),
        "of their segment": ({"segments": frozenset({"runners"})}, []),
        "old enough": ({"age_min": 12}, []),
        "of another": ({"tiers": frozenset({"Gold"})}, [Gate.TIER]),
        "of others": ({"segments": frozenset({"riders"})}, [Gate.SEGMENT]),
        "too young": ({"age_min": 18}, [Gate.AGE]),
        "not yet": ({"valid_from": NOON + DAY}, [Gate.NOT_YET]),
        "sold out": ({"stock": 0, "age_min": 18}, [Gate.AGE, Gate.SOLD_OUT]),
    }
    made = {name: await making.live(partner, tx=tx, **said) for name, (said, _) in wanted.items()}
    draft = await making.a_draft(partner, tx=tx)

    found = await rewards.eligible([*made.values(), draft], member=member, at=NOON, tx=tx)

    assert {name: found[one.id] for name, one in made.items()} == {
        name: gates for name, (_, gates) in wanted.items()
    }
    assert found[draft.id] == [Gate.NOT_LIVE]
    assert await rewards.eligible([], member=member, at=NOON, tx=tx) == {}


async def test_given_nobody_knows_their_age_when_a_member_looks_then_it_is_in_the_way(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    member = await given.a_member(programme, tx=tx)
    beer = await making.own(programme, age_min=18, tx=tx)

    before = await rewards.eligible([beer], member=member, at=NOON, tx=tx)
    await making.was_born(member, making.GRANDMOTHERS, tx)
    after = await rewards.eligible([beer], member=member, at=NOON, tx=tx)

    assert (before[beer.id], after[beer.id]) == ([Gate.AGE], [])


async def test_given_a_pool_that_is_empty_when_a_pole_looks_then_it_is_said_in_polish(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    member = await given.a_member(programme, tx=tx)
    pole = await members.edit(member, locale="pl-PL", at=NOON, tx=tx)
    code = await making.own(programme, age_min=18, tx=tx)

    found = await rewards.hindrances([code], member=pole, empty={code.id}, at=NOON, tx=tx)

    assert [(one.gate, one.words) for one in found[code.id]] == [
        (Gate.AGE, "To jest od wieku 18 i musi to wynikać z Twojej daty urodzenia."),
        (Gate.SOLD_OUT, "W tej chwili nic nie zostało."),
    ]


async def test_given_limits_when_days_pass_then_what_was_had_before_them_is_forgotten(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    mine = await making.own(programme, member_max=2, member_days=7, tx=tx)
    all_ = await making.own(programme, total_max=2, total_days=2, tx=tx)
    for reward in (mine, all_):
        await making.takes(ada, reward, tx=tx)
        await making.takes(ada, reward, at=NOON + DAY, tx=tx)
    both = [mine, all_]

    seen = {
        (name, day): await rewards.eligible(both, member=who, at=NOON + day * DAY, tx=tx)
        for name, who in (("ada", ada), ("bob", bob))
        for day in (1, 2, 6, 7)
    }

    mine_limit, all_limit = [Gate.MEMBER_LIMIT], [Gate.TOTAL_LIMIT]
    assert [seen["ada", day][mine.id] for day in (1, 2, 6, 7)] == [mine_limit] * 3 + [[]]
    assert [seen["bob", day][mine.id] for day in (1, 2, 6, 7)] == [[]] * 4
    assert [seen["bob", day][all_.id] for day in (1, 2, 6, 7)] == [all_limit, [], [], []]


async def test_given_what_is_at_each_outlet_when_all_are_empty_then_it_is_sold_out(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    partner = await a_payer(programme, tx=tx)
    member = await given.a_member(programme, tx=tx)
    here, there = [await an_outlet(partner, tx=tx) for _ in range(2)]
    cup = await making.live(partner, outlets=frozenset({here.id, there.id}), tx=tx)
    where = {"partner": partner.id, "programme": programme.id, "tx": tx}

    await rewards.set_stock(cup.id, 0, outlet=here.id, **where)
    some = await rewards.eligible([cup], member=member, at=NOON, tx=tx)
    await rewards.set_stock(cup.id, 0, outlet=there.id, **where)
    none = await rewards.eligible([cup], member=member, at=NOON, tx=tx)

    assert (some[cup.id], none[cup.id]) == ([], [Gate.SOLD_OUT])


async def test_given_the_catalogue_when_a_member_leafs_then_only_what_may_be_had_is_there(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    partner = await a_payer(programme, tx=tx)
    member = await given.a_member(programme, tx=tx)
    voucher = await making.own(programme, price=500, tx=tx)
    cup = await making.live(partner, price=50, tx=tx)
    draft = await making.a_draft(partner, tx=tx)
    later = await making.live(partner, valid_from=NOON + DAY, tx=tx)
    foreign = await making.own(await given.a_programme(tx=tx), tx=tx)
    where = {"programme": programme.id, "limit": 10, "at": NOON, "tx": tx}

    async def seen(before: UUID | None = None, **asked: object) -> list[UUID]:
        found = await rewards.catalogue(before=before, **asked, **where)
        return [one.id for one in found]

    newest, oldest = sorted((cup.id, voucher.id), reverse=True)
    assert await seen() == [newest, oldest]
    assert await seen(before=newest) == [oldest]
    assert await seen(kind=RewardKind.VOUCHER) == [voucher.id]
    assert await seen(price_max=499) == [cup.id]
    assert (await rewards.shown(later.id, member=member, tx=tx)).id == later.id
    for hidden in (draft.id, foreign.id, ids.new(NOON)):
        with pytest.raises(rewards.NoSuchReward):
            await rewards.shown(hidden, member=member, tx=tx)
