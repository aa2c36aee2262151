"""Following: points of challenges, and members who go and come back, on the boards."""

from datetime import timedelta

from domain import leaderboards, privacy, tiers
from domain.challenges import Rewarded, RewardReturned
from domain.game.following import follow
from domain.members import CameBack, Left, Member
from domain.streaks import MilestoneReached, MilestoneUndone
from domain.tiers import Terms, Tier
from infra import ids
from infra.db import Tx
from infra.outbox import Delivery
from tests.support import given
from tests.support.given import NOON

EARNED = """
SELECT id, member, points FROM board_earning WHERE programme = $1 ORDER BY points
"""


async def tell(*events, tx: Tx) -> None:
    numbered = enumerate(events, 1)
    await follow([Delivery(ids.new(NOON), number, one) for number, one in numbered], tx)


def paid(member, reward, *, points: int) -> Rewarded:
    return Rewarded(
        programme=member.programme,
        subject=member.id,
        object=ids.new(NOON),
        at=NOON,
        reward=reward,
        round=1,
        percent=100,
        points=points,
    )


def back(one: Rewarded, *, returned: int) -> RewardReturned:
    return RewardReturned(
        programme=one.programme,
        subject=one.subject,
        object=one.object,
        at=one.at + timedelta(hours=1),
        reward=one.reward,
        round=1,
        percent=100,
        points=one.points,
        returned=returned,
    )


async def test_given_points_of_challenges_when_some_go_back_then_boards_have_what_stands(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    one, two = paid(ada, ids.new(NOON), points=60), paid(bob, ids.new(NOON), points=40)

    await tell(one, two, tx=tx)
    for _ in range(2):
        await tell(back(one, returned=50), tx=tx)

    rows = await tx.rows(EARNED, programme.id)
    assert [(row["id"], row["member"], row["points"]) for row in rows] == [
        (one.reward, ada.id, 10),
        (two.reward, bob.id, 40),
    ]


async def test_given_a_member_who_goes_and_comes_back_when_told_twice_then_it_is_fine(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)
    words = {"programme": programme.id, "subject": ada.id, "object": ada.id, "at": NOON}

    for _ in range(2):
        await tell(Left(**words), CameBack(**words), tx=tx)

    assert await leaderboards.listed(programme=programme.id, before=None, limit=9, tx=tx) == []


async def test_given_milestones_of_streaks_when_told_twice_then_boards_and_tiers_have_what_stands(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    ladder = Terms((Tier("silver", "Silver", 100),), levels=(50,))
    await tiers.set_ladder(programme, ladder, at=NOON, tx=tx)
    one, two = reached(ada, points=60), reached(bob, points=30, kept=10)

    for _ in range(2):
        await tell(one, two, tx=tx)
    before = [await towards(member, tx) for member in (ada, bob)]
    for _ in range(2):
        await tell(undone(one, returned=50), tx=tx)

    assert before == [60, 40]
    assert [await towards(member, tx) for member in (ada, bob)] == [0, 40]
    rows = await tx.rows(EARNED, programme.id)
    assert [(row["id"], row["points"]) for row in rows] == [(one.reward, 10), (two.reward, 30)]


async def test_given_a_member_who_is_erased_when_a_milestone_is_told_then_no_tier_is_made_of_it(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)
    await privacy.erase(ada.id, programme=programme.id, at=NOON, tx=tx)

    await tell(reached(ada, points=60), tx=tx)

    found = await tiers.credits(ada.id, programme=programme.id, before=None, limit=5, tx=tx)
    assert found == []


def reached(member: Member, *, points: int, kept: int = 0) -> MilestoneReached:
    return MilestoneReached(
        programme=member.programme,
        subject=member.id,
        object=ids.new(NOON),
        at=NOON,
        reward=ids.new(NOON),
        length=3,
        points=points,
        kept=kept,
        badge=None,
    )


def undone(one: MilestoneReached, *, returned: int) -> MilestoneUndone:
    return MilestoneUndone(
        programme=one.programme,
        subject=one.subject,
        object=one.object,
        at=one.at + timedelta(hours=1),
        reward=one.reward,
        length=one.length,
        points=one.points,
        returned=returned,
    )


async def towards(member: Member, tx: Tx) -> int:
    """The points that the member has towards their tier."""
    return (await tiers.standing(member, at=NOON, tx=tx)).points
