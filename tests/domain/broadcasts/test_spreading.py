"""Spreading: each member once, at the pace that was asked for, and in their own language."""

from datetime import timedelta

import pytest

from domain import broadcasts, members, push, windows
from domain.broadcasts import Audience, AudienceKind, State
from domain.members import LabelKind
from domain.push import Lane
from domain.windows import Channel, Choice, Mode, Topic
from infra.db import Tx
from tests.domain.broadcasts.telling import (
    MINUTE,
    a_draft,
    a_running_one,
    heard,
    spread,
)
from tests.domain.push.scenes import a_device, taken
from tests.support import given
from tests.support.given import NOON

LOCALE = "UPDATE member SET locale = $2 WHERE id = $1"


async def several(count: int, tx: Tx):
    club = await given.a_programme(tx=tx)
    people = [await given.a_member(club, tx=tx) for _ in range(count)]
    return club, sorted(people, key=lambda member: member.id)


async def test_given_a_broadcast_when_it_runs_then_each_member_is_told_once_and_it_is_done(
    tx: Tx,
) -> None:
    club, people = await several(5, tx)
    await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(people[0], tx=tx)
    one = await a_running_one(club.id, tx=tx)

    await spread(at=NOON + MINUTE, tx=tx)
    await spread(at=NOON + 2 * MINUTE, tx=tx)

    done = await broadcasts.get(one.id, programme=club.id, tx=tx)
    assert [await heard(member, tx) for member in people] == [["Shoes"]] * 5
    assert (done.state, done.told, done.pushed) == (State.DONE, 5, 5)
    [due] = await taken(Lane.MANY, at=NOON + MINUTE, tx=tx)
    assert (due.target.member, due.content["title"]) == (people[0].id, "Shoes")


async def test_given_a_pace_when_time_goes_by_then_so_many_are_told(tx: Tx) -> None:
    club, _ = await several(9, tx)
    one = await a_running_one(club.id, pace_per_minute=60, tx=tx)

    told = []
    for seconds in (0, 1, 3, 4):
        await spread(at=NOON + timedelta(seconds=seconds), tx=tx)
        told.append((await broadcasts.get(one.id, programme=club.id, tx=tx)).told)

    assert told == [0, 1, 3, 4]


async def test_given_workers_that_were_away_when_they_are_back_then_there_is_no_rush(
    tx: Tx,
) -> None:
    club, _ = await several(12, tx)
    one = await a_running_one(club.id, pace_per_minute=60, tx=tx)

    await spread(at=NOON + 60 * MINUTE, tx=tx)
    first = (await broadcasts.get(one.id, programme=club.id, tx=tx)).told
    await spread(at=NOON + 60 * MINUTE + timedelta(seconds=2), tx=tx)

    second = (await broadcasts.get(one.id, programme=club.id, tx=tx)).told
    assert first == 5
    assert second - first == 2


async def test_given_a_pause_when_it_is_resumed_then_it_goes_on_where_it_was(tx: Tx) -> None:
    club, people = await several(4, tx)
    for member in people:
        await a_device(member, tx=tx)
    one = await a_running_one(club.id, pace_per_minute=60, tx=tx)
    await spread(at=NOON + timedelta(seconds=2), tx=tx)

    later = NOON + timedelta(seconds=10)
    await broadcasts.pause(one.id, programme=club.id, at=NOON + timedelta(seconds=2), tx=tx)
    turns = await spread(at=later, tx=tx)
    held = await taken(Lane.MANY, at=later, tx=tx)
    await broadcasts.resume(one.id, programme=club.id, at=later, tx=tx)
    await spread(at=later + timedelta(seconds=1), tx=tx)

    assert (turns, held) == (0, [])
    assert (await broadcasts.get(one.id, programme=club.id, tx=tx)).told == 3
    assert len(await taken(Lane.MANY, at=later + timedelta(seconds=1), tx=tx)) == 3


async def test_given_a_cancellation_then_nobody_else_is_told_and_nothing_is_pushed(
    tx: Tx,
) -> None:
    club, people = await several(4, tx)
    for member in people:
        await a_device(member, tx=tx)
    one = await a_running_one(club.id, pace_per_minute=60, tx=tx)
    await spread(at=NOON + timedelta(seconds=2), tx=tx)

    await broadcasts.cancel(one.id, programme=club.id, at=NOON + timedelta(seconds=2), tx=tx)
    await spread(at=NOON + MINUTE, tx=tx)

    assert [len(await heard(member, tx)) for member in people] == [1, 1, 0, 0]
    assert await taken(Lane.MANY, at=NOON + MINUTE, tx=tx) == []


