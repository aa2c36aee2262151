"""Granting: rewards, what operators give by hand, and how each of them ends."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain import badges, ledger, members
from domain.badges import Badge, Gift, Grant, Origin
from domain.members import Member
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.badges.shelves import a_badge, fill, level, told
from tests.support import facts, given
from tests.support.given import NOON

BOSS = ids.new(NOON)


async def give(member: Member, *, tx: Tx, **words: Any) -> Grant | None:
    said = {"level": 2, "id": ids.new(NOON), "evidence": {"challenge": str(BOSS)}, **words}
    return await badges.give("far", member.id, programme=member.programme, at=NOON, tx=tx, **said)


async def take_back(member: Member, *grants: Grant | None, tx: Tx) -> None:
    ids_ = [grant.id for grant in grants if grant is not None]
    await badges.take_back(ids_, programme=member.programme, at=NOON, tx=tx)


def a_gift(badge: Badge, member: Member, **words: Any) -> Gift:
    plain = {"badge": badge.id, "member": member.id, "level": 2, "reason": "Helped at the race."}
    return Gift(**{**plain, **words})


async def bestow(gift: Gift, programme: int, *, tx: Tx, **words: Any) -> Grant:
    said = {"id": ids.new(NOON), "operator": BOSS, "at": NOON, **words}
    return await badges.bestow(gift, programme=programme, tx=tx, **said)


async def test_given_a_reward_when_given_and_taken_back_then_each_counts_once(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_badge(ada.programme, tx=tx)
    id = ids.new(NOON)

    first, again = [await give(ada, id=id, tx=tx) for _ in range(2)]
    lower = await give(ada, level=None, tx=tx)
    await take_back(ada, first, tx=tx)
    low = await level(ada, tx=tx)
    await take_back(ada, first, tx=tx)
    revived = await give(ada, id=id, tx=tx)

    assert first is not None
    assert (first.origin, first.level, first.evidence) == (
        Origin.REWARD,
        2,
        {"challenge": str(BOSS)},
    )
    assert (again, lower, low, revived) == (None, None, 1, first)
    assert told(ada.id, tx=tx) == [("Given", 2, 0), ("Revoked", 1, 2), ("Given", 2, 1)]


async def test_given_two_reasons_when_one_goes_then_what_the_other_supports_stays(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_badge(ada.programme, tx=tx)
    run = await facts.judged(ada, distance_m=20_000, tx=tx)

    reward = await give(ada, tx=tx)
    of_both = [grant.origin for grant in await badges.history(
        ada.id, programme=ada.programme, limit=10, tx=tx)]  # fmt: skip
    await facts.judged_again(run, counts=False, points=0, tx=tx)
    after_facts = await level(ada, tx=tx)
    rewards = await badges.history(ada.id, programme=ada.programme, limit=10, tx=tx)
    living = [grant.id for grant in rewards if grant.ended_at is None]
    await badges.take_back(living, programme=ada.programme, at=NOON, tx=tx)

    assert reward is None
    assert sorted(of_both) == [Origin.REWARD, Origin.RULE, Origin.RULE]
    assert (after_facts, await level(ada, tx=tx)) == (2, 0)
    assert told(ada.id, tx=tx) == [("Given", 2, 0), ("Revoked", 0, 2)]


async def test_given_several_rewards_at_once_when_granted_then_the_highest_is_announced(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    far = await a_badge(programme.id, tx=tx)
    wanted = [
        Grant(ids.new(NOON), programme.id, who.id, far.id, level, Origin.REWARD, NOON, {})
        for who, level in ((ada, 1), (ada, 3), (bob, 2))
    ]

    raised = await badges.grant(wanted, programme=programme.id, tx=tx)

    assert raised == wanted[1:]
    assert await badges.held([ada.id, bob.id], programme=programme.id, tx=tx) == {
        ada.id: {"far": 3},
        bob.id: {"far": 2},
    }
    assert (told(ada.id, tx=tx), told(bob.id, tx=tx)) == ([("Given", 3, 0)], [("Given", 2, 0)])


@pytest.mark.parametrize(
    ("words", "refusal"),
    [({"level": 4}, badges.BadBadgeLevel), ({"level": -1}, badges.BadBadgeLevel)],
)
async def test_given_a_level_that_is_none_when_given_then_it_is_refused(
    words: dict[str, Any], refusal: type[Refused], tx: Tx
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)

    with pytest.raises(badges.NoSuchBadge):
        await give(ada, tx=tx, **words)
    await a_badge(ada.programme, tx=tx)
    with pytest.raises(refusal):
        await give(ada, tx=tx, **words)


async def test_given_a_gift_by_hand_when_taken_away_then_no_rule_gives_that_level_again(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    far = await a_badge(ada.programme, tx=tx)
    url = "https://photos.example/7"
    yesterday = NOON - timedelta(days=1)
    gift = a_gift(far, ada, given_at=yesterday, evidence_url=url)
    id = ids.new(NOON)

    made, again = [await bestow(gift, ada.programme, id=id, tx=tx) for _ in range(2)]
    await facts.judged(ada, distance_m=20_000, tx=tx)
    taken = await badges.strip(id, programme=ada.programme, at=NOON, tx=tx)
    after = await level(ada, tx=tx)
    await facts.judged(ada, distance_m=1, tx=tx)
    await badges.rebuild(programme=ada.programme, tx=tx)
    await fill(tx=tx)
    rebuilt = await level(ada, tx=tx)
    await facts.judged(ada, distance_m=9_999, tx=tx)

    assert (made, made.given_at, made.evidence) == (again, yesterday, {"url": url})
    assert (taken.ended_at, taken.ended_why) == (NOON, badges.Ended.OPERATOR)
    # Bronze is still theirs by the rule, and gold is another level.
    assert (after, rebuilt, await level(ada, tx=tx)) == (1, 1, 3)


async def _retired(far: Badge, ada: Member, tx: Tx) -> object:
    await badges.retire(far.id, programme=ada.programme, at=NOON, tx=tx)
    return await bestow(a_gift(far, ada), ada.programme, tx=tx)


async def _held(far: Badge, ada: Member, tx: Tx) -> object:
    await bestow(a_gift(far, ada, level=3), ada.programme, tx=tx)
    return await bestow(a_gift(far, ada), ada.programme, tx=tx)


async def _reused(far: Badge, ada: Member, tx: Tx) -> object:
    first = await bestow(a_gift(far, ada), ada.programme, tx=tx)
    return await bestow(a_gift(far, ada, level=1), ada.programme, id=first.id, tx=tx)


async def _foreign(far: Badge, ada: Member, tx: Tx) -> object:
    eve = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    return await bestow(a_gift(far, eve), ada.programme, tx=tx)


async def _left(far: Badge, ada: Member, tx: Tx) -> object:
    await members.leave(ada, at=NOON, tx=tx)
    return await bestow(a_gift(far, ada), ada.programme, tx=tx)


def _with(**words: Any) -> Any:
    async def attempt(far: Badge, ada: Member, tx: Tx) -> object:
        gift = replace(a_gift(far, ada), **words)
        return await bestow(gift, ada.programme, tx=tx)

    return attempt


REFUSALS: dict[str, tuple[Any, type[Refused]]] = {
    "no reason": (_with(reason=" "), badges.BadBadgeReason),
    "a long reason": (_with(reason="r" * 501, level=9), badges.BadBadgeReason),
    "in the future": (_with(given_at=NOON + timedelta(seconds=1)), badges.BadBadge),
    "not the web": (_with(evidence_url="http://x.example"), badges.BadBadge),
    "somebody's name in it": (_with(evidence_url="https://ada@x.example"), badges.BadBadge),
    "no badge": (_with(badge=BOSS, level=9), badges.NoSuchBadge),
    "no level": (_with(level=4, member=BOSS), badges.BadBadgeLevel),
    "nobody": (_with(member=BOSS), members.NoSuchMember),
    "somebody of others": (_foreign, members.NoSuchMember),
    "somebody who left": (_left, members.NoSuchMember),
    "an id of another gift": (_reused, ledger.KeyReused),
    "a retired badge": (_retired, badges.BadgeRetired),
    "one already held": (_held, badges.AlreadyHeld),
}


@pytest.mark.parametrize("case", list(REFUSALS))
async def test_given_a_gift_that_is_not_sound_when_given_by_hand_then_it_is_refused(
    case: str, tx: Tx
) -> None:
    attempt, refusal = REFUSALS[case]
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    far = await a_badge(ada.programme, tx=tx)

    with pytest.raises(Refused) as refused:
        await attempt(far, ada, tx)

    assert type(refused.value) is refusal


async def test_given_no_grant_when_taken_away_then_it_is_refused(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    far = await a_badge(ada.programme, tx=tx)
    made = await bestow(a_gift(far, ada), ada.programme, tx=tx)
    other = await given.a_programme(tx=tx)

    for id, programme in ((BOSS, ada.programme), (made.id, other.id)):
        with pytest.raises(badges.NoSuchGrant):
            await badges.strip(id, programme=programme, at=NOON, tx=tx)
