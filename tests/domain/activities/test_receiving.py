"""What a door may hand in, and what is refused at once."""

import dataclasses
from datetime import timedelta
from uuid import uuid4

import pytest

from domain import activities
from domain.activities import State, Type
from domain.activities.receiving import WAITING_MAX
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.support import given
from tests.support.given import NOON
from tests.support.loops import longest_pause

RUN = activities.run_gpx(NOON - timedelta(hours=2), distance_m=500)
TINY = b"<gpx><trk/></gpx>"


async def send(member, *, content=TINY, name="run.gpx", id=None, stated_type=None, tx: Tx):
    return await activities.receive(
        member,
        content=content,
        name=name,
        id=id or ids.new(NOON),
        stated_type=stated_type,
        at=NOON,
        tx=tx,
    )


async def a_member(tx: Tx):
    return await given.a_member(await given.a_programme(tx=tx), tx=tx)


async def test_given_a_file_when_received_then_it_waits_to_be_read(tx: Tx) -> None:
    ada = await a_member(tx)

    sent = await send(ada, content=RUN, name=" Morning run ", stated_type=Type.RUN, tx=tx)

    assert (sent.state, sent.type, sent.format) == (State.PROCESSING, "RUN", "GPX")
    assert (sent.name, sent.score, sent.day, sent.created_at) == ("Morning run", None, None, NOON)
    assert await activities.get(sent.id, member=ada, tx=tx) == sent
    assert [c.content for c in await activities.claim(limit=9, at=NOON, tx=tx)] == [RUN]


REFUSALS = {
    "EMPTY_FILE": {"content": b""},
    "FILE_TOO_LARGE": {"content": RUN + b" " * (10 * 1024 * 1024 + 1 - len(RUN))},
    "UNSUPPORTED_FORMAT": {"content": b"PK\x03\x04" + RUN},
    "NOT_A_SPORT": {"stated_type": Type.STEPS, "name": "x" * 121},
    "BAD_ACTIVITY_NAME": {"name": "x" * 121},
}


@pytest.mark.parametrize("code", REFUSALS)
async def test_given_a_bad_upload_when_received_then_it_is_refused(code: str, tx: Tx) -> None:
    ada = await a_member(tx)

    with pytest.raises(Refused) as refused:
        await send(ada, **REFUSALS[code], tx=tx)

    assert refused.value.code == code
    assert await activities.listed(ada, before=None, limit=9, tx=tx) == []


async def test_given_several_faults_when_received_then_the_documented_first_one_is_told(
    tx: Tx,
) -> None:
    ada = await a_member(tx)

    with pytest.raises(activities.FileTooLarge):
        await send(ada, content=b"\0" * (10 * 1024 * 1024 + 1), name="\0", tx=tx)
    with pytest.raises(activities.UnsupportedFormat):
        await send(ada, content=b"\0", name="\0", tx=tx)


async def test_given_ten_megabytes_when_received_then_they_are_taken_and_the_loop_runs_on(
    tx: Tx,
) -> None:
    ada = await a_member(tx)
    content = RUN + b" " * (10 * 1024 * 1024 - len(RUN))

    async with longest_pause() as pause:
        sent = await send(ada, content=content, tx=tx)

    assert sent.state is State.PROCESSING
    # Hashing and copying them takes some twenty; far less than reading them would.
    assert pause.busy_seconds < 0.1


async def test_given_a_received_file_when_repeated_with_its_id_then_nothing_changes(
    tx: Tx,
) -> None:
    ada = await a_member(tx)
    first = await send(ada, tx=tx)

    again = await send(ada, id=first.id, tx=tx)

    assert again == first
    assert len(await activities.claim(limit=9, at=NOON, tx=tx)) == 1


async def test_given_a_used_id_when_it_comes_with_something_else_then_refused(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    first = await send(ada, tx=tx)

    for sender, change in (
        (ada, {"content": RUN}),
        (ada, {"stated_type": Type.RUN}),
        (bob, {}),
    ):
        with pytest.raises(activities.IdReused):
            await send(sender, id=first.id, **change, tx=tx)


async def test_given_a_file_when_sent_again_then_refused_with_the_first(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    first = await send(ada, tx=tx)

    with pytest.raises(activities.DuplicateFile) as refused:
        await send(ada, name="another name", tx=tx)
    others = await send(bob, tx=tx)

    assert refused.value.first == first.id
    assert others.state is State.PROCESSING


async def test_given_a_full_queue_when_one_more_comes_then_refused_for_now(tx: Tx) -> None:
    ada = await a_member(tx)
    for n in range(WAITING_MAX):
        await send(ada, content=TINY + b"<!--%d-->" % n, tx=tx)

    with pytest.raises(activities.TooManyWaiting) as refused:
        await send(ada, tx=tx)

    assert refused.value.retryable


async def test_given_activities_when_listed_then_newest_first_by_page_and_only_ones_own(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    sent = [
        await send(
            ada,
            content=TINY + b"<!--%d-->" % n,
            id=ids.new(NOON + timedelta(seconds=n)),
            tx=tx,
        )
        for n in range(5)
    ]
    await send(bob, tx=tx)

    page = await activities.listed(ada, before=None, limit=2, tx=tx)
    rest = await activities.listed(ada, before=page[-1].id, limit=9, tx=tx)

    assert [*page, *rest] == sent[::-1]
    several = await activities.several([sent[0].id, uuid4()], member=ada, tx=tx)
    assert several == {sent[0].id: sent[0]}


async def test_given_an_activity_when_another_member_or_programme_asks_then_it_does_not_exist(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    foreign = dataclasses.replace(ada, programme=(await given.a_programme(tx=tx)).id)
    sent = await send(ada, tx=tx)

    for asker in (bob, foreign):
        with pytest.raises(activities.NoSuchActivity):
            await activities.get(sent.id, member=asker, tx=tx)
        assert await activities.several([sent.id], member=asker, tx=tx) == {}
        assert await activities.listed(asker, before=None, limit=9, tx=tx) == []
