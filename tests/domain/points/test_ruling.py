"""Setting earning rules and reading them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain import points
from domain.activities import Type
from domain.points import Measure
from domain.programmes import Programme
from infra import db
from infra.db import Tx
from infra.errors import Refused
from infra.ids import EPOCH
from tests.support import given
from tests.support.given import NOON

RUN: dict[str, Any] = {
    "activity": Type.RUN,
    "measure": Measure.METRES,
    "points": 10,
    "per": 1_000,
    "day_max": 300,
}
HOUR = timedelta(hours=1)


async def test_given_no_rule_when_the_first_is_set_then_it_has_held_ever_since(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)

    rule = await points.set_rule(club, **RUN, at=NOON, tx=tx)

    assert (rule.version, rule.active_from) == (1, EPOCH)
    assert await points.rules(club.id, tx=tx) == [rule]


async def test_given_a_rule_when_set_again_then_a_new_version_holds_from_now_on(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    first = await points.set_rule(club, **RUN, at=NOON, tx=tx)

    second = await points.set_rule(club, **{**RUN, "points": 20}, at=NOON, tx=tx)
    ride = await points.set_rule(club, **{**RUN, "activity": Type.RIDE}, at=NOON, tx=tx)

    assert (second.version, second.points, second.active_from) == (2, 20, NOON)
    assert await points.rules(club.id, tx=tx) == [ride, first, second]
    assert await points.rules(club.id, at=NOON - HOUR, tx=tx) == [ride, first]
    assert await points.rules(club.id, at=NOON, tx=tx) == [ride, second]


async def test_given_a_rule_of_one_programme_then_another_has_none(tx: Tx) -> None:
    club, other = await given.a_programme(tx=tx), await given.a_programme(tx=tx)

    await points.set_rule(club, **RUN, at=NOON, tx=tx)

    assert await points.rules(other.id, tx=tx) == []


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"points": 0}, "points"),
        ({"points": -1}, "points"),
        ({"points": 1_000_001}, "points"),
        ({"per": 0}, "per"),
        ({"per": 2**40}, "per"),
        ({"measure": Measure.ACTIVITIES, "per": 2}, "per"),
        ({"day_max": 0}, "day_max"),
        ({"day_max": 2**40}, "day_max"),
    ],
)
async def test_given_a_fault_when_set_then_refused(
    fault: dict[str, Any], field: str, tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)

    with pytest.raises(points.BadRule) as refused:
        await points.set_rule(club, **{**RUN, **fault}, at=NOON, tx=tx)

    assert refused.value.path == (field,)
    assert await points.rules(club.id, tx=tx) == []


@pytest.mark.parametrize(
    ("later", "refusal"),
    [(NOON - HOUR, points.RuleInPast), (NOON + HOUR, points.RuleInPast), (NOON + 2 * HOUR, None)],
)
async def test_given_a_rule_that_will_hold_when_another_is_to_hold_before_it_then_refused(
    later: Any, refusal: type[Refused] | None, tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)
    await points.set_rule(club, **RUN, at=NOON - HOUR, tx=tx)
    await points.set_rule(club, **RUN, active_from=NOON + 2 * HOUR, at=NOON, tx=tx)

    if refusal is None:
        rule = await points.set_rule(club, **RUN, active_from=later, at=NOON, tx=tx)
        assert rule.version == 3
    else:
        with pytest.raises(refusal):
            await points.set_rule(club, **RUN, active_from=later, at=NOON, tx=tx)


async def test_given_many_who_set_a_rule_at_once_then_versions_have_no_gap(database: None) -> None:
    async with db.transaction() as tx:
        club = await given.a_programme(tx=tx)

    async def set_rule(club: Programme) -> int:
        async with db.transaction() as tx:
            return (await points.set_rule(club, **RUN, at=NOON, tx=tx)).version

    assert sorted(await asyncio.gather(*(set_rule(club) for _ in range(6)))) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("statement", ["UPDATE earning_rule SET points = 1", "DELETE FROM award"])
async def test_given_what_was_promised_when_someone_would_rewrite_it_then_the_database_refuses(
    statement: str, database: None
) -> None:
    with pytest.raises(db.PostgresError, match="permission denied"):
        async with db.transaction() as tx:
            await tx.run(statement)
