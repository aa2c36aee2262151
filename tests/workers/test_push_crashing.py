"""Five SIGKILLs of a sender under load: nothing is lost, and little is sent twice."""

import asyncio
from collections import Counter
from datetime import timedelta

from domain import push
from domain.push import Order
from infra import clock, db, ids
from tests.domain.push.scenes import a_device, an_order
from tests.support import databases, fcm, given, waiting
from tests.support.servers import Postgres
from tests.workers.sending import nursery

KILLS = 5
PHONES = 5
MORE = 20
DUPLICATES_A_KILL = 50
UNANSWERED_MAX = 10
LEFT = "SELECT count(*) FROM push_waiting"
UNANSWERED = """
SELECT count(*) FROM push_waiting AS w JOIN push_order AS o USING (programme, id)
WHERE o.ordered_at >= $1
"""


async def test_given_a_sender_under_load_when_it_is_killed_again_and_again_then_nothing_is_lost(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url, fcm.standin(adopting=True) as served:
        served.standin.meter.limits.device_per_minute = None
        members = await people()
        async with nursery(url, served) as senders:
            await senders.start()
            load = Load(members)
            ordering = asyncio.create_task(load.order())
            for _ in range(KILLS):
                count = served.standin.sends.accepted + MORE
                await waiting.until(lambda count=count: _has(served, count), seconds=60)
                senders.kill()
                load.since = clock.now()
                await senders.start()
            load.enough = True
            await ordering
            await waiting.until(_none_left, seconds=60)

        sent = accepted(served)
        times = Counter(message["data"]["id"] for message in sent)
        assert set(times) == load.wanted
        assert len(sent) - len(times) <= KILLS * DUPLICATES_A_KILL
        assert all(
            message["apns"]["headers"]["apns-collapse-id"] == message["data"]["id"]
            for message in sent
        )


async def people() -> list[given.Member]:
    """Members with a phone each."""
    async with db.transaction() as tx:
        club = await given.a_programme(tx=tx)
        members = [await given.a_member(club, tx=tx) for _ in range(PHONES)]
        for member in members:
            await a_device(member, tx=tx)
    return members


class Load:
    """Pushes as fast as the sender gets them answered.

    What is under way when a sender dies comes twice, so that is what is limited here, and not the
    time it takes: the limit holds on a busy machine too. since -- when the last sender was killed;
    what it left comes again when its lease is over, and is not waited for.
    """

    def __init__(self, members: list[given.Member]) -> None:
        self._members = members
        self.since = clock.now()
        self.enough = False
        self.wanted: set[str] = set()

    async def order(self) -> None:
        """Until it is enough."""
        with push.switched(True):
            while not self.enough:
                async with db.transaction() as tx:
                    room = await tx.value(UNANSWERED, self.since) < UNANSWERED_MAX
                    if room:
                        await self._order(tx)
                await asyncio.sleep(0 if room else 0.01)

    async def _order(self, tx: db.Tx) -> None:
        orders = [one_for(member) for member in self._members]
        self.wanted |= {str(order.id) for order in orders}
        await push.order(orders, programme=self._members[0].programme, at=clock.now(), tx=tx)


def one_for(member: given.Member) -> Order:
    now = clock.now()
    return an_order(member, id=ids.new(now), send_at=now, expires_at=now + timedelta(hours=1))


def accepted(served) -> list[dict]:
    """Every message that Firebase has taken, as it was sent."""
    return [
        delivery.message.content
        for delivery in served.standin.post.after(0, fid=None, limit=10_000)
    ]


async def _has(served, count: int) -> bool:
    return served.standin.sends.accepted >= count


async def _none_left() -> bool:
    async with db.reading() as tx:
        return await tx.value(LEFT) == 0
