"""Playing: the sentences that the tests of contests begin and end with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import contests, ledger
from domain.contests import Contest, Part, Policy, Score, Seat, Template, Wish
from domain.members import Member
from domain.programmes import Programme
from infra import ids
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON


async def friends_of_ada(
    count: int, *, holding: int = 100, programme: Programme | None = None, tx: Tx, **policy: int
) -> tuple[Member, ...]:
    """Ada, and `count` friends of hers, each with that many points."""
    programme = programme or await given.a_programme(tx=tx)
    if policy:
        await contests.set_policy(Policy(**policy), programme=programme.id, tx=tx)
    people = [await given.a_member(programme, holding=holding, tx=tx) for _ in range(count + 1)]
    for friend in people[1:]:
        await given.friendship(people[0], friend, tx=tx)
    return tuple(people)


async def a_contest(
    creator: Member,
    *invited: Member,
    id: UUID | None = None,
    at: datetime = NOON,
    tx: Tx,
    **words: Any,
) -> Contest:
    """Who runs furthest in a week, unless `words` say something else; nobody has answered."""
    said: dict[str, Any] = {"template": Template.RUNNING, "stake": 30} | words
    wish = Wish(**said)
    friends = [friend.id for friend in invited]
    seat = await contests.create(
        wish, creator=creator, invited=friends, id=id or ids.new(at), at=at, tx=tx
    )
    return seat.contest


async def accepted(contest: Contest, *members: Member, at: datetime = NOON, tx: Tx) -> None:
    """They come in."""
    for member in members:
        await contests.accept(contest.id, member=member, at=at, tx=tx)


async def seat(contest: Contest, member: Member, tx: Tx) -> Seat:
    """The member's place in it, as they see it."""
    return await contests.get(contest.id, member=member, at=NOON, tx=tx)


async def parts(contest: Contest, people: Sequence[Member], tx: Tx) -> list[Part]:
    """Where each of them is."""
    found = {player.member: player.state for player in await contests.players(contest, tx=tx)}
    return [found[member.id] for member in people]


async def has(member: Member, tx: Tx) -> tuple[int, int]:
    """What the member could spend, and what is held."""
    found = await ledger.balance(member.account, book=member.book, at=NOON, tx=tx)
    return found.available, found.held


async def all_have(people: Sequence[Member], tx: Tx) -> list[tuple[int, int]]:
    """What each of them has: as `has`."""
    return [await has(member, tx) for member in people]


async def pot(contest: Contest, tx: Tx) -> int:
    """The points in the pot."""
    assert contest.account is not None
    return (await ledger.balance(contest.account, book=contest.book, at=NOON, tx=tx)).balance


def score(member: Member, reached: int, *, at: datetime = NOON, completed: bool = False) -> Score:
    """What a player has done, by an activity that ended at `at`."""
    return Score(member.id, reached, completed, at if reached else None, NOON)
