"""Making: the sentences that the tests of vouchers begin with."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from domain import rewards, vouchers
from domain.programmes import Programme
from domain.rewards import Owner, RewardKind, Terms
from domain.vouchers import Upload, Voucher
from infra import ids
from infra.db import Tx
from tests.support.given import NOON

DAY = timedelta(days=1)


async def a_reward(programme: Programme, kind: RewardKind = RewardKind.VOUCHER, *, tx: Tx) -> UUID:
    """A reward of the programme, whose redemptions are given codes where nothing else is said."""
    made = await rewards.create(
        Terms(kind=kind, name="Something good", price=100, valid_from=NOON),
        owner=Owner.PROGRAMME,
        programme=programme.id,
        id=ids.new(NOON),
        at=NOON,
        tx=tx,
    )
    return made.id


def a_file(folder: Path, *lines: str, header: str = "code", name: str = "codes.csv") -> Path:
    """A table of codes."""
    path = folder / name
    path.write_text("\n".join([header, *lines, ""]))
    return path


async def uploaded(path: Path, reward: UUID, programme: Programme, **said: Any) -> Upload:
    """What came of a file; `said` replaces."""
    return await vouchers.upload(
        path, **{"reward": reward, "programme": programme, "at": NOON, **said}
    )


async def taken(
    reward: UUID, programme: Programme, tx: Tx, *, redemption: UUID | None = None, **said: Any
) -> Sequence[Voucher]:
    """One code for a redemption, a new one where none is named; `said` replaces."""
    words = {"quantity": 1, "programme": programme.id, "at": NOON, "tx": tx, **said}
    return await vouchers.take(reward, redemption=redemption or ids.new(NOON), **words)


async def left(reward: UUID, programme: Programme, tx: Tx, *, at: Any = NOON) -> int:
    return (await vouchers.left([reward], programme=programme.id, at=at, tx=tx))[reward]
