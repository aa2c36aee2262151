"""Logs: what happens to a member, numbered, as the hub follows it.

A log says on which channel it is hinted that something was committed, where members stand, and
what came after a number. It is read from the database, which is the truth.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from domain import challenges, inbox, ledger, points
from domain.challenges import Move
from domain.inbox import Item as Told
from domain.ledger import Entry
from domain.members import Member
from domain.points import Points
from infra import clock
from infra.db import Tx

PAGE = 100

T = TypeVar("T")
S = TypeVar("S", covariant=True)


@dataclass(frozen=True, slots=True)
class Head:
    """Where a member stands; another mark means that there is something to tell."""

    number: int
    mark: Hashable


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """One thing that happened. A later one with the same key takes its place."""

    number: int
    key: Hashable
    value: T


class Log(Protocol[T, S]):
    """What can be followed of a member. Several are read at once where the poll asks."""

    @property
    def name(self) -> str:
        """What its cursors are of."""
        ...

    @property
    def channels(self) -> str:
        """The pattern of its hints."""
        ...

    def channel(self, member: Member) -> str:
        """Where that member's hints come."""
        ...

    async def heads(self, several: Sequence[Member], tx: Tx) -> Mapping[str, Head]:
        """Where these members stand, by channel."""
        ...

    async def after(self, member: Member, number: int, tx: Tx) -> Sequence[Item[T]]:
        """What came after a number, PAGE at most; of what has one key the last alone."""
        ...

    async def state(self, member: Member, tx: Tx) -> S:
        """What is told with each: what it has come to by now."""
        ...


class PointsLog:
    """The account's journal, numbered without a gap; with it what the member has."""

    name, channels = "pointsChanged", "laurel:account:*"

    def channel(self, member: Member) -> str:
        """As the ledger says it."""
        return f"laurel:account:{member.book}:{member.account}"

    async def heads(self, several: Sequence[Member], tx: Tx) -> Mapping[str, Head]:
        """A hold or a promise moves the balance and no number."""
        books: defaultdict[int, dict[int, str]] = defaultdict(dict)
        for one in several:
            books[one.book][one.account] = self.channel(one)
        found: dict[str, Head] = {}
        for book, accounts in books.items():
            balances = await ledger.balances(list(accounts), book=book, tx=tx)
            found |= {accounts[id]: Head(one.seq, one) for id, one in balances.items()}
        return found

    async def after(self, member: Member, number: int, tx: Tx) -> Sequence[Item[Entry]]:
        """The entries after a sequence number."""
        rows = await ledger.entries_after(
            member.account, book=member.book, after_seq=number, limit=PAGE, tx=tx
        )
        return [Item(one.seq, one.seq, one) for one in rows]

    async def state(self, member: Member, tx: Tx) -> Points:
        """What the member has."""
        return await points.summary(member, at=clock.now(), tx=tx)


class ChallengeLog:
    """Where the member is in each challenge in which something has moved."""

    name, channels = "challengeProgressed", "laurel:challenges:*"

    def channel(self, member: Member) -> str:
        """As challenges say it."""
        return challenges.channel(member.id, programme=member.programme)

    async def heads(self, several: Sequence[Member], tx: Tx) -> Mapping[str, Head]:
        """The number of the newest change."""
        found: dict[str, Head] = {}
        for programme, people in _by_programme(several).items():
            heads = await challenges.heads(list(people), programme=programme, tx=tx)
            found |= {self.channel(people[id]): Head(head, head) for id, head in heads.items()}
        return found

    async def after(self, member: Member, number: int, tx: Tx) -> Sequence[Item[Move]]:
        """The challenges that moved after a number, each as it is now."""
        moves = await challenges.moved_after(
            member, number=number, limit=PAGE, at=clock.now(), tx=tx
        )
        return [Item(one.number, one.challenge.id, one) for one in moves]

    async def state(self, member: Member, tx: Tx) -> None:
        """Nothing but the challenges themselves."""


class InboxLog:
    """What the member is told, numbered without a gap; with it how much of it is unread.

    What was put into the archive before it could be told is not told.
    """

    name, channels = "inboxItemAdded", f"{inbox.CHANNEL}*"

    def channel(self, member: Member) -> str:
        """As the inbox says it."""
        return inbox.channel(member.id, programme=member.programme)

    async def heads(self, several: Sequence[Member], tx: Tx) -> Mapping[str, Head]:
        """What is read moves the count, and no number."""
        found: dict[str, Head] = {}
        for programme, people in _by_programme(several).items():
            boxes = await inbox.boxes(list(people), programme=programme, tx=tx)
            found |= {self.channel(people[id]): Head(box.last, box) for id, box in boxes.items()}
        return found

    async def after(self, member: Member, number: int, tx: Tx) -> Sequence[Item[Told]]:
        """The items after a number."""
        items: Sequence[Item[Told]] = ()
        while not items:
            page = await inbox.after(
                number, member=member.id, programme=member.programme, limit=PAGE, tx=tx
            )
            items = [Item(one.number, one.number, one) for one in page if not one.archived_at]
            if not page:
                break
            number = page[-1].number
        return items

    async def state(self, member: Member, tx: Tx) -> int:
        """How many are not read."""
        return (await inbox.box(member.id, programme=member.programme, tx=tx)).unread


POINTS, CHALLENGES, INBOX = PointsLog(), ChallengeLog(), InboxLog()


def _by_programme(several: Sequence[Member]) -> Mapping[int, Mapping[UUID, Member]]:
    found: defaultdict[int, dict[UUID, Member]] = defaultdict(dict)
    for one in several:
        found[one.programme][one.id] = one
    return found
