"""An event that cannot be told holds up one member, and nobody else; an operator sees it and runs
it again, from the command line."""

from datetime import datetime, timedelta
from uuid import uuid4

from domain import inbox
from domain.members import Member
from domain.moments import TreatOffered
from domain.notices.reactions import REACTIONS
from infra import clock, db, outbox
from infra.outbox import ATTEMPTS_MAX, BACK_OFF_SECONDS
from tests.cli.laurels import laurel
from tests.domain.notices.hearing import items, received
from tests.support import apart, databases, given
from tests.support.servers import Postgres
from workers import gathering

TELL = REACTIONS[0]
# What no inbox takes: its column is for 200 characters.
FAR_TOO_LONG = "x" * 300
ROOM = "ALTER TABLE inbox_item DROP CONSTRAINT inbox_item_title_check"


def poison(member: Member, at: datetime) -> TreatOffered:
    """An offer whose title is longer than any that moments would make."""
    return TreatOffered(
        programme=member.programme,
        subject=member.id,
        object=uuid4(),
        at=at,
        treat=uuid4(),
        kind="DRINK",
        title=FAR_TOO_LONG,
        body="At the corner.",
        outlet=uuid4(),
        outlet_name="Corner",
        expires_at=at + timedelta(minutes=30),
    )


async def keys(*people: Member) -> list[list[str]]:
    """What each was told, the oldest first."""
    async with db.transaction() as tx:
        return [[one.key for one in reversed(await items(person, tx))] for person in people]


async def _emitted(at: datetime) -> tuple[Member, Member, Member]:
    """Two friends, one of whom is offered something that cannot be told, and a stranger."""
    async with db.transaction() as tx:
        await outbox.register(gathering.reactions(), tx=tx)
        ada, bob = await given.two_friends(tx=tx)
        eve = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    for event in (received(ada, bob, at=at), poison(bob, at), received(bob, ada, at=at)):
        async with db.transaction() as tx:
            outbox.emit(event, tx=tx)
            outbox.emit(received(eve, eve, at=at), tx=tx)
    return ada, bob, eve


async def _delivered(at: datetime) -> None:
    while await outbox.deliver(TELL, at=at):
        pass


async def test_given_a_poisoned_event_when_all_are_told_then_only_its_member_waits_for_a_person(
    postgres: Postgres, valkey_url: str
) -> None:
    async with databases.own(postgres) as url:
        variables = {"DATABASE_URL": url, "REDIS_URL": valkey_url}
        at = clock.now()
        ada, bob, eve = await _emitted(at)

        await _delivered(at)
        meanwhile = await keys(ada, bob, eve)
        for attempt in range(1, ATTEMPTS_MAX + 1):
            at += timedelta(seconds=BACK_OFF_SECONDS * 2**attempt)
            await _delivered(at)
        (dead,) = (await laurel("events", "dead", "--json", **variables)).json
        (after,) = await keys(bob)
        await _mend(url)
        revived = (await laurel("events", "revive", "--json", **variables)).json
        await _delivered(at)
        (mended,) = await keys(bob)

    assert meanwhile == [
        ["friends.befriended", "transfers.received"],
        ["friends.requested", "friends.befriended"],
        ["transfers.received"] * 3,
    ]
    assert after == [*meanwhile[1], "transfers.received"]
    assert (dead["reaction"], dead["attempts"]) == ("notices.tell", ATTEMPTS_MAX)
    assert "inbox_item_title_check" in dead["error"]
    assert FAR_TOO_LONG not in dead["error"]
    assert revived == {"queued": 1}
    assert mended == [*after, "moments.offer"]


async def test_given_told_events_when_they_are_replayed_by_command_then_nobody_is_told_again(
    postgres: Postgres, valkey_url: str
) -> None:
    async with databases.own(postgres) as url:
        at = clock.now()
        async with db.transaction() as tx:
            await outbox.register(gathering.reactions(), tx=tx)
            ada, bob = await given.two_friends(tx=tx)
        for _ in range(3):
            async with db.transaction() as tx:
                outbox.emit(received(bob, ada, at=at), tx=tx)
        while await outbox.deliver(TELL, at=at):
            pass
        before = await _boxes(ada, bob)

        replayed = await laurel(
            *("events", "replay", "notices.tell", "--since", "2020-01-01", "--json"),
            DATABASE_URL=url,
            REDIS_URL=valkey_url,
        )
        while await outbox.deliver(TELL, at=at):
            pass

        assert replayed.json["queued"] >= 5
        assert await _boxes(ada, bob) == before
        assert before[1].last == before[1].unread == 5


async def _boxes(*people: Member) -> list[inbox.Box]:
    async with db.transaction() as tx:
        return [await inbox.box(one.id, programme=one.programme, tx=tx) for one in people]


async def _mend(url: str) -> None:
    async with apart.owner(url) as connection:
        await connection.execute(ROOM)
