"""A file of what members did elsewhere: the sound rows are kept once, the others told by number."""

from pathlib import Path

import pytest

from domain import interactions
from domain.interactions import Imported
from domain.interactions.importing import CHUNK
from domain.programmes import Programme
from infra import db
from infra.tables import BadFile
from tests.domain.interactions.making import an_open_member, done
from tests.support import databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres


def a_file(folder: Path, *rows: str, header: str = "member,item,weight,time") -> Path:
    file = folder / "interactions.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


async def bring_in(file: Path, programme: Programme) -> Imported:
    return await interactions.bring_in(file, programme=programme, at=NOON)


async def test_given_sound_and_bad_rows_when_they_come_in_twice_then_each_sound_one_is_kept_once(
    postgres: Postgres, tmp_path: Path
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            programme = await given.a_programme(tx=tx)
            ada = await an_open_member(programme, tx=tx)
            bob = await given.a_member(programme, tx=tx)
        number = ada.external_ref
        file = a_file(
            tmp_path,
            f"{number},product:tea,2,2026-01-05T08:00:00Z",
            f"{number},product:rye,,1767600000",
            f"{number},product:tea,-1,2026-01-05",
            f"{number},product:tea,nan,2026-01-05",
            f"{number},product:tea,many,2026-01-05",
            f"{number},oat milk,1,2026-01-05",
            f"{number},product:tea,1,someday",
            f"{number},product:tea,1,2999-01-01",
            f"{number},,1,2026-01-05",
            "0000-0000-0000,product:tea,1,2026-01-05",
            f"{number},product:tea,1",
            f"{bob.external_ref},product:tea,1,2026-01-05",
        )

        first = await bring_in(file, programme)
        again = await bring_in(file, programme)

        async with db.reading() as tx:
            assert sorted(await done(ada, tx=tx)) == [("product:rye", 1.0), ("product:tea", 2.0)]
        assert (first.rows, first.new, first.apart, first.refused) == (12, 2, 1, 9)
        assert (again.new, again.known) == (0, 2)
        assert [(fault.row, fault.code) for fault in first.faults] == [
            (3, "BAD_WEIGHT"),
            (4, "BAD_WEIGHT"),
            (5, "BAD_WEIGHT"),
            (6, "BAD_ITEM"),
            (7, "BAD_TIME"),
            (8, "BAD_TIME"),
            (9, "MISSING"),
            (10, "NO_SUCH_MEMBER"),
            (11, "WRONG_NUMBER_OF_FIELDS"),
        ]


async def test_given_an_import_that_died_when_it_is_run_again_then_the_rest_comes_too(
    postgres: Postgres, tmp_path: Path
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            programme = await given.a_programme(tx=tx)
            ada = await an_open_member(programme, tx=tx)
        rows = [f"{ada.external_ref},product:{n % 7},1,{1767600000 + n}" for n in range(CHUNK + 9)]
        file = a_file(tmp_path, *rows)

        def die(report: Imported) -> None:
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            await interactions.bring_in(file, programme=programme, at=NOON, told=die)
        report = await bring_in(file, programme)

        assert (report.known, report.new) == (CHUNK, 9)


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("member,weight", ["1,1"]),
        ("member,item,price", ["1,product:x,1"]),
        ("member,item", []),
        ("", []),
    ],
)
async def test_a_file_with_other_columns_or_without_rows_is_refused(
    database: None, tmp_path: Path, header: str, rows: list[str]
) -> None:
    programme = Programme(1, "x", "X", "p", "UTC", "en", 1, 1, 1, 1)

    with pytest.raises(BadFile):
        await bring_in(a_file(tmp_path, *rows, header=header), programme)
