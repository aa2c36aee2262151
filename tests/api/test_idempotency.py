"""A watch may retry blindly: once is carried out, every answer is the first."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain import friends, ledger
from infra import answers, clock, ids
from infra.answers import Claim
from infra.db import Tx
from tests.api.test_transferring import available, friend_id, key
from tests.support import given
from tests.support.client import Door, Person
from tests.support.documents import SEND


async def send(door: Door, by: Person, **said: Any) -> dict[str, Any]:
    return (await door.ask(by, SEND, **said))["sendPoints"]


async def count_answers(door: Door, key: str) -> int:
    async def count(tx: Tx) -> int:
        return int(await tx.value("SELECT count(*) FROM answer WHERE key = $1::text::uuid", key))

    return await door.given(count)


async def test_given_a_sent_transfer_when_repeated_then_it_is_answered_and_moves_nothing(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)
    said = {"friend": friend_id(bob), "points": 30, "key": key()}
    first = await send(door, ada, **said)

    again = [await send(door, ada, **said) for _ in range(3)]

    assert all(answer["transfer"] == first["transfer"] for answer in again)
    assert await available(door, ada) == 70


async def test_given_a_changed_world_when_repeated_then_the_first_answer_is_given_as_it_was(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)
    said = {"friend": friend_id(bob), "points": 30, "key": key()}
    first = await send(door, ada, **said)
    await door.given(lambda tx: friends.block(bob.me, friend=ada.me.id, at=given.NOON, tx=tx))
    cancel = (
        "mutation ($id: ID!, $key: ID!) { cancelTransfer(input: {transferId: $id})"
        " @idempotent(key: $key) { __typename } }"
    )
    await door.ask(ada, cancel, id=first["transfer"]["id"], key=key())

    again = await send(door, ada, **said)

    assert again["transfer"] == first["transfer"]
    assert again["viewer"]["points"] == {"available": 100, "held": 0}


async def test_given_other_fields_literals_and_an_upper_case_key_when_repeated_then_it_is_the_same(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)
    used = key()
    first = await send(door, ada, friend=friend_id(bob), points=30, key=used)
    asked = f'points: 30, memo: null, friendId: "{friend_id(bob)}"'
    chosen = "... on SendPointsSuccess { transfer { id } }"
    literal = (
        f"mutation {{ other: sendPoints(input: {{{asked}}})"
        f' @idempotent(key: "{used.upper()}") {{ {chosen} }} }}'
    )

    again = (await door.ask(ada, literal))["other"]

    assert again["transfer"]["id"] == first["transfer"]["id"]


@pytest.mark.parametrize("change", [{"points": 31}, {"memo": "x"}])
async def test_given_a_used_key_when_something_else_is_asked_then_it_is_refused(
    door: Door, change: dict[str, Any]
) -> None:
    ada, bob = await door.friends(holding=100)
    said = {"friend": friend_id(bob), "points": 30, "key": key()}
    await send(door, ada, **said)

    refused = await send(door, ada, **(said | change))

    assert refused["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert await available(door, ada) == 70


async def test_given_a_used_key_when_another_mutation_or_member_uses_it_then_only_theirs_counts(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)
    cy, dan = await door.friends(holding=100)
    used = key()
    await send(door, ada, friend=friend_id(bob), points=30, key=used)

    other = await send(door, cy, friend=friend_id(dan), points=10, key=used)
    update = (
        'mutation ($k: ID!) { updateProfile(input: {name: "Eve"}) @idempotent(key: $k)'
        " { ... on UserError { code } } }"
    )
    mixed = await door.ask(ada, update, k=used)

    assert other["transfer"]["points"] == 10
    assert mixed["updateProfile"]["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_given_a_refusal_when_repeated_with_enough_points_then_it_is_refused_the_same(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=10)
    said = {"friend": friend_id(bob), "points": 30, "key": key()}
    first = await send(door, ada, **said)
    await door.given(lambda tx: given.points(100, ada.me, at=clock.now(), tx=tx))

    again = await send(door, ada, **said)

    assert first == again
    assert (again["code"], again["available"]) == ("INSUFFICIENT_POINTS", 10)
    assert await available(door, ada) == 110


async def test_given_a_refusal_when_kept_then_what_the_verb_wrote_is_undone(door: Door) -> None:
    await door.programme("undone")
    ada, bob = await door.friends("undone", holding=10)
    used = key()
    await send(door, ada, friend=friend_id(bob), points=30, key=used)

    async def count(tx: Tx) -> int:
        return int(
            await tx.value("SELECT count(*) FROM ledger.refusal WHERE book = $1", ada.me.book)
        )

    assert await door.given(count) == 0
    assert await count_answers(door, used) == 1


async def test_given_many_at_once_when_they_share_a_key_then_one_moves_and_all_hear_the_same(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)
    said = {"friend": friend_id(bob), "points": 30, "key": key()}

    heard = await asyncio.gather(*(send(door, ada, **said) for _ in range(12)))

    assert len({answer["transfer"]["id"] for answer in heard}) == 1
    assert await available(door, ada) == 70


async def test_given_a_slow_first_when_a_second_comes_then_it_waits_and_hears_the_firsts_answer(
    door: Door,
) -> None:
    ada, _ = await door.friends(holding=100)
    claim = Claim(ada.me.programme, ada.me.id, ids.new(clock.now()), b"f" * 32)
    claimed, answer = asyncio.Event(), asyncio.Event()

    async def slow(tx: Tx) -> None:
        assert await answers.claim(claim, at=clock.now(), tx=tx) is None
        claimed.set()
        await answer.wait()
        await answers.keep(claim, {"value": 1}, tx=tx)

    async def second(tx: Tx) -> Any:
        return await answers.claim(claim, at=clock.now(), tx=tx)

    first = asyncio.create_task(door.given(slow))
    await claimed.wait()
    late = asyncio.create_task(door.given(second))
    await asyncio.sleep(0.2)
    waited = not late.done()
    answer.set()

    assert waited
    assert (await late).answer == {"value": 1}
    await first


async def test_given_a_first_that_failed_when_repeated_then_the_second_is_the_first(
    door: Door,
) -> None:
    ada, _ = await door.friends(holding=100)
    claim = Claim(ada.me.programme, ada.me.id, ids.new(clock.now()), b"f" * 32)

    async def fails(tx: Tx) -> None:
        await answers.claim(claim, at=clock.now(), tx=tx)
        raise ZeroDivisionError

    async def again(tx: Tx) -> Any:
        first = await answers.claim(claim, at=clock.now(), tx=tx)
        await answers.keep(claim, {"value": 2}, tx=tx)
        return first

    with pytest.raises(ZeroDivisionError):
        await door.given(fails)

    assert await door.given(again) is None


async def test_given_a_repeated_join_when_the_first_made_a_member_then_it_is_answered_the_same(
    door: Door,
) -> None:
    await door.programme()
    new = door.stranger()
    join = (
        'mutation ($h: String!, $k: ID!) { joinProgramme(input: {handle: $h, name: "New"})'
        " @idempotent(key: $k) { __typename ... on JoinProgrammeSuccess { viewer { handle } }"
        " ... on UserError { code } } }"
    )
    handle, used = f"n{key()[-12:]}", key()

    first = await door.ask(new, join, h=handle, k=used)
    again = await door.ask(new, join, h=handle, k=used)
    bare = await door.ask(new, join, h=handle, k=key())

    assert first == again
    assert bare["joinProgramme"]["code"] == "ALREADY_MEMBER"


async def test_given_old_answers_when_forgotten_then_only_those_no_key_can_ask_for_are_gone(
    door: Door,
) -> None:
    ada, _ = await door.friends()
    now = clock.now()
    old, recent = ids.new(now - timedelta(days=33)), ids.new(now - timedelta(days=29))

    async def keep(tx: Tx) -> None:
        for each in (old, recent):
            claim = Claim(ada.me.programme, ada.me.id, each, b"f" * 32)
            await answers.claim(claim, at=now, tx=tx)
            await answers.keep(claim, {"value": None}, tx=tx)

    await door.given(keep)
    await door.given(lambda tx: answers.forget(now, tx))

    counts = [await count_answers(door, str(each)) for each in (old, recent)]
    assert counts == [0, 1]


async def test_given_a_key_of_a_first_answer_when_kept_then_the_ledger_id_has_its_time(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)
    made_at = clock.now() - timedelta(days=3)
    used = str(ids.new(made_at))
    await send(door, ada, friend=friend_id(bob), points=30, key=used)

    async def newest(tx: Tx) -> Any:
        found = await ledger.statement(ada.me.account, book=ada.me.book, limit=1, tx=tx)
        return found[0].id

    posted = await door.given(newest)
    assert ids.made_at(posted) == ids.made_at(ids.UUID(used))
    assert str(posted) != used
