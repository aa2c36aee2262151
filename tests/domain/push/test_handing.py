"""Handing: what can go now goes to the sender of the same process, leased and as a row."""

from collections.abc import Sequence
from datetime import timedelta

from domain import push
from domain.push import Due, Kind, Lane, Order
from infra import db, ids
from infra.db import Tx
from tests.domain.push.scenes import LEASE, a_device, an_order, ordered
from tests.support import databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres

ROW = "SELECT due_at, attempts FROM push_waiting WHERE id = $1"


class Taking:
    """A sender that keeps what it is given."""

    def __init__(self, room: int) -> None:
        self.lease, self.room = LEASE, room
        self.given: list[Due] = []

    async def give(self, due: Sequence[Due]) -> None:
        self.given.extend(due)


async def somebody(tx: Tx) -> given.Member:
    """A member with one phone."""
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, tx=tx)
    return ada


async def handed(room: int, **said: object) -> tuple[Order, list[Due], db.Row, Sequence[Due]]:
    """What became of one order beside a sender with that room: the order, what it was given, its
    row, and what another sender would take a minute later."""
    beside = Taking(room)
    with push.handing(beside):
        async with db.transaction() as tx:
            ada = await somebody(tx)
            order = an_order(ada, **said)
            await ordered(ada, order, tx=tx)
            assert beside.given == []
    async with db.transaction() as tx:
        row = await tx.row(ROW, order.id)
        later = NOON + timedelta(minutes=1)
        due, _ = await push.take(Lane.ONE, limit=999, lease=LEASE, at=later, tx=tx)
    assert row is not None
    return order, beside.given, row, [one for one in due if one.id == order.id]


async def test_given_a_sender_with_room_when_ordered_then_it_has_it_at_the_commit_under_lease(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        order, given_to, row, again = await handed(room=1)

    assert [one.id for one in given_to] == [order.id]
    assert (row["due_at"], row["attempts"]) == (NOON + LEASE, 1)
    # Whoever dies over it has it taken by another, who is told the same but for the attempt.
    [other] = again
    assert other.attempts == 2
    assert (other.content, other.target, other.alone) == (
        given_to[0].content,
        given_to[0].target,
        given_to[0].alone,
    )


async def test_given_what_cannot_go_now_when_ordered_then_it_waits_for_whoever_takes_it(
    postgres: Postgres,
) -> None:
    for room, said in (
        (0, {}),
        (1, {"kind": Kind.NEWS, "key": "news"}),
        (1, {"send_at": NOON + timedelta(seconds=20)}),
    ):
        async with databases.own(postgres):
            _, given_to, row, _ = await handed(room, **said)

        assert given_to == []
        assert row["attempts"] <= 0


async def test_given_two_that_replace_each_other_when_ordered_at_once_then_the_newer_is_handed(
    postgres: Postgres,
) -> None:
    beside = Taking(room=9)
    async with databases.own(postgres):
        with push.handing(beside):
            async with db.transaction() as tx:
                ada = await somebody(tx)
                both = [
                    an_order(ada, id=ids.new(NOON + timedelta(seconds=n)), collapse="one")
                    for n in range(2)
                ]
                await ordered(ada, *both, tx=tx)

    assert [one.id for one in beside.given] == [both[1].id]
