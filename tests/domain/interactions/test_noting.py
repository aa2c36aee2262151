"""What members did is kept once, of those who agree, and gone when they no longer do."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain import duplicates, interactions
from domain.interactions import BadItem, BadWeight, personal
from domain.interactions.following import forget
from domain.interactions.noting import drop_old
from domain.members import ConsentWithdrawn, Member
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from infra.outbox import Delivery
from tests.domain.interactions.making import a_note, an_open_member, consent, done
from tests.support import apart, databases, given
from tests.support.servers import Postgres
from tests.support.waiting import until

WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


async def test_given_a_member_who_agrees_when_they_do_things_then_the_newest_comes_first(
    tx: Tx,
) -> None:
    ada = await an_open_member(tx=tx)
    notes = [a_note(ada, days=3), a_note(ada, "activity:RUN", days=1, weight=2.5)]

    new = await interactions.note(notes, programme=ada.programme, tx=tx)
    again = await interactions.note(notes, programme=ada.programme, tx=tx)

    assert (new, again) == (2, 0)
    assert await done(ada, tx=tx) == [("activity:RUN", 2.5), ("product:oat-milk", 1.0)]
    assert await done(ada, until=given.NOON - timedelta(days=2), tx=tx) == [
        ("product:oat-milk", 1.0)
    ]


async def test_given_no_consent_when_something_is_noted_then_nothing_of_them_is_kept(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await an_open_member(programme, tx=tx)
    bob, eve = await given.a_member(programme, tx=tx), await given.a_member(programme, tx=tx)
    await consent(eve, purpose="marketing", at=given.NOON, tx=tx)

    notes = [a_note(ada), a_note(bob), a_note(eve)]
    new = await interactions.note(notes, programme=programme.id, tx=tx)

    assert new == 1
    assert await done(bob, tx=tx) == await done(eve, tx=tx) == []


@pytest.mark.parametrize(
    ("item", "weight", "refused"),
    [
        ("oat milk", 1.0, BadItem),
        ("product:oat milk", 1.0, BadItem),
        ("product:" + "x" * 73, 1.0, BadItem),
        ("Product:x", -1.0, BadItem),
        ("product:x", 0.0, BadWeight),
        ("product:x", -1.0, BadWeight),
        ("product:x", float("nan"), BadWeight),
        ("product:x", float("inf"), BadWeight),
        ("product:x", 1e-9, BadWeight),
        ("product:x", 1_001.0, BadWeight),
    ],
)
def test_a_note_is_refused_for_its_item_and_then_for_its_weight(
    item: str, weight: float, refused: type[Refused]
) -> None:
    note = interactions.Note(UUID(int=1), item, weight, given.NOON, ids.new(given.NOON))

    with pytest.raises(refused):
        interactions.check(note)


async def test_given_things_done_when_consent_is_withdrawn_then_all_of_it_goes(tx: Tx) -> None:
    ada, bob = await an_open_member(tx=tx), await an_open_member(tx=tx)
    for member in (ada, bob):
        await interactions.note([a_note(member)], programme=member.programme, tx=tx)

    await consent(ada, yes=False, at=given.NOON, tx=tx)
    said = [event for event in tx.staged if isinstance(event, ConsentWithdrawn)]
    await forget([Delivery(ids.new(given.NOON), 1, event) for event in said], tx)

    assert [(event.subject, event.purpose) for event in said] == [(ada.id, "personalisation")]
    assert await done(ada, tx=tx) == []
    assert await done(bob, tx=tx) == [("product:oat-milk", 1.0)]


async def test_given_consent_again_when_the_withdrawal_comes_late_then_only_the_old_goes(
    tx: Tx,
) -> None:
    ada = await an_open_member(tx=tx)
    await interactions.note([a_note(ada, days=2)], programme=ada.programme, tx=tx)
    withdrawn_at = given.NOON - timedelta(days=1)
    await consent(ada, yes=False, at=withdrawn_at, tx=tx)
    await consent(ada, at=given.NOON, tx=tx)
    new = replace(a_note(ada, "activity:RUN", days=0), at=given.NOON)
    await interactions.note([new], programme=ada.programme, tx=tx)

    event = next(one for one in tx.staged if isinstance(one, ConsentWithdrawn))
    await forget([Delivery(ids.new(given.NOON), 1, event)], tx)

    assert await done(ada, tx=tx) == [("activity:RUN", 1.0)]


async def test_given_somebody_who_was_merged_when_the_survivor_withdraws_then_theirs_goes_too(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, twin = [await an_open_member(programme, tx=tx) for _ in range(2)]
    await interactions.note([a_note(twin)], programme=programme.id, tx=tx)
    who = {"survivor": ada.id, "duplicate": twin.id}
    await duplicates.merge(
        programme=programme.id, id=ids.new(given.NOON), at=given.NOON, tx=tx, **who
    )

    await consent(ada, yes=False, at=given.NOON, tx=tx)
    event = next(one for one in tx.staged if isinstance(one, ConsentWithdrawn))
    await forget([Delivery(ids.new(given.NOON), 1, event)], tx)

    assert await done(twin, tx=tx) == []


async def test_given_two_years_when_they_are_over_then_what_was_done_goes(tx: Tx) -> None:
    ada = await an_open_member(tx=tx)
    await interactions.note(
        [a_note(ada, days=731), a_note(ada, days=729)], programme=ada.programme, tx=tx
    )

    dropped = await drop_old(at=given.NOON, tx=tx)

    assert dropped == 1
    assert len(await done(ada, tx=tx)) == 1


async def test_given_a_member_when_they_ask_or_are_erased_then_all_is_told_and_all_goes(
    tx: Tx,
) -> None:
    ada = await an_open_member(tx=tx)
    await interactions.note([a_note(ada)], programme=ada.programme, tx=tx)

    told = await personal.told(ada.id, programme=ada.programme, tx=tx)
    await personal.forget(ada.id, programme=ada.programme, at=given.NOON, tx=tx)

    assert [row["item"] for row in told["interaction"]] == ["product:oat-milk"]
    assert await done(ada, tx=tx) == []


async def test_given_an_item_that_is_just_being_added_when_others_add_it_then_it_is_there_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url, apart.owner(url) as owner:
        async with db.transaction() as tx:
            programme = await given.a_programme(tx=tx)
            # Each a member of its own, for those who share one wait for each other.
            first, *others = [await an_open_member(programme, tx=tx) for _ in range(5)]
        added, go_on = asyncio.Event(), asyncio.Event()

        async def keep(member: Member, *, slowly: bool = False) -> int:
            notes = [a_note(member, f"product:{n}") for n in range(20)]
            async with db.transaction() as tx:
                new = await interactions.note(notes, programme=programme.id, tx=tx)
                if slowly:
                    added.set()
                    await go_on.wait()
                return new

        adding = asyncio.create_task(keep(first, slowly=True))
        await added.wait()
        # They have looked for the items and found none, for the first is not done.
        waiting = [asyncio.create_task(keep(member)) for member in others]

        async def all_wait() -> bool:
            return int(await owner.fetchval(WAITING)) == len(waiting) or waiting[0].done()

        await until(all_wait)
        go_on.set()
        new = await asyncio.gather(adding, *waiting)

        async with db.reading() as tx:
            items = await tx.value("SELECT count(*) FROM item")
            assert (list(new), items) == ([20] * 5, 20)


async def test_given_a_note_under_way_when_consent_is_withdrawn_then_it_waits_and_all_goes(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url, apart.owner(url) as owner:
        async with db.transaction() as tx:
            ada = await an_open_member(tx=tx)
        noted, go_on = asyncio.Event(), asyncio.Event()

        async def keep() -> None:
            async with db.transaction() as tx:
                await interactions.note([a_note(ada)], programme=ada.programme, tx=tx)
                noted.set()
                await go_on.wait()

        async def withdraw() -> None:
            async with db.transaction() as tx:
                await consent(ada, yes=False, at=given.NOON, tx=tx)
                event = next(one for one in tx.staged if isinstance(one, ConsentWithdrawn))
                await forget([Delivery(ids.new(given.NOON), 1, event)], tx)

        keeping = asyncio.create_task(keep())
        await noted.wait()
        withdrawing = asyncio.create_task(withdraw())

        async def waits_or_is_done() -> bool:
            return withdrawing.done() or bool(await owner.fetchval(WAITING))

        await until(waits_or_is_done)
        go_on.set()
        await asyncio.gather(keeping, withdrawing)

        async with db.reading() as tx:
            assert await done(ada, tx=tx) == []
