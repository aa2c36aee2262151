"""Facts made anew: by the migration that brings them, and from the activities themselves."""

from datetime import timedelta
from pathlib import Path

from domain import activities, members, metrics, points
from domain.activities import Proof, Report, Type
from domain.points import Measure
from domain.points.reactions import REACTIONS
from infra import clock, ids
from infra.db import Tx
from infra.outbox import Delivery
from tests.support import given

NOW = clock.now()
MIGRATION = Path(__file__).parents[3] / "migrations" / "0021_metrics.sql"
FACTS = """
SELECT activity, member, doer, revision, counts, type, day, minute, started_at, ended_at,
       distance_m, duration_s, elevation_m, quantity, points, word, proof, source
FROM fact WHERE programme = $1 ORDER BY activity
"""


async def test_given_activities_before_the_migration_when_it_runs_then_facts_are_as_if_told(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    joined = NOW - timedelta(days=9)
    ada = await given.a_member(programme, zone="Asia/Kolkata", at=joined, tx=tx)
    bob = await given.a_member(programme, zone="America/St_Johns", at=joined, tx=tx)
    rule = {"activity": Type.RUN, "measure": Measure.METRES, "per": 1_000, "day_max": 1_000}
    await points.set_rule(programme, points=10, at=joined, tx=tx, **rule)
    reports = [
        Report(
            id=ids.new(NOW),
            member=who.id,
            type=Type.RUN,
            started_at=NOW - timedelta(hours=hours),
            ended_at=NOW - timedelta(hours=hours - 1),
            duration_s=3_600,
            distance_m=9_000,
            proof=Proof.PARTNER,
            source="partner:zoo",
            external_id=str(hours),
        )
        for who, hours in ((ada, 2), (ada, 5), (bob, 9))
    ]
    await activities.report(reports, programme=programme.id, at=NOW, tx=tx)
    judged = [one for one in tx.staged if isinstance(one, activities.Judged)]
    await REACTIONS[0].body([Delivery(ids.new(NOW), n, one) for n, one in enumerate(judged)], tx)
    gone = [reports[1].id]
    await activities.withdraw(
        gone, programme=programme.id, reason="DELETED_AT_SOURCE", at=NOW, tx=tx
    )
    people = await members.lock([ada.id, bob.id], programme=programme.id, tx=tx)

    _, insert = MIGRATION.read_text().split("INSERT INTO fact", 1)
    await tx.run("INSERT INTO fact" + insert.rstrip().removesuffix(";") + " ON CONFLICT DO NOTHING")
    migrated = await tx.rows(FACTS, programme.id)
    changes = await metrics.refresh(people, people=people, programme=programme.id, tx=tx)
    refreshed = await tx.rows(FACTS, programme.id)

    assert [dict(row) for row in migrated] == [dict(row) for row in refreshed]
    assert len(changes) == 2
    assert {row["activity"]: (row["counts"], row["points"]) for row in migrated} == {
        reports[0].id: (True, 90),
        # It was withdrawn, and points have not heard of it yet.
        reports[1].id: (False, 90),
        reports[2].id: (True, 90),
    }