@pytest.mark.parametrize("kind", [LabelKind.SEGMENT, LabelKind.TIER])
async def test_given_a_label_when_it_runs_then_only_who_has_it_now_is_told(
    kind: LabelKind, tx: Tx
) -> None:
    club, people = await several(4, tx)
    for member in people[:3]:
        await members.label(member, kind=kind, name="Runners", at=NOON - 2 * MINUTE, tx=tx)
    await members.unlabel(people[0], kind=kind, name="Runners", at=NOON - MINUTE, tx=tx)
    audience = Audience(AudienceKind(kind.value), "Runners")
    one = await a_running_one(club.id, audience=audience, tx=tx)

    seen = await broadcasts.preview(one.id, programme=club.id, at=NOON, tx=tx)
    await spread(at=NOON + MINUTE, tx=tx)

    assert [len(await heard(member, tx)) for member in people] == [0, 1, 1, 0]
    assert (seen.members, seen.minutes) == (2, 1)


@pytest.mark.parametrize(
    ("locale", "title"), [("pl", "Buty"), ("pl-PL", "Buty"), ("sv", "Shoes"), ("en-GB", "Shoes")]
)
async def test_given_a_language_when_told_then_the_text_is_in_it_or_in_the_programmes(
    locale: str, title: str, tx: Tx
) -> None:
    club, [ada] = await several(1, tx)
    await tx.run(LOCALE, ada.id, locale)
    await a_running_one(club.id, tx=tx)

    await spread(at=NOON + MINUTE, tx=tx)

    assert await heard(ada, tx) == [title]


async def test_given_who_wants_no_news_on_the_phone_then_they_are_in_the_inbox_only(
    tx: Tx,
) -> None:
    club, [ada] = await several(1, tx)
    await a_device(ada, tx=tx)
    await off(ada, tx)
    one = await a_running_one(club.id, tx=tx)

    await spread(at=NOON + MINUTE, tx=tx)

    assert await heard(ada, tx) == ["Shoes"]
    assert (await broadcasts.get(one.id, programme=club.id, tx=tx)).pushed == 0
    assert await taken(Lane.MANY, at=NOON + MINUTE, tx=tx) == []


async def test_given_a_start_that_comes_when_it_has_come_then_it_runs(tx: Tx) -> None:
    club, [ada] = await several(1, tx)
    draft = await a_draft(club.id, tx=tx)
    when = NOON + 5 * MINUTE
    await broadcasts.start_at(draft.id, starts_at=when, programme=club.id, at=NOON, tx=tx)

    early = await broadcasts.start_due(at=when - timedelta(seconds=1), tx=tx)
    due = await broadcasts.start_due(at=when, tx=tx)
    await spread(at=when + MINUTE, tx=tx)

    assert (early, due) == (0, 1)
    assert await heard(ada, tx) == ["Shoes"]


async def test_given_what_became_of_it_when_reported_then_it_is_counted(tx: Tx) -> None:
    club, people = await several(2, tx)
    for member in people:
        await a_device(member, tx=tx)
    one = await a_running_one(club.id, tx=tx)
    await spread(at=NOON + MINUTE, tx=tx)
    await push.drop("another", programme=club.id, tx=tx)
    await opened(people[0], one, tx)

    said = await broadcasts.report(one.id, programme=club.id, tx=tx)

    assert (said.told, said.pushed, said.ordered, said.sent) == (2, 2, 2, 0)
    assert (said.delivered, said.opened) == (1, 1)


async def off(member: members.Member, tx: Tx) -> None:
    """No news on phone and watch."""
    wanted = [Choice(Topic.NEWS, channel, Mode.OFF) for channel in (Channel.PHONE, Channel.WATCH)]
    await windows.set_preferences(member, windows.Change(choices=wanted), tx=tx)


async def opened(member: members.Member, one: broadcasts.Broadcast, tx: Tx) -> None:
    """The member's app showed it, and it was opened."""
    from domain import inbox

    [item] = await inbox.after(0, member=member.id, programme=member.programme, limit=1, tx=tx)
    receipts = [
        inbox.Receipt(item.id, kind, item.at) for kind in (inbox.Kind.DELIVERED, inbox.Kind.OPENED)
    ]
    await inbox.receive(
        receipts, member=member.id, programme=member.programme, at=NOON + MINUTE, tx=tx
    )
