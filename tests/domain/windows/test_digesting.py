"""Digests: gathered once, handed out once a day, never in quiet hours."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain import members, windows
from domain.members import Member
from domain.windows import Action, Channel, Choice, Digest, Mode, Quiet, Topic
from infra import db
from infra.db import Tx
from tests.domain.windows.wishing import a_wish, asked, wants
from tests.support import given
from tests.support.given import NOON

DAY = timedelta(days=1)
BADGES_ON_BOTH = [
    Choice(Topic.BADGES, channel, Mode.DIGEST) for channel in (Channel.PHONE, Channel.WATCH)
]


async def a_reader(tx: Tx, **said: object) -> Member:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await wants(ada, tx=tx, **{"choices": BADGES_ON_BOTH, **said})
    return ada


async def due(tx: Tx, at: datetime) -> list[Digest]:
    return list(await windows.due_digests(at=at, limit=10, tx=tx))


async def test_given_gathered_messages_when_the_hour_comes_then_one_digest_has_all_of_them(
    tx: Tx,
) -> None:
    ada = await a_reader(tx)
    wishes = [a_wish(ada), a_wish(ada)]
    same = a_wish(ada, id=wishes[0].id, channel=Channel.WATCH)
    gathered = await asked(*wishes, same, member=ada, tx=tx)
    at = gathered[0].at

    early = await due(tx, at - timedelta(seconds=1))
    (digest,) = await due(tx, at)
    again = await due(tx, at + DAY)

    assert {one.action for one in gathered} == {Action.DIGEST}
    assert at.astimezone(ZoneInfo(ada.zone)).hour == 18
    assert (early, again) == ([], [])
    assert (digest.member, digest.programme) == (ada.id, ada.programme)
    assert digest.channels == {Channel.PHONE, Channel.WATCH}
    assert (digest.count, digest.topics) == (2, {Topic.BADGES: 2})


async def test_given_a_digest_went_when_a_message_of_it_is_decided_again_then_it_is_not_gathered(
    tx: Tx,
) -> None:
    ada = await a_reader(tx)
    wish = a_wish(ada)
    (gathered,) = await asked(wish, member=ada, tx=tx)
    await due(tx, gathered.at)

    (again,) = await asked(wish, member=ada, at=gathered.at, tx=tx)

    assert again == gathered
    assert await due(tx, gathered.at + DAY) == []


async def test_given_it_is_quiet_by_now_when_a_worker_comes_late_then_the_digest_waits(
    tx: Tx,
) -> None:
    ada = await a_reader(tx)
    (gathered,) = await asked(a_wish(ada), member=ada, tx=tx)
    # From 17:30 until 23:00, around the hour of digests.
    await wants(ada, quiet=Quiet(17 * 60 + 30, 23 * 60), tx=tx)

    at_its_hour = await due(tx, gathered.at)
    still = await due(tx, gathered.at + timedelta(hours=4))
    after = await due(tx, gathered.at + timedelta(hours=5))

    assert (at_its_hour, still, len(after)) == ([], [], 1)


async def test_given_what_changed_meanwhile_when_the_hour_comes_then_nobody_gets_what_is_off(
    tx: Tx,
) -> None:
    ada, bob = await a_reader(tx), await a_reader(tx)
    gathered = await asked(a_wish(ada), member=ada, tx=tx)
    await asked(a_wish(bob), member=bob, tx=tx)
    await wants(ada, choices=[Choice(Topic.BADGES, Channel.PHONE, Mode.OFF)], tx=tx)
    await members.leave(bob, at=NOON, tx=tx)

    found = [await due(tx, gathered[0].at) for _ in range(2)]

    assert found == [[], []]
    assert await tx.value("SELECT count(*) FROM window_digest") == 0


async def test_given_a_digest_is_due_when_four_workers_ask_at_once_then_one_of_them_has_it(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada = await a_reader(tx)
        gathered = await asked(*(a_wish(ada) for _ in range(3)), member=ada, tx=tx)

    async def one() -> list[Digest]:
        async with db.transaction() as tx:
            return await due(tx, gathered[0].at)

    found = await asyncio.gather(*(one() for _ in range(4)))

    assert sorted(len(digests) for digests in found) == [0, 0, 0, 1]
    assert [digest.count for digests in found for digest in digests] == [3]
