"""Events: written with what caused them, delivered at least once, in order per subject."""

import asyncio
import random
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from infra import db, outbox
from infra.outbox import EVENTS_OF_A_LANE_MAX, Reaction
from tests.infra.happenings import NOON, Happened, Noting, drained, emitted, happened, registered

pytestmark = pytest.mark.usefixtures("own_url")


class Undone(Exception):
    """Leaves a block the way an error would."""


async def test_given_a_transaction_that_fails_when_it_emitted_then_nothing_is_written() -> None:
    noting = Noting()
    await registered(noting.reaction)

    with suppress(Undone):
        async with db.transaction() as tx:
            outbox.emit(happened(uuid4(), "lost"), tx=tx)
            raise Undone

    assert await drained(noting.reaction) == 0


async def test_given_an_undone_savepoint_when_the_rest_commits_then_only_its_events_are_gone() -> (
    None
):
    noting, ada = Noting(), uuid4()
    await registered(noting.reaction)

    async with db.transaction() as tx:
        outbox.emit(happened(ada, "before"), tx=tx)
        with suppress(Undone):
            async with tx.savepoint():
                outbox.emit(happened(ada, "undone"), tx=tx)
                raise Undone
        outbox.emit(happened(ada, "after"), tx=tx)
    await drained(noting.reaction)

    assert await noting.noted() == ["before", "after"]


async def test_given_evidence_of_each_kind_when_delivered_then_it_is_what_was_emitted() -> None:
    seen = []

    async def look(deliveries, tx) -> None:
        seen.extend(delivery.event for delivery in deliveries)

    reaction = Reaction("tests.look", (Happened,), look)
    until = datetime(2026, 11, 3, 1, 2, 3, 456789, tzinfo=UTC)
    full = Happened(
        programme=7, subject=uuid4(), object=uuid4(), at=NOON, word="ä", other=uuid4(), until=until
    )
    empty = Happened(programme=7, subject=uuid4(), object=uuid4(), at=NOON, word="")
    await registered(reaction)

    await emitted(full, empty)
    await drained(reaction)

    assert sorted(seen, key=lambda event: event.word) == [empty, full]


async def test_given_many_committers_at_once_when_delivered_then_each_subject_is_in_order() -> None:
    noting, subjects = Noting(), [uuid4() for _ in range(4)]
    await registered(noting.reaction)
    counts, written = dict.fromkeys(subjects, 0), {subject: [] for subject in subjects}
    dice = random.Random(7)

    async def commit_one(number: int) -> None:
        mine = dice.sample(subjects, dice.randint(1, 3))
        async with db.transaction() as tx:
            await tx.run("SELECT pg_sleep($1)", dice.random() / 100)
            for subject in mine:
                outbox.emit(happened(subject, f"{number}"), tx=tx)
            tx.after_commit(lambda: note_commit(number, mine))

    async def note_commit(number: int, mine) -> None:
        for subject in mine:
            written[subject].append(f"{number}")
            counts[subject] += 1

    workers = [asyncio.create_task(worker(noting.reaction)) for _ in range(3)]
    await asyncio.gather(*(commit_one(number) for number in range(120)))
    for task in workers:
        task.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    await drained(noting.reaction)

    for subject in subjects:
        words = await noting.noted(subject)
        assert sorted(words) == sorted(written[subject])
        assert words == await in_commit_order(subject)
    assert noting.overlaps == 0


async def test_given_a_transaction_that_commits_late_when_others_emit_then_it_keeps_its_place() -> (
    None
):
    noting, ada = Noting(), uuid4()
    await registered(noting.reaction)
    numbered = asyncio.Event()

    async def hold_back() -> None:
        async with db.transaction() as tx:
            outbox.emit(happened(ada, "first"), tx=tx)
            await outbox._flush(tx)
            tx.staged.clear()
            numbered.set()
            await asyncio.sleep(0.2)

    late = asyncio.create_task(hold_back())
    await numbered.wait()
    second = asyncio.create_task(emitted(happened(ada, "second")))
    await asyncio.sleep(0.05)

    assert await drained(noting.reaction) == 0
    await asyncio.gather(late, second)
    await drained(noting.reaction)
    assert await noting.noted() == ["first", "second"]


async def test_given_a_failing_event_when_delivered_then_others_and_other_reactions_go_on() -> None:
    noting, other, ada, bob = Noting(), Noting("tests.other"), uuid4(), uuid4()
    noting.broken = {"bad"}
    await registered(noting.reaction, other.reaction)
    await emitted(
        happened(ada, "bad"), happened(ada, "blocked"), happened(bob, "one"), happened(bob, "two")
    )

    await drained(noting.reaction)
    await drained(other.reaction)

    assert await noting.noted() == ["one", "two"]
    assert sorted(await other.noted()) == ["bad", "blocked", "one", "two"]
    assert await other.noted(ada) == ["bad", "blocked"]


