"""Uploading: every code is in one pool once, however often the file comes or is cut short."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from domain import vouchers
from domain.programmes import Programme
from domain.vouchers import BadVoucherFile, Fault, Upload, UploadBusy, UploadState, Why
from infra import db, tables
from infra.db import Wall
from tests.domain.moments.making import at_once
from tests.domain.vouchers import making
from tests.domain.vouchers.making import DAY
from tests.support import given
from tests.support.given import NOON

CHUNK = 50
# A code that is there as soon as whoever has put it there has committed.
MIDDLE = """
INSERT INTO voucher (programme, upload, number, reward, code, expires_at)
SELECT programme, id, 2, reward, 'S-20', 'infinity' FROM voucher_upload WHERE id = $1
"""
CODES = "SELECT count(*) FROM voucher WHERE programme = $1 AND reward = $2"


class Killed(Exception):
    """The process is gone at this moment."""


def killing(after: int) -> Callable[[Upload], None]:
    """Ends the upload once that many rows are done."""

    def told(upload: Upload) -> None:
        if upload.rows >= after:
            raise Killed

    return told


async def asked(sql: str, programme: Programme, reward: UUID) -> int:
    async with db.reading() as tx:
        return int(await tx.value(sql, programme.id, reward))


@pytest.fixture
async def club(database: None) -> Programme:
    async with db.transaction() as tx:
        return await given.a_programme(tx=tx)


@pytest.fixture
async def reward(club: Programme) -> UUID:
    async with db.transaction() as tx:
        return await making.a_reward(club, tx=tx)


async def test_given_a_file_with_faults_when_uploaded_then_each_is_told_and_the_rest_is_there(
    club: Programme, reward: UUID, tmp_path: Path
) -> None:
    async with db.transaction() as tx:
        other = await making.a_reward(club, tx=tx)
    await making.uploaded(making.a_file(tmp_path, "THERE", "OTHER"), other, club)
    await making.uploaded(making.a_file(tmp_path, "OLD"), reward, club)
    rows = ["A,", "B,2099-01-31", "A,", "C,soon", "OLD,", "D,2020-01-01", "THERE,", "B,", "F,1,2"]
    path = making.a_file(tmp_path, *rows, header="code,expires")

    done = await making.uploaded(path, reward, club, chunk=4)

    assert done.faults == [
        Fault(3, Why.IN_FILE, 1),
        Fault(4, Why.BAD_EXPIRY),
        Fault(5, Why.IN_POOL),
        Fault(6, Why.EXPIRED),
        Fault(7, Why.ELSEWHERE),
        Fault(8, Why.IN_FILE, 2),  # in another chunk
        Fault(9, Why.UNREADABLE),
    ]
    counted = done.rows, done.loaded, done.bad, done.in_file, done.in_pool, done.elsewhere
    assert counted == (9, 2, 3, 2, 1, 1)
    async with db.reading() as tx:
        words = {"programme": club.id, "at": NOON, "tx": tx}
        assert (await vouchers.tally(reward, **words)).left == 3
        assert await vouchers.left([reward, other], **words) == {reward: 3, other: 2}


async def test_given_an_upload_that_is_killed_when_it_comes_again_then_it_goes_on_where_it_was(
    club: Programme, reward: UUID, tmp_path: Path
) -> None:
    # The last one stands in the first chunk as well.
    path = making.a_file(tmp_path, *(f"K-{n}" for n in range(120)), "K-3", "")
    with pytest.raises(Killed):
        await making.uploaded(path, reward, club, chunk=CHUNK, told=killing(CHUNK))
    half = await asked(CODES, club, reward)

    later = NOON + timedelta(hours=3)
    done = await making.uploaded(path, reward, club, chunk=CHUNK, at=later)
    again = await making.uploaded(path, reward, club, at=later + DAY)

    assert half == CHUNK
    assert (done.state, done.rows, done.loaded) == (UploadState.DONE, 121, 120)
    assert done.faults == [Fault(121, Why.IN_FILE, 4)]
    assert again == done
    assert await asked(CODES, club, reward) == 120


async def test_given_one_file_twice_at_once_when_uploaded_then_one_goes_on_and_one_is_busy(
    club: Programme, reward: UUID, tmp_path: Path
) -> None:
    path = making.a_file(tmp_path, *(f"T-{n}" for n in range(200)))

    runs = [making.uploaded(path, reward, club, chunk=20) for _ in range(3)]
    said = await asyncio.gather(*runs, return_exceptions=True)
    done = await making.uploaded(path, reward, club)

    assert all(isinstance(one, UploadBusy | Upload) for one in said)
    assert (done.state, done.loaded, done.refused) == (UploadState.DONE, 200, 0)
    assert await asked(CODES, club, reward) == 200


async def test_given_two_files_with_the_same_codes_at_once_when_uploaded_then_each_is_there_once(
    club: Programme, reward: UUID, tmp_path: Path
) -> None:
    async with db.transaction() as tx:
        other, third = [await making.a_reward(club, tx=tx) for _ in range(2)]
    held = await making.uploaded(making.a_file(tmp_path, "HELD"), third, club)
    codes = [f"S-{n:02}" for n in range(40)]
    there = making.a_file(tmp_path, *codes, name="there.csv")
    back = making.a_file(tmp_path, *reversed(codes), name="back.csv")

    # Both come as far as the code in the middle, from either end if they took them as they come.
    acts = [
        partial(making.uploaded, there, reward, club),
        partial(making.uploaded, back, other, club),
    ]
    first, second = await at_once(acts, MIDDLE, held.id)

    assert first.loaded + second.loaded == 39
    assert first.elsewhere + second.elsewhere == 41


async def test_given_no_table_of_codes_when_uploaded_then_it_is_refused_before_anything_is_kept(
    club: Programme, reward: UUID, tmp_path: Path
) -> None:
    empty, strange = tmp_path / "empty.csv", making.a_file(tmp_path, "A", header="pin")
    empty.write_text("")

    with pytest.raises(tables.BadFile):
        await making.uploaded(empty, reward, club)
    with pytest.raises(BadVoucherFile):
        await making.uploaded(strange, reward, club)

    async with db.reading() as tx:
        assert not await vouchers.several([reward], programme=club.id, tx=tx)


async def test_given_a_wall_when_uploaded_then_it_works_behind_it_and_lists_what_came(
    club: Programme, reward: UUID, tmp_path: Path
) -> None:
    wall = Wall(club.id, club.book)
    path = making.a_file(tmp_path, "W-1", "W-2", "W-1")

    done = await making.uploaded(path, reward, club, wall=wall, name="ours.csv")

    assert (done.loaded, done.in_file, done.name) == (2, 1, "ours.csv")
    async with db.reading(wall) as tx:
        words = {"programme": club.id, "tx": tx}
        listed = await vouchers.uploads(reward, before=None, limit=5, **words)
        assert [one.id for one in listed] == [done.id]
        assert await vouchers.uploads(reward, before=done.id, limit=5, **words) == []
        assert await vouchers.faults(done.id, after=3, **words) == []
