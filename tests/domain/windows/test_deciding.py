"""What becomes of messages: by what members want, by their nights, and by what a day takes."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain import members, windows
from domain.windows import Action, Channel, Choice, Decision, Mode, Reason, Topic, Urgency
from infra import db
from infra.db import Tx
from tests.domain.windows.wishing import MIDNIGHT, NIGHT, a_wish, asked, wants
from tests.support import given
from tests.support.given import NOON

HOUR = timedelta(hours=1)
OFF = [Choice(Topic.BADGES, channel, Mode.OFF) for channel in Channel]
MONEY = {"topic": Topic.TRANSFERS, "urgency": Urgency.MONEY}


@pytest.mark.parametrize(
    ("said", "wish", "action", "reason"),
    [
        ({}, {}, Action.SEND, None),
        ({}, {"channel": Channel.WATCH}, Action.SEND, None),
        ({}, {"channel": Channel.WATCH, "topic": Topic.NEWS}, Action.DROP, Reason.OFF),
        ({"choices": OFF}, {}, Action.DROP, Reason.OFF),
        ({"choices": OFF}, {"channel": Channel.INBOX}, Action.DROP, Reason.OFF),
        ({"quiet": NIGHT}, {}, Action.WAIT, Reason.QUIET),
        ({"quiet": NIGHT}, {"channel": Channel.INBOX}, Action.SEND, None),
        ({"quiet": NIGHT}, MONEY, Action.WAIT, Reason.QUIET),
        ({"quiet": NIGHT}, {"expires_at": MIDNIGHT + HOUR}, Action.DROP, Reason.QUIET),
        ({"quiet": NIGHT}, {**MONEY, "expires_at": MIDNIGHT + HOUR}, Action.WAIT, Reason.QUIET),
        ({"quiet": NIGHT}, {"urgency": Urgency.TIMELY}, Action.WAIT, Reason.QUIET),
        (
            {"quiet": NIGHT, "urgent_in_quiet_hours": True},
            {"urgency": Urgency.TIMELY},
            Action.SEND,
            None,
        ),
        ({"quiet": NIGHT, "urgent_in_quiet_hours": True}, {}, Action.WAIT, Reason.QUIET),
        ({"quiet": NIGHT, "urgent_in_quiet_hours": True}, MONEY, Action.WAIT, Reason.QUIET),
        ({}, {"expires_at": MIDNIGHT}, Action.DROP, Reason.EXPIRED),
        ({}, {**MONEY, "expires_at": MIDNIGHT}, Action.SEND, None),
        ({"digest": True}, {}, Action.DIGEST, Reason.GATHERED),
        ({"digest": True}, {"urgency": Urgency.TIMELY}, Action.SEND, None),
        ({"digest": True}, {"urgency": Urgency.MONEY}, Action.SEND, None),
        ({"phone_cap": 0}, {}, Action.DROP, Reason.CAPPED),
        ({"phone_cap": 0}, {"urgency": Urgency.TIMELY}, Action.DROP, Reason.CAPPED),
        ({"phone_cap": 0}, {"channel": Channel.WATCH}, Action.SEND, None),
        ({"phone_cap": 0}, MONEY, Action.SEND, None),
    ],
)
async def test_given_what_a_member_wants_when_a_message_comes_then_it_is_heeded(
    tx: Tx, said: dict[str, Any], wish: dict[str, Any], action: Action, reason: Reason | None
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await wants(ada, tx=tx, **said)

    (decision,) = await asked(a_wish(ada, at=MIDNIGHT, **wish), member=ada, at=MIDNIGHT, tx=tx)

    assert (decision.action, decision.reason) == (action, reason)
    assert (decision.at == MIDNIGHT) == (action in (Action.SEND, Action.DROP))


async def test_given_a_cap_of_two_when_five_messages_come_then_the_first_two_go(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await wants(ada, phone_cap=2, tx=tx)
    wishes = [a_wish(ada) for _ in range(5)]

    first = await asked(*wishes[:1], member=ada, tx=tx)
    rest = await asked(*wishes[1:], member=ada, tx=tx)

    actions = [decision.action for decision in [*first, *rest]]
    assert actions == [Action.SEND, Action.SEND, *[Action.DROP] * 3]


async def test_given_a_full_day_when_the_next_one_begins_where_they_live_then_there_is_room(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await wants(ada, phone_cap=1, tx=tx)
    await asked(a_wish(ada), member=ada, tx=tx)
    # Before and after midnight in Vienna: it is winter or summer there, one or two hours on.
    (day,) = await members.local_days([(ada, NOON)], tx=tx)
    late = next(
        NOON + number * HOUR
        for number in range(24)
        if members.day_in(ada.zone, NOON + (number + 1) * HOUR) > day
    )

    before = await asked(a_wish(ada, at=late), member=ada, at=late, tx=tx)
    after = await asked(a_wish(ada, at=late + HOUR), member=ada, at=late + HOUR, tx=tx)

    assert [before[0].action, after[0].action] == [Action.DROP, Action.SEND]


async def test_given_a_full_day_when_the_member_moves_east_then_no_other_day_is_opened(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await wants(ada, phone_cap=1, tx=tx)
    await asked(a_wish(ada), member=ada, tx=tx)
    moved = await members.edit(ada, zone="Pacific/Kiritimati", at=NOON + HOUR, tx=tx)

    (decision,) = await asked(a_wish(ada), member=moved, at=NOON + 2 * HOUR, tx=tx)

    assert decision.reason is Reason.CAPPED


async def test_given_a_message_waits_when_its_day_comes_then_it_has_used_that_day(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await wants(ada, quiet=NIGHT, phone_cap=1, tx=tx)

    (waiting,) = await asked(a_wish(ada, at=MIDNIGHT), member=ada, at=MIDNIGHT, tx=tx)
    (other,) = await asked(a_wish(ada, at=waiting.at), member=ada, at=waiting.at, tx=tx)

    assert (waiting.action, other.reason) == (Action.WAIT, Reason.CAPPED)


async def test_given_decisions_when_the_same_is_asked_again_then_nothing_more_is_used(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await wants(ada, phone_cap=2, tx=tx)
    wishes = [a_wish(ada) for _ in range(3)]
    before = await asked(*wishes, wishes[0], member=ada, tx=tx)

    later = await asked(*reversed(wishes), member=ada, at=NOON + HOUR, tx=tx)
    more = await asked(a_wish(ada), member=ada, at=NOON + HOUR, tx=tx)

    assert before[0] == before[3] == Decision(Action.SEND, NOON)
    assert later == before[2::-1]
    assert more[0].reason is Reason.CAPPED


async def test_given_members_of_all_kinds_when_asked_at_once_then_each_has_their_own_answer(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob, gone = [await given.a_member(programme, tx=tx) for _ in range(3)]
    await wants(ada, choices=OFF, tx=tx)
    await members.leave(gone, at=NOON, tx=tx)
    stranger = replace(ada, id=(await given.a_member(await given.a_programme(tx=tx), tx=tx)).id)
    inbox = a_wish(gone, channel=Channel.INBOX)

    found = await asked(*map(a_wish, (ada, bob, gone, stranger)), inbox, member=ada, tx=tx)

    assert [one.action for one in found] == [
        Action.DROP,
        Action.SEND,
        Action.DROP,
        Action.DROP,
        Action.SEND,
    ]


async def test_given_a_cap_of_five_when_thirty_are_decided_at_once_then_five_go(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
        await wants(ada, phone_cap=5, tx=tx)

    async def one() -> Decision:
        async with db.transaction() as tx:
            (decision,) = await asked(a_wish(ada), member=ada, tx=tx)
            return decision

    found = await asyncio.gather(*(one() for _ in range(30)))

    actions = [decision.action for decision in found]
    assert (actions.count(Action.SEND), actions.count(Action.DROP)) == (5, 25)


async def test_given_batches_that_share_members_when_decided_at_once_then_each_cap_holds(
    database: None,
) -> None:
    async with db.transaction() as tx:
        programme = await given.a_programme(tx=tx)
        people = [await given.a_member(programme, tx=tx) for _ in range(6)]
        for person in people:
            await wants(person, phone_cap=3, tx=tx)

    async def batch(number: int) -> list[Decision]:
        # In another order each: who locks days in the order of asking would wait in a circle.
        turned = [*people[number % 6 :], *people[: number % 6]]
        async with db.transaction() as tx:
            return await asked(*map(a_wish, turned), member=people[0], tx=tx)

    found = await asyncio.gather(*map(batch, range(12)))

    sent = [one for decisions in found for one in decisions if one.action is Action.SEND]
    assert len(sent) == 3 * len(people)


async def test_given_one_message_when_decided_eight_times_at_once_then_it_uses_the_day_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
        await wants(ada, phone_cap=2, tx=tx)
    wish = a_wish(ada)

    async def one() -> Decision:
        async with db.transaction() as tx:
            return (await asked(wish, member=ada, tx=tx))[0]

    found = await asyncio.gather(*(one() for _ in range(8)))

    assert set(found) == {Decision(Action.SEND, NOON)}
    async with db.transaction() as tx:
        more = await asked(a_wish(ada), a_wish(ada), member=ada, tx=tx)
    assert [one.action for one in more] == [Action.SEND, Action.DROP]


async def test_given_quiet_hours_when_a_sender_is_late_then_it_is_told_until_when_to_wait(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    await wants(ada, quiet=NIGHT, tx=tx)
    both = [ada.id, bob.id]

    by_day = await windows.quiet_now(both, programme=programme.id, at=NOON, tx=tx)
    by_night = await windows.quiet_now(both, programme=programme.id, at=MIDNIGHT, tx=tx)

    assert by_day == {}
    assert list(by_night) == [ada.id]
    assert by_night[ada.id] > MIDNIGHT
