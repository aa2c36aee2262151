"""Making: the sentences that the tests of raffles begin with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import raffles
from domain.members import Member
from domain.programmes import Programme
from domain.raffles import Prize, PrizeKind, Raffle, Ticket
from domain.raffles.awarding import draw_due
from domain.raffles.closing import close_due
from domain.rewards import RewardKind
from infra import ids
from infra.db import Tx
from tests.domain.vouchers.making import a_reward
from tests.support import given
from tests.support.given import NOON

DAY = timedelta(days=1)
CLOSES = NOON + DAY
SEED = bytes(range(32))
SOURCE = "Closing value of the WIG20 on the day after the closing"


@dataclass(frozen=True, slots=True)
class Scene:
    """A raffle that is open, and members who may enter."""

    programme: Programme
    raffle: Raffle
    people: Sequence[Member]

    @property
    def where(self) -> dict[str, Any]:
        return {"programme": self.programme.id}


def points(amount: int, *, count: int = 1) -> Prize:
    return Prize(PrizeKind.POINTS, count=count, points=amount)


async def opened(reward: UUID, programme: Programme, tx: Tx, **said: Any) -> Raffle:
    """A raffle for 100 points that closes tomorrow; `said` replaces."""
    words = {"prizes": [points(100)], "closes_at": CLOSES, "at": NOON, **said}
    return await raffles.open(reward, programme=programme.id, tx=tx, **words)


async def a_scene(tx: Tx, *, people: int = 3, gift: int = 0, **said: Any) -> Scene:
    """gift -- so many win a reward, before all other prizes."""
    programme = await given.a_programme(tx=tx)
    crowd = [await given.a_member(programme, tx=tx) for _ in range(people)]
    reward = await a_reward(programme, RewardKind.RAFFLE, tx=tx)
    if gift:
        code = await a_reward(programme, tx=tx)
        said["prizes"] = [Prize(PrizeKind.REWARD, count=gift, reward=code), *said["prizes"]]
    return Scene(programme, await opened(reward, programme, tx, **said), crowd)


async def entered(
    scene: Scene,
    member: Member,
    tx: Tx,
    *,
    quantity: int = 1,
    redemption: UUID | None = None,
    at: datetime = NOON,
) -> Sequence[Ticket]:
    """Tickets of the member, for a new redemption where none is named."""
    return await raffles.enter(
        scene.raffle.reward,
        member=member.id,
        redemption=redemption or ids.new(NOON),
        quantity=quantity,
        at=at,
        tx=tx,
        **scene.where,
    )


async def all_closed(tx: Tx, *, at: datetime = CLOSES) -> None:
    """What the clock does about raffles whose time has come."""
    while await close_due(at, tx):
        pass


async def all_drawn(tx: Tx, *, at: datetime = CLOSES) -> None:
    """What the clock does about raffles that wait for nothing."""
    await all_closed(tx, at=at)
    while await draw_due(at, tx):
        pass


async def now(scene: Scene, tx: Tx) -> Raffle:
    return await raffles.get(scene.raffle.reward, tx=tx, **scene.where)


async def evidence(scene: Scene, tx: Tx) -> raffles.Evidence:
    return await raffles.evidence(scene.raffle.reward, tx=tx, **scene.where)


def fair(tickets: int = 9, prizes: int = 3, value: str | None = "2345.67") -> raffles.Evidence:
    """The evidence of a fair draw, in which every fourth number was given back."""
    entries = {n + n // 4: UUID(int=n) for n in range(1, tickets + 1)}
    digest, numbers = raffles.digest(entries.items()), list(entries)
    places = raffles.drawn(SEED, digest=digest, value=value, entries=tickets, count=prizes)
    return raffles.Evidence(
        commitment=raffles.commitment(SEED),
        seed=SEED,
        source=None if value is None else "Closing value",
        value=value,
        digest=digest,
        prizes=prizes,
        entries=entries,
        winners=[numbers[place] for place in places],
    )
