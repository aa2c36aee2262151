"""What members want: refused where it cannot be, the programme's way where nothing was said."""

from dataclasses import replace
from typing import Any

import pytest

from domain import windows
from domain.windows import (
    BadCap,
    BadDigestHour,
    BadMode,
    BadQuietHours,
    Change,
    Channel,
    Choice,
    Mode,
    Policy,
    Quiet,
    Topic,
    personal,
)
from infra.db import Tx
from infra.errors import Refused
from tests.domain.windows.wishing import NIGHT, a_wish, asked, wants
from tests.support import given
from tests.support.given import NOON

OFF_INBOX = Choice(Topic.TRANSFERS, Channel.INBOX, Mode.OFF)
ON_PHONE = Choice(Topic.NEWS, Channel.PHONE, Mode.ON)
LOW = Policy(
    caps={Channel.PHONE: 3, Channel.WATCH: 0}, caps_most={Channel.PHONE: 4, Channel.WATCH: 2}
)


# In the order that they are refused in: each row has the faults of the rows after it, too.
@pytest.mark.parametrize(
    ("said", "refused", "path"),
    [
        ({"choices": [OFF_INBOX]}, BadMode, ("choices", "0")),
        (
            {"choices": [ON_PHONE, replace(OFF_INBOX, topic=Topic.POINTS)]},
            BadMode,
            ("choices", "1"),
        ),
        (
            {"choices": [replace(OFF_INBOX, topic=Topic.NEWS, mode=Mode.DIGEST)]},
            BadMode,
            ("choices", "0"),
        ),
        ({"choices": [ON_PHONE, ON_PHONE]}, BadMode, ("choices", "1")),
        ({"quiet": Quiet(60, 60), "phone_cap": 5}, BadQuietHours, ("quiet",)),
        ({"quiet": Quiet(0, 1440)}, BadQuietHours, ("quiet",)),
        ({"quiet": Quiet(60, 1441)}, BadQuietHours, ("quiet",)),
        ({"quiet": Quiet(-60, 5)}, BadQuietHours, ("quiet",)),
        ({"phone_cap": 5, "watch_cap": 3}, BadCap, ("phone_cap",)),
        ({"phone_cap": -1}, BadCap, ("phone_cap",)),
        ({"watch_cap": 3, "digest_hour": 24}, BadCap, ("watch_cap",)),
        ({"digest_hour": 24}, BadDigestHour, ("digest_hour",)),
        ({"digest_hour": -1}, BadDigestHour, ("digest_hour",)),
    ],
)
async def test_given_a_bound_of_four_when_a_member_wants_what_cannot_be_then_it_is_refused(
    tx: Tx, said: dict[str, Any], refused: type[Refused], path: tuple[str, ...]
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)
    await windows.set_policy(LOW, choices=[], programme=programme.id, tx=tx)
    before = await windows.preferences(ada, tx=tx)

    with pytest.raises(refused) as told:
        await windows.set_preferences(ada, Change(**said), tx=tx)

    assert told.value.path == path
    assert await windows.preferences(ada, tx=tx) == before


@pytest.mark.parametrize(
    ("said", "choices", "refused", "path"),
    [
        ({"quiet": Quiet(7, 7), "digest_hour": 24}, [], BadQuietHours, ("quiet",)),
        (
            {"caps_most": {Channel.PHONE: 101, Channel.WATCH: 1}},
            [],
            BadCap,
            ("phone_cap_most",),
        ),
        (
            {"caps_most": {Channel.PHONE: 9, Channel.WATCH: -1}},
            [],
            BadCap,
            ("watch_cap_most",),
        ),
        ({"caps": {Channel.PHONE: 5, Channel.WATCH: 0}}, [], BadCap, ("phone_cap",)),
        ({"caps": {Channel.PHONE: 4, Channel.WATCH: 3}}, [], BadCap, ("watch_cap",)),
        ({"digest_hour": 24}, [OFF_INBOX], BadDigestHour, ("digest_hour",)),
        ({}, [OFF_INBOX], BadMode, ("choices", "0")),
    ],
)
async def test_given_a_policy_when_it_is_out_of_bounds_then_it_is_refused(
    tx: Tx,
    said: dict[str, Any],
    choices: list[Choice],
    refused: type[Refused],
    path: tuple[str, ...],
) -> None:
    programme = await given.a_programme(tx=tx)

    with pytest.raises(refused) as told:
        await windows.set_policy(
            replace(LOW, **said), choices=choices, programme=programme.id, tx=tx
        )

    assert told.value.path == path
    assert await windows.policy(programme.id, tx=tx) == Policy()


