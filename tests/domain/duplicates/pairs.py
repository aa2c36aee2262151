"""Pairs: two members who are one person, and what is said of their wallets."""

from dataclasses import dataclass
from uuid import UUID

from domain import duplicates, ledger, members
from domain.duplicates import Merge
from domain.members import Member
from domain.programmes import Programme
from infra import ids
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON


@dataclass(frozen=True, slots=True)
class Pair:
    """One person twice: `stays` is to have everything of `goes`."""

    programme: Programme
    stays: Member
    goes: Member

    async def merged(self, *, id: UUID | None = None, tx: Tx) -> Merge:
        """The two as one."""
        return await duplicates.merge(
            survivor=self.stays.id,
            duplicate=self.goes.id,
            programme=self.programme.id,
            id=id or ids.new(NOON),
            at=NOON,
            tx=tx,
        )

    async def available(self, *, tx: Tx) -> tuple[int, int]:
        """What the two can spend."""
        return await available(self.stays, tx=tx), await available(self.goes, tx=tx)


async def a_pair(*, holding: tuple[int, int] = (100, 40), tx: Tx, **policies: object) -> Pair:
    """A pair that holds so many points, in a programme of its own."""
    programme = await given.a_programme(tx=tx, **policies)
    stays = await given.a_member(programme, holding=holding[0], tx=tx)
    goes = await given.a_member(programme, holding=holding[1], tx=tx)
    return Pair(programme, stays, goes)


async def available(member: Member, *, tx: Tx) -> int:
    """What the member can spend."""
    balance = await ledger.balance(member.account, book=member.book, at=NOON, tx=tx)
    return balance.available


async def lots(member: Member, *, tx: Tx) -> tuple[ledger.Lot, ...]:
    """The member's points by the month they expire in."""
    found = await ledger.explain(member.account, book=member.book, at=NOON, tx=tx)
    return found.lots


async def again(member: Member, *, tx: Tx) -> Member:
    """The member as they are now."""
    return await members.get(member.id, programme=member.programme, tx=tx)
