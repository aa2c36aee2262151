"""Playing: what members do, told to challenges as the game does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import challenges, ledger, members
from domain.challenges import Challenge, Participation
from domain.members import Member
from domain.metrics import Change, Fact
from domain.metrics.keeping import Kept, keep
from infra.db import Tx
from tests.support import facts
from tests.support.given import NOON


async def count(changes: Sequence[Change], tx: Tx) -> None:
    """Lock the members, write the facts, count them."""
    programme = changes[0].after.programme
    await members.lock({one.member for one in changes}, programme=programme, tx=tx)
    kept = {one.after.activity: Kept(one.after, one.member, 0) for one in changes}
    await keep(kept.values(), programme=programme, tx=tx)
    await challenges.count(changes, programme=programme, tx=tx)


async def run(member: Member, tx: Tx, *, at: datetime = NOON, **words: Any) -> Fact:
    """A run of 5 km that is judged now; `words` as for facts.fact."""
    done = facts.fact(member, **words)
    await count([facts.new(done, at=at)], tx)
    return done


async def correct(fact: Fact, tx: Tx, *, at: datetime = NOON, **words: Any) -> Fact:
    change = facts.changed(fact, at=at, **words)
    await count([change], tx)
    return change.after


async def delete(fact: Fact, tx: Tx, *, at: datetime = NOON) -> None:
    await count([facts.gone(fact, at=at)], tx)


async def join(
    challenge: Challenge, member: Member, tx: Tx, *, at: datetime = NOON, team: str | None = None
) -> Participation:
    return await challenges.join(challenge.id, member=member, team=team, at=at, tx=tx)


async def standing(
    challenge: Challenge, member: Member, tx: Tx, *, at: datetime = NOON
) -> Participation:
    return await challenges.participation(challenge.id, member=member, at=at, tx=tx)


async def wallet(member: Member, tx: Tx, *, at: datetime = NOON) -> ledger.Balance:
    return await ledger.balance(member.account, book=member.book, at=at, tx=tx)


async def given_to(challenge: Challenge, member: UUID, tx: Tx) -> Sequence[challenges.Given]:
    return await challenges.rewards_of(challenge.id, member, programme=challenge.programme, tx=tx)