async def test_given_a_programmes_way_when_a_member_says_something_then_the_rest_stays_its_own(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)
    way = Policy(quiet=NIGHT, digest_hour=9, urgent_in_quiet_hours=True)
    digest = Choice(Topic.CLUBS, Channel.PHONE, Mode.DIGEST)
    set_ = await windows.set_policy(way, choices=[digest], programme=programme.id, tx=tx)

    usual = await windows.preferences(ada, tx=tx)
    await wants(ada, quiet=False, phone_cap=2, choices=[ON_PHONE], tx=tx)
    said = await windows.preferences(ada, tx=tx)

    assert await windows.policy(programme.id, tx=tx) == set_
    assert (usual.quiet, usual.digest_hour, usual.caps) == (NIGHT, 9, way.caps)
    assert usual.modes[Topic.CLUBS, Channel.PHONE] is Mode.DIGEST
    assert (said.quiet, said.digest_hour, said.urgent_in_quiet_hours) == (None, 9, True)
    assert said.caps == {Channel.PHONE: 2, Channel.WATCH: 8}
    assert said.modes == usual.modes


async def test_given_a_choice_when_it_is_taken_back_then_the_programmes_way_holds(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)
    off = Choice(Topic.NEWS, Channel.PHONE, Mode.OFF)
    await wants(ada, choices=[off], tx=tx)
    chosen = await windows.preferences(ada, tx=tx)

    await wants(ada, choices=[replace(off, mode=None)], tx=tx)
    usual = await windows.preferences(ada, tx=tx)

    news = (Topic.NEWS, Channel.PHONE)
    assert (chosen.modes[news], usual.modes[news]) == (Mode.OFF, Mode.ON)


async def test_given_more_than_a_programme_allows_now_when_asked_then_its_bound_holds(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)
    await wants(ada, phone_cap=40, watch_cap=1, tx=tx)

    await windows.set_policy(LOW, choices=[], programme=programme.id, tx=tx)

    held = await windows.preferences(ada, tx=tx)
    assert held.caps == {Channel.PHONE: 4, Channel.WATCH: 1}


async def test_given_the_last_minute_of_a_day_when_it_is_an_end_then_it_is_midnight(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)

    await wants(ada, quiet=Quiet(22 * 60, 24 * 60), tx=tx)

    assert (await windows.preferences(ada, tx=tx)).quiet == Quiet(22 * 60, 0)


async def test_given_what_windows_keep_when_a_member_is_forgotten_then_all_was_told_and_is_gone(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await wants(ada, quiet=NIGHT, digest=True, tx=tx)
    await asked(a_wish(ada), a_wish(ada, topic=Topic.NEWS), member=ada, tx=tx)

    told = await personal.told(ada.id, programme=ada.programme, tx=tx)
    await personal.forget(ada.id, programme=ada.programme, at=NOON, tx=tx)

    assert set(told) == personal.TABLES
    assert {table: len(rows) for table, rows in told.items()} == {
        "window_preference": 1,
        "window_choice": 1,
        "window_use": 1,
        "window_pass": 2,
        "window_digest": 1,
    }
    left = await personal.told(ada.id, programme=ada.programme, tx=tx)
    assert [rows for rows in left.values() if rows] == []