@pytest.mark.parametrize("error", [ConnectionResetError("cut"), TimeoutError("late")])
async def test_given_a_body_whose_own_call_is_cut_when_delivered_then_only_it_waits(error) -> None:
    noting, bob = Noting(), uuid4()
    await registered(noting.reaction)
    await emitted(happened(uuid4(), "cut"), happened(bob, "fine"))

    async def body(deliveries, tx) -> None:
        if any(delivery.event.word == "cut" for delivery in deliveries):
            raise error
        await noting.note(deliveries, tx)

    await drained(Reaction(noting.reaction.name, (Happened,), body))

    assert await noting.noted() == ["fine"]


async def test_given_two_workers_when_a_lane_is_held_then_the_other_leaves_it_alone() -> None:
    noting, ada, bob = Noting(), uuid4(), uuid4()
    noting.slow = {"slow"}
    await registered(noting.reaction)
    await emitted(happened(ada, "slow"), happened(ada, "after"))

    first = asyncio.create_task(outbox.deliver(noting.reaction, at=NOON))
    await noting.entered.wait()
    await emitted(happened(ada, "last"), happened(bob, "free"))
    assert await outbox.deliver(noting.reaction, at=NOON) == 1
    noting.leave.set()
    assert await first == 2
    await drained(noting.reaction)

    assert await noting.noted(ada) == ["slow", "after", "last"]
    assert noting.overlaps == 0


async def test_given_a_deep_lane_when_delivered_then_each_round_has_a_subject_once() -> None:
    noting, ada, bob = Noting(), uuid4(), uuid4()
    await registered(noting.reaction)
    words = [f"{number}" for number in range(3 * EVENTS_OF_A_LANE_MAX)]
    await emitted(*(happened(ada, word) for word in words), happened(bob, "one"))

    assert await outbox.deliver(noting.reaction, at=NOON) == EVENTS_OF_A_LANE_MAX + 1
    await drained(noting.reaction)

    assert await noting.noted(ada) == words
    assert all(len(subjects) == len(set(subjects)) for subjects in noting.rounds)


async def test_given_a_reaction_that_emits_when_delivered_then_its_event_is_queued_too() -> None:
    noting, ada = Noting("tests.second"), uuid4()

    async def echo(deliveries, tx) -> None:
        for _ in deliveries:
            outbox.emit(Echoed(programme=1, subject=ada, object=ada, at=NOON), tx=tx)

    async def note(deliveries, tx) -> None:
        for delivery in deliveries:
            await tx.run(
                "INSERT INTO note (reaction, word) VALUES ('tests.second', $1)",
                type(delivery.event).__name__,
            )

    first = Reaction("tests.first", (Happened,), echo)
    second = Reaction("tests.second", (Echoed,), note)
    await registered(first, second)
    await emitted(happened(ada, "shout"))

    await drained(first)
    await drained(second)

    assert await noting.noted() == ["Echoed"]


class Echoed(outbox.Event):
    """An event about an event."""

    __slots__ = ()


async def test_given_a_commit_when_events_were_emitted_then_the_database_notifies_nobody() -> None:
    async with db.reading() as tx:
        functions = await tx.rows(
            """
            SELECT p.proname FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
            WHERE n.nspname IN ('public', 'ledger') AND p.prosrc ~* 'notify'
            """
        )

    assert functions == []


async def worker(reaction: Reaction) -> None:
    while True:
        if not await outbox.deliver(reaction, at=NOON, limit=3):
            await asyncio.sleep(0.005)


async def in_commit_order(subject) -> list[str]:
    async with db.reading() as tx:
        rows = await tx.rows(
            """
            SELECT evidence ->> 'word' AS word FROM event WHERE subject = $1 ORDER BY number
            """,
            subject,
        )
    return [row["word"] for row in rows]


async def test_given_a_front_full_of_a_waiting_lane_when_others_are_behind_then_they_go_on() -> (
    None
):
    noting, ada, bob = Noting(), uuid4(), uuid4()
    noting.broken = {"bad"}
    await registered(noting.reaction)
    await emitted(happened(ada, "bad"), *(happened(ada, "blocked") for _ in range(outbox.FRONT)))
    await emitted(happened(bob, "free"))

    await drained(noting.reaction)

    assert await noting.noted() == ["free"]


async def test_given_a_reaction_that_takes_all_when_delivered_then_it_is_one_group_in_order() -> (
    None
):
    noting, ada, bob = Noting(), uuid4(), uuid4()
    whole = Reaction(noting.reaction.name, (Happened,), noting.note, whole=True)
    await registered(whole)
    await emitted(*(happened(who, word) for word in "abc" for who in (ada, bob)))

    assert await outbox.deliver(whole, at=NOON) == 6

    assert noting.rounds == [[ada, bob, ada, bob, ada, bob]]
    assert await noting.noted(ada) == await noting.noted(bob) == ["a", "b", "c"]


async def test_given_many_long_lanes_when_delivered_then_all_get_a_turn_in_a_small_batch() -> None:
    noting = Noting()
    whole = Reaction(noting.reaction.name, (Happened,), noting.note, whole=True)
    await registered(whole)
    lanes = [uuid4() for _ in range(130)]
    await emitted(*(happened(who, "x") for _ in range(10) for who in lanes))

    taken = await outbox.deliver(whole, at=NOON)

    assert taken == 130 * (outbox.EVENTS_MAX // 130) <= outbox.EVENTS_MAX
    assert set(noting.rounds[0]) == set(lanes)
