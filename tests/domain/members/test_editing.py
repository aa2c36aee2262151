"""Editing a member, and the days that follow from the zone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain import members
from infra.db import Tx
from infra.errors import Refused
from tests.support import given
from tests.support.given import NOON


async def test_given_a_member_when_one_field_is_edited_then_only_that_changes(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, zone="Europe/Vienna", tx=tx)

    edited = await members.edit(ada, auto_accept=True, at=NOON, tx=tx)

    assert edited.auto_accept is True
    assert (edited.name, edited.locale, edited.zone) == (ada.name, ada.locale, ada.zone)
    assert await members.get(ada.id, programme=club.id, tx=tx) == edited


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        ({"name": ""}, members.BadName),
        ({"locale": "?"}, members.BadLocale),
        ({"zone": "Nowhere"}, members.BadZone),
        ({"name": "", "locale": "?", "zone": "Nowhere"}, members.BadName),
    ],
)
async def test_given_a_fault_when_edited_then_refused_and_nothing_changes(
    fault: dict[str, str], refusal: type[Refused], tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, tx=tx)

    with pytest.raises(refusal):
        await members.edit(ada, **fault, at=NOON, tx=tx)

    assert await members.get(ada.id, programme=club.id, tx=tx) == ada


async def test_given_a_member_who_moves_when_days_are_asked_then_the_past_keeps_its_zone(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, zone="Pacific/Auckland", tx=tx)
    evening = datetime(2026, 6, 1, 20, tzinfo=UTC)
    moved_at = evening + timedelta(days=10)

    moved = await members.edit(ada, zone="America/Los_Angeles", at=moved_at, tx=tx)

    assert await members.local_day(moved, at=evening, tx=tx) == date(2026, 6, 2)
    just_before = moved_at - timedelta(microseconds=1)
    assert await members.local_day(moved, at=just_before, tx=tx) == date(2026, 6, 12)
    assert await members.local_day(moved, at=moved_at, tx=tx) == date(2026, 6, 11)


async def test_given_a_move_when_it_is_told_twice_then_it_is_noted_once(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, zone="UTC", tx=tx)

    await members.edit(ada, zone="Asia/Tokyo", at=NOON, tx=tx)
    await members.edit(ada, zone="Asia/Tokyo", at=NOON + timedelta(hours=1), tx=tx)

    zones = await tx.rows("SELECT zone FROM member_zone WHERE member = $1", ada.id)
    assert [row["zone"] for row in zones] == ["UTC", "Asia/Tokyo"]


async def test_given_members_who_moved_when_many_days_are_asked_then_each_by_the_zone_of_then(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, zone="Pacific/Auckland", tx=tx)
    eve = await given.a_member(club, zone="UTC", tx=tx)
    late = NOON.replace(hour=23)
    moved_at = late - timedelta(days=2)
    moved = await members.edit(ada, zone="America/Los_Angeles", at=moved_at, tx=tx)
    before = moved_at - timedelta(days=2)

    asked = [(moved, before), (moved, late), (eve, late)]
    days = await members.local_days(asked, tx=tx)
    zones = await members.zones_of([ada.id, eve.id], programme=club.id, tx=tx)

    assert days == [before.date() + timedelta(days=1), late.date(), late.date()]
    assert zones == {
        ada.id: [(None, "Pacific/Auckland"), (moved_at, "America/Los_Angeles")],
        eve.id: [(None, "UTC")],
    }


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("UTC", datetime(2026, 3, 29, 0, 0, tzinfo=UTC), date(2026, 3, 29)),
        ("Europe/Vienna", datetime(2026, 3, 28, 22, 59, tzinfo=UTC), date(2026, 3, 28)),
        ("Europe/Vienna", datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
        ("Europe/Vienna", datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29)),
        ("Europe/Vienna", datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
        ("Pacific/Kiritimati", datetime(2026, 3, 28, 10, 0, tzinfo=UTC), date(2026, 3, 29)),
        ("Pacific/Pago_Pago", datetime(2026, 3, 29, 10, 59, tzinfo=UTC), date(2026, 3, 28)),
    ],
)
def test_a_day_is_the_date_on_the_wall_where_the_member_is(
    zone: str, at: datetime, day: date
) -> None:
    assert members.day_in(zone, at) == day
