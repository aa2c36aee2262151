"""Setting, ending and applying multipliers."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain import members, points
from domain.activities import Type
from domain.members import LabelKind, Member
from domain.points import Applied
from domain.programmes import Programme
from infra import db
from infra.db import Tx
from infra.errors import Refused
from tests.domain.points.judgements import a_club, a_run, award_of, deliver, has
from tests.support import given
from tests.support.given import NOON

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def doubled(club: Programme, tx: Tx, **said: Any) -> points.Multiplier:
    return await points.set_multiplier(
        club, **{"name": "Double week", "percent": 200, "at": NOON - DAY, **said}, tx=tx
    )


async def a_member_of(club: Programme, tx: Tx, **labels: str) -> Member:
    member = await given.a_member(club, tx=tx)
    for kind, name in labels.items():
        await members.label(
            member, kind=LabelKind[kind.upper()], name=name, at=NOON - 2 * HOUR, tx=tx
        )
    return member


async def test_given_a_multiplier_when_a_run_is_judged_then_its_award_says_so(tx: Tx) -> None:
    club = await a_club(tx, day_max=1_000)
    ada = await given.a_member(club, tx=tx)
    await doubled(club, tx)
    await doubled(club, tx, name="Autumn", percent=150)
    run = a_run(ada)

    await deliver([run], tx)

    award = await award_of(run, tx)
    assert (award.wanted, award.given, await has(ada, tx)) == (150, 150, (150, 0))
    assert award.multipliers == (Applied(1, "Double week", 200), Applied(2, "Autumn", 150))
    assert award.text == (
        "5.0 km run x 10 points per km x 200 % (Double week) x 150 % (Autumn) = 150 points"
    )


@pytest.mark.parametrize(
    ("said", "labels", "given_points"),
    [
        ({}, {}, 100),
        ({"activity": Type.RUN}, {}, 100),
        ({"activity": Type.RIDE}, {}, 50),
        ({"tier": "GOLD"}, {"tier": "GOLD"}, 100),
        ({"tier": "GOLD"}, {"tier": "SILVER"}, 50),
        ({"tier": "GOLD"}, {"segment": "GOLD"}, 50),
        ({"segment": "commuters"}, {"segment": "commuters"}, 100),
        ({"tier": "GOLD", "segment": "commuters"}, {"tier": "GOLD"}, 50),
        ({"tier": "GOLD", "segment": "commuters"}, {"tier": "GOLD", "segment": "commuters"}, 100),
        ({"active_from": NOON - 2 * HOUR}, {}, 100),
        ({"active_from": NOON - HOUR}, {}, 100),
        ({"active_from": NOON}, {}, 50),
        ({"active_until": NOON - HOUR}, {}, 50),
        ({"active_until": NOON - HOUR + timedelta(seconds=1)}, {}, 100),
        ({"percent": 1}, {}, 0),
    ],
)
async def test_a_multiplier_is_for_its_activity_its_members_and_its_time_only(
    said: dict[str, Any], labels: dict[str, str], given_points: int, tx: Tx
) -> None:
    club = await a_club(tx, day_max=1_000)
    await doubled(club, tx, **said)
    ada = await a_member_of(club, tx, **labels)
    run = a_run(ada)

    await deliver([run], tx)

    assert (await award_of(run, tx)).given == given_points


async def test_given_a_label_that_ended_when_a_run_began_before_then_it_still_counts(
    tx: Tx,
) -> None:
    club = await a_club(tx, day_max=1_000)
    await doubled(club, tx, tier="GOLD")
    ada = await a_member_of(club, tx, tier="GOLD")
    await members.label(ada, kind=LabelKind.TIER, name="SILVER", at=NOON - HOUR / 2, tx=tx)
    before, after = a_run(ada), a_run(ada, started_at=NOON - HOUR / 4)

    await deliver([before, after], tx)

    assert [(await award_of(run, tx)).given for run in (before, after)] == [100, 50]


async def test_given_a_multiplier_when_it_is_ended_then_what_began_before_is_still_multiplied(
    tx: Tx,
) -> None:
    club = await a_club(tx, day_max=1_000)
    ada = await given.a_member(club, tx=tx)
    made = await doubled(club, tx)

    ended = await points.end_multiplier(club, number=made.number, at=NOON - HOUR / 2, tx=tx)
    before, after = a_run(ada), a_run(ada, started_at=NOON - HOUR / 4)
    await deliver([before, after], tx)

    assert ended.active_until == NOON - HOUR / 2
    assert [(await award_of(run, tx)).given for run in (before, after)] == [100, 50]
    assert await points.multipliers(club.id, tx=tx) == [ended]


@pytest.mark.parametrize(
    ("said", "refusal", "field"),
    [
        ({"name": ""}, points.BadMultiplier, "name"),
        ({"name": "x" * 61}, points.BadMultiplier, "name"),
        ({"name": "a\u202eb"}, points.BadMultiplier, "name"),
        ({"percent": 0}, points.BadMultiplier, "percent"),
        ({"percent": 1_001}, points.BadMultiplier, "percent"),
        ({"tier": ""}, points.BadMultiplier, "tier"),
        ({"segment": "x" * 81}, points.BadMultiplier, "segment"),
        ({"active_until": NOON - DAY}, points.BadMultiplier, "active_until"),
        ({"active_from": NOON - 2 * DAY}, points.MultiplierInPast, "active_from"),
    ],
)
async def test_given_a_fault_when_a_multiplier_is_set_then_refused(
    said: dict[str, Any], refusal: type[Refused], field: str, tx: Tx
) -> None:
    club = await a_club(tx)

    with pytest.raises(refusal) as refused:
        await doubled(club, tx, **said)

    assert refused.value.path == (field,)
    assert await points.multipliers(club.id, tx=tx) == []


async def test_given_as_many_as_there_may_be_when_another_is_set_then_refused(tx: Tx) -> None:
    club = await a_club(tx)
    for _ in range(100):
        await doubled(club, tx)

    with pytest.raises(points.TooManyMultipliers):
        await doubled(club, tx)
    await points.end_multiplier(club, number=1, at=NOON - DAY, tx=tx)
    assert (await doubled(club, tx)).number == 101


async def test_given_multipliers_when_ended_wrongly_then_refused_in_order(tx: Tx) -> None:
    club, other = await a_club(tx), await a_club(tx)
    made = await doubled(club, tx)

    with pytest.raises(points.NoSuchMultiplier):
        await points.end_multiplier(other, number=made.number, at=NOON, tx=tx)
    with pytest.raises(points.MultiplierInPast):
        await points.end_multiplier(club, number=1, until=NOON - HOUR, at=NOON, tx=tx)
    await points.end_multiplier(club, number=1, at=NOON, tx=tx)
    with pytest.raises(points.MultiplierEnded):
        await points.end_multiplier(club, number=1, until=NOON + HOUR, at=NOON, tx=tx)


async def test_given_many_who_set_one_at_once_then_numbers_have_no_gap(database: None) -> None:
    async with db.transaction() as tx:
        club = await a_club(tx)

    async def one() -> int:
        async with db.transaction() as tx:
            return (await doubled(club, tx)).number

    assert sorted(await asyncio.gather(*(one() for _ in range(6)))) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE multiplier SET percent = 1", "DELETE FROM multiplier", "UPDATE award SET given = 1"],
)
async def test_given_what_was_promised_when_someone_would_rewrite_it_then_the_database_refuses(
    statement: str, database: None
) -> None:
    with pytest.raises(db.PostgresError, match="permission denied"):
        async with db.transaction() as tx:
            await tx.run(statement)
