"""Loading: what many fields of one operation want one by one, fetched together."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from domain import (
    activities,
    challenges,
    giving,
    members,
    outlets,
    partners,
    points,
    rewards,
    transfers,
    vouchers,
)
from domain.activities import Activity
from domain.challenges import Challenge, Participation
from domain.giving import Cause
from domain.members import Member
from domain.outlets import Outlet
from domain.partners import Partner
from domain.points import Award
from domain.rewards import Hindrance, Reward, RewardKind, Stock
from domain.transfers import Consent, Transfer
from domain.vouchers import Voucher
from infra.db import Tx

Reading: TypeAlias = Callable[[], AbstractAsyncContextManager[Tx]]


class Loading:
    """The loaders of one operation, seen with the eyes of one member.

    What that member may not see is loaded as None, like what does not exist.
    """

    def __init__(self, asker: Member, reading: Reading, *, at: datetime) -> None:
        self._asker, self._reading, self._at = asker, reading, at
        self.members: DataLoader[UUID, Member | None] = DataLoader(self._members)
        self.transfers: DataLoader[UUID, Transfer | None] = DataLoader(self._transfers)
        self.activities: DataLoader[UUID, Activity | None] = DataLoader(self._activities)
        self.awards: DataLoader[UUID, Sequence[Award]] = DataLoader(self._awards)
        self.consents: DataLoader[UUID, Consent | None] = DataLoader(self._consents)
        self.causes: DataLoader[UUID, Cause | None] = DataLoader(self._causes)
        self.challenges: DataLoader[UUID, Challenge | None] = DataLoader(self._challenges)
        self.lacking: DataLoader[UUID, str | None] = DataLoader(self._lacking)
        self.participations: DataLoader[UUID, Participation | None] = DataLoader(
            self._participations
        )
        self.partners: DataLoader[UUID, Partner | None] = DataLoader(self._partners)
        self.rewards: DataLoader[UUID, Reward | None] = DataLoader(self._rewards)
        self.hindrances: DataLoader[UUID, Sequence[Hindrance]] = DataLoader(self._hindrances)
        self.shelves: DataLoader[UUID, Sequence[Stock]] = DataLoader(self._shelves)
        self.outlets: DataLoader[UUID, Outlet | None] = DataLoader(self._outlets)
        self.codes_left: DataLoader[UUID, int] = DataLoader(self._codes_left)
        self.vouchers: DataLoader[UUID, Sequence[Voucher]] = DataLoader(self._vouchers)

    async def _members(self, ids: list[UUID]) -> list[Member | None]:
        async with self._reading() as tx:
            found = await members.several(ids, programme=self._asker.programme, tx=tx)
        return [found.get(id) for id in ids]

    async def _transfers(self, ids: list[UUID]) -> list[Transfer | None]:
        async with self._reading() as tx:
            found = await transfers.several(ids, member=self._asker, tx=tx)
        return [found.get(id) for id in ids]

    async def _activities(self, ids: list[UUID]) -> list[Activity | None]:
        async with self._reading() as tx:
            found = await activities.several(ids, member=self._asker, tx=tx)
        return [found.get(id) for id in ids]

    async def _awards(self, ids: list[UUID]) -> list[Sequence[Award]]:
        async with self._reading() as tx:
            found = await points.awards_of(ids, programme=self._asker.programme, tx=tx)
        return [found.get(id, ()) for id in ids]

    async def _consents(self, friends: list[UUID]) -> list[Consent | None]:
        async with self._reading() as tx:
            found = await transfers.consents(friends, member=self._asker, tx=tx)
        return [found.get(friend) for friend in friends]

    async def _causes(self, ids: list[UUID]) -> list[Cause | None]:
        async with self._reading() as tx:
            found = await giving.several(ids, programme=self._asker.programme, tx=tx)
        return [found.get(id) for id in ids]

    async def _challenges(self, ids: list[UUID]) -> list[Challenge | None]:
        async with self._reading() as tx:
            found = await challenges.shown(ids, member=self._asker, at=self._at, tx=tx)
        return [found.get(id) for id in ids]

    async def _lacking(self, ids: list[UUID]) -> list[str | None]:
        async with self._reading() as tx:
            found = await challenges.lacking(ids, member=self._asker, at=self._at, tx=tx)
        return [found.get(id) for id in ids]

    async def _participations(self, ids: list[UUID]) -> list[Participation | None]:
        async with self._reading() as tx:
            several = await challenges.participations(
                self._asker, challenges=ids, limit=len(ids), at=self._at, tx=tx
            )
        found = {one.challenge: one for one in several}
        return [found.get(id) for id in ids]

    async def _partners(self, ids: list[UUID]) -> list[Partner | None]:
        async with self._reading() as tx:
            found = await partners.several(ids, programme=self._asker.programme, tx=tx)
        return [found.get(id) for id in ids]

    async def _rewards(self, ids: list[UUID]) -> list[Reward | None]:
        async with self._reading() as tx:
            found = await rewards.several(ids, programme=self._asker.programme, tx=tx)
        return [found.get(id) for id in ids]

    async def _hindrances(self, ids: list[UUID]) -> list[Sequence[Hindrance]]:
        asker, at = self._asker, self._at
        async with self._reading() as tx:
            known = (await rewards.several(ids, programme=asker.programme, tx=tx)).values()
            coded = [one.id for one in known if one.terms.kind is RewardKind.VOUCHER]
            left = await vouchers.left(coded, programme=asker.programme, at=at, most=1, tx=tx)
            empty = {id for id in coded if not left.get(id)}
            found = await rewards.hindrances(known, member=asker, empty=empty, at=at, tx=tx)
        return [found.get(id, ()) for id in ids]

    async def _shelves(self, ids: list[UUID]) -> list[Sequence[Stock]]:
        async with self._reading() as tx:
            found = await rewards.stocks(ids, programme=self._asker.programme, tx=tx)
        return [[one for one in found if one.reward == id] for id in ids]

    async def _outlets(self, ids: list[UUID]) -> list[Outlet | None]:
        async with self._reading() as tx:
            found = await outlets.several(ids, programme=self._asker.programme, tx=tx)
        return [found.get(id) for id in ids]

    async def _codes_left(self, ids: list[UUID]) -> list[int]:
        async with self._reading() as tx:
            found = await vouchers.left(ids, programme=self._asker.programme, at=self._at, tx=tx)
        return [found.get(id, 0) for id in ids]

    # Of redemptions that were found to be the asker's own.
    async def _vouchers(self, redemptions: list[UUID]) -> list[Sequence[Voucher]]:
        async with self._reading() as tx:
            found = await vouchers.given(redemptions, programme=self._asker.programme, tx=tx)
        return [found.get(id, ()) for id in redemptions]
