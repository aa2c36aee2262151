"""The game's reactions, whole: facts, everybody who counts them, and all of it made anew."""

from datetime import timedelta
from typing import Any

import domain
from domain import activities, game, metrics, points, privacy, tiers
from domain.activities import Proof, Report, Type
from domain.game.counters import COUNTERS, REBUILDS
from domain.game.reactions import REACTIONS
from domain.members import Member
from domain.points import Measure
from domain.tiers import Terms, Tier
from infra import clock, db, outbox
from infra.db import Tx
from tests.support import databases, facts, given
from tests.support.given import NOON
from workers import gathering

NOW = clock.now()
FACTS = """
SELECT activity, member, doer, revision, counts, type, day, minute, distance_m, points, word
FROM fact WHERE programme = $1 ORDER BY activity
"""


def a_report(member: Member, number: int, **words: Any) -> Report:
    start = NOW - timedelta(hours=2 * number + 2)
    plain: dict[str, Any] = {
        "id": activities.id_of(
            programme=member.programme,
            source="partner:zoo",
            external_id=str(number),
            started_at=start,
        ),
        "member": member.id,
        "type": Type.RUN,
        "started_at": start,
        "ended_at": start + timedelta(hours=1),
        "duration_s": 3_600,
        "distance_m": 9_000,
        "proof": Proof.PARTNER,
        "source": "partner:zoo",
        "external_id": str(number),
    }
    return Report(**{**plain, **words})


async def deliver_all() -> None:
    """Deliver every event there is to points and to the game, as the workers do."""
    reactions = [one for one in gathering.reactions() if one.name in ("points.award", "game.play")]
    while sum([await outbox.deliver(one, at=clock.now()) for one in reactions]):
        pass


async def test_given_reports_when_everything_is_delivered_then_facts_have_what_points_gave(
    postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            await outbox.register(gathering.reactions(), tx=tx)
            programme = await given.a_programme(tx=tx)
            ada = await given.a_member(programme, at=NOW - timedelta(days=9), tx=tx)
            await points.set_rule(
                programme, activity=Type.RUN, measure=Measure.METRES, points=10, per=1_000,
                day_max=1_000, at=NOW - timedelta(days=9), tx=tx,
            )  # fmt: skip
            await tiers.set_ladder(
                programme, Terms((Tier("silver", "Silver", 100),)), at=NOW, tx=tx
            )
        reports = [a_report(ada, number) for number in range(3)]
        async with db.transaction() as tx:
            await activities.report(reports, programme=programme.id, at=NOW, tx=tx)
        await deliver_all()
        async with db.transaction() as tx:
            gone = [reports[0].id]
            await activities.withdraw(
                gone, programme=programme.id, reason="DELETED_AT_SOURCE", at=NOW, tx=tx
            )
        await deliver_all()

        async with db.transaction() as tx:
            rows = await tx.rows(FACTS, programme.id)
            standing = await tiers.standing(ada, at=NOW, tx=tx)
            counted = {row["activity"]: (row["counts"], row["points"]) for row in rows}
        assert counted == {
            reports[0].id: (False, 0),
            reports[1].id: (True, 90),
            reports[2].id: (True, 90),
        }
        assert (standing.points, standing.tier and standing.tier.key) == (180, "silver")

        await game.rebuild(programme=programme.id)
        async with db.transaction() as tx:
            again = await tx.rows(FACTS, programme.id)
        # But for the word about what was taken back: nothing is known of it any more.
        assert [{**row, "word": 0} for row in again] == [{**row, "word": 0} for row in rows]


async def test_given_lost_facts_when_rebuilt_then_everything_is_there_again(postgres) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            programme = await given.a_programme(tx=tx)
            ada, bob = [
                await given.a_member(programme, at=NOW - timedelta(days=9), tx=tx) for _ in range(2)
            ]
            reports = [a_report(ada, 1), a_report(bob, 2), a_report(bob, 3)]
            await activities.report(reports, programme=programme.id, at=NOW, tx=tx)

        done = await game.rebuild(programme=programme.id)

        async with db.transaction() as tx:
            found = await metrics.facts([one.id for one in reports], programme=programme.id, tx=tx)
        assert (done.members, done.facts) == (2, 3)
        assert done.sums == tuple(name for name, _ in REBUILDS)
        assert {one.id: one.member for one in reports} == {
            id: fact.member for id, fact in found.items()
        }


async def test_given_an_erased_member_when_their_run_is_judged_then_nobody_counts_it(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    await tiers.set_ladder(programme, Terms((Tier("silver", "Silver", 10),)), at=NOON, tx=tx)
    ada = await given.a_member(programme, tx=tx)
    await privacy.erase(ada.id, programme=programme.id, at=NOON, tx=tx)

    run = await facts.judged(ada, tx=tx)

    assert run.activity in await metrics.facts([run.activity], programme=programme.id, tx=tx)
    assert (await tiers.standing(ada, at=NOON, tx=tx)).points == 0


def test_everybody_with_a_count_is_told_of_what_changed() -> None:
    """A capability between metrics and game that counts is in the list, each once."""
    counted = [one.__module__.split(".")[1] for one in COUNTERS]
    there = {name.split(".")[1] for name in domain.modules("counting")}

    assert sorted(counted) == sorted(set(counted))
    assert set(counted) == {*there}
    assert [one.name for one in REACTIONS] == ["game.play", "game.follow"]
