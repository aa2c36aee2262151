"""What is kept of a member is told, and forgotten but for the sums."""

from datetime import timedelta

import orjson

from domain import activities
from domain.activities import State, personal, reading
from infra import ids
from infra.db import Tx
from tests.domain.activities.telling import a_report, tell, told
from tests.support import given
from tests.support.given import NOON


async def test_given_files_and_reports_when_told_and_forgotten_then_only_sums_are_left(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    run = activities.run_gpx(NOON - timedelta(days=1))
    await activities.receive(ada, content=run, name="Secret", id=ids.new(NOON), at=NOON, tx=tx)
    for claimed in await activities.claim(limit=9, at=NOON, tx=tx):
        await activities.settle(claimed, reading.read(claimed.content), at=NOON, tx=tx)
    walk = a_report(ada, device="Ada's watch", external_id="secret-7")
    await tell(walk, programme=ada.programme, tx=tx)
    await tell(a_report(bob, device="Bob's watch"), programme=ada.programme, tx=tx)
    waiting = ids.new(NOON)
    await activities.receive(ada, content=b"<gpx/>", name="Secret", id=waiting, at=NOON, tx=tx)

    before = await personal.told(ada.id, programme=ada.programme, tx=tx)
    sums = [(a.distance_m, a.duration_s, a.day) for a in await listed(ada, tx)]
    await personal.forget(ada.id, programme=ada.programme, at=NOON, tx=tx)
    await personal.forget(ada.id, programme=ada.programme, at=NOON, tx=tx)

    after = await personal.told(ada.id, programme=ada.programme, tx=tx)
    assert [len(before[table]) for table in ("activity", "activity_file")] == [3, 1]
    assert [len(after[table]) for table in ("activity", "activity_file")] == [3, 0]
    text = orjson.dumps(after, default=str).decode()
    prints = {row["sha256"] for row in before["activity"] if row["sha256"]}
    for secret in ("Secret", "secret-7", "Ada's watch", "Bob", *prints):
        assert secret not in text
    assert all(row["sketch"] is None for row in after["activity"])
    assert [(a.distance_m, a.duration_s, a.day) for a in await listed(ada, tx)] == sums
    assert (await activities.get(waiting, member=ada, tx=tx)).state is State.WITHDRAWN
    (kept,) = (await told(bob, tx=tx)).values()
    assert kept.device == "Bob's watch"


async def listed(member, tx: Tx):
    return await activities.listed(member, before=None, limit=99, tx=tx)
