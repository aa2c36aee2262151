"""What waits, what was given up, and how an operator runs it again."""

from datetime import timedelta
from uuid import uuid4

import pytest

from infra import backlog, db
from infra.outbox import ATTEMPTS_MAX
from tests.infra.happenings import NOON, Noting, drained, emitted, happened, registered

pytestmark = pytest.mark.usefixtures("own_url")


async def test_given_a_failing_event_when_it_is_retried_then_each_pause_is_longer_to_the_end() -> (
    None
):
    noting, ada = Noting(), uuid4()
    noting.broken = {"bad"}
    await registered(noting.reaction)
    await emitted(happened(ada, "bad"), happened(ada, "next"))

    pauses, at = [], NOON
    for _ in range(ATTEMPTS_MAX):
        assert await drained(noting.reaction, at=at) >= 1
        async with db.reading() as tx:
            due = await tx.value("SELECT due_at FROM event_queue WHERE attempts > 0")
        if due is not None:
            assert await drained(noting.reaction, at=due - timedelta(milliseconds=1)) == 0
            pauses.append((due - at).total_seconds())
            at = due

    assert pauses == [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0]
    async with db.reading() as tx:
        (dead,) = await backlog.dead(tx=tx)
    assert (dead.subject, dead.attempts, dead.action) == (ada, ATTEMPTS_MAX, "infra.Happened")
    assert dead.error == "ValueError: cannot note bad"
    assert await noting.noted() == ["next"]


async def test_given_a_dead_event_when_it_is_revived_then_it_is_delivered_once() -> None:
    noting, ada = Noting(), uuid4()
    noting.broken = {"bad"}
    await registered(noting.reaction)
    await emitted(happened(ada, "bad"))
    for day in range(ATTEMPTS_MAX):
        await drained(noting.reaction, at=NOON + timedelta(days=day))

    noting.broken = set()
    async with db.transaction() as tx:
        assert await backlog.dead_by_reaction(tx=tx) == {"tests.note": 1}
        assert await backlog.revive(reaction="tests.else", tx=tx) == 0
        assert await backlog.revive(reaction="tests.note", tx=tx) == 1
        assert await backlog.revive(tx=tx) == 0
    await drained(noting.reaction)

    assert await noting.noted() == ["bad"]


async def test_given_delivered_events_when_replayed_since_then_those_come_again_in_order() -> None:
    noting, ada = Noting(), uuid4()
    await registered(noting.reaction)
    words = ["old", "new", "newer"]
    for days, word in enumerate(words):
        await emitted(happened(ada, word, at=NOON + timedelta(days=days)))
    await drained(noting.reaction)

    async with db.transaction() as tx:
        assert await backlog.replay("tests.note", since=NOON + timedelta(hours=1), tx=tx) == 2
    await drained(noting.reaction)

    assert await noting.noted() == [*words, "new", "newer"]


async def test_given_a_reaction_registered_late_when_replayed_then_it_gets_the_past() -> None:
    noting, late, ada = Noting(), Noting("tests.late"), uuid4()
    await registered(noting.reaction)
    await emitted(happened(ada, "past"))

    await registered(noting.reaction, late.reaction)
    assert await drained(late.reaction) == 0
    async with db.transaction() as tx:
        await backlog.replay("tests.late", since=NOON, tx=tx)
    await drained(late.reaction)

    assert await late.noted() == ["past"]


async def test_given_a_reaction_no_longer_registered_when_events_come_then_none_is_queued() -> None:
    noting, gone = Noting(), Noting("tests.gone")
    await registered(noting.reaction, gone.reaction)

    await registered(noting.reaction)
    await emitted(happened(uuid4(), "later"))

    async with db.reading() as tx:
        waiting = await backlog.waiting(tx=tx)
    assert [(one.reaction, one.waiting, one.oldest) for one in waiting] == [("tests.note", 1, NOON)]
