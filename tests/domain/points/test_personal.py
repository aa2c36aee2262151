"""What points keeps of one member is told to them, and forgotten on demand."""

import orjson

from domain import points
from domain.points import ClaimState, personal
from infra.db import Tx
from tests.domain.points.judgements import a_club, a_run, again, deliver, has, sold, spent
from tests.support import given
from tests.support.given import NOON


async def test_given_awards_and_a_claim_when_told_then_all_of_the_member_and_nobody_else(
    tx: Tx,
) -> None:
    club = await a_club(tx)
    ada, bob = [await given.a_member(club, tx=tx) for _ in range(2)]
    run = a_run(ada)
    await deliver([run, a_run(bob)], tx)
    await spent(50, ada, tx)
    await deliver([again(run, outcome="WITHDRAWN")], tx)

    told = await personal.told(ada.id, programme=club.id, tx=tx)

    assert told.keys() == personal.TABLES
    assert {table: len(rows) for table, rows in told.items()} == dict.fromkeys(told, 1)
    assert str(bob.id) not in orjson.dumps(told).decode()


async def test_given_a_claim_when_the_member_is_forgotten_then_it_is_given_up_and_sums_stay(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada)
    await deliver([run], tx)
    await spent(50, ada, tx)
    await deliver([again(run, outcome="WITHDRAWN")], tx)

    await personal.forget(ada.id, programme=ada.programme, at=NOON, tx=tx)

    (claim,) = await points.claims(ada.programme, limit=10, tx=tx)
    assert (claim.state, await has(ada, tx)) == (ClaimState.WRITTEN_OFF, (0, 0))
    await sold(ada, tx)
