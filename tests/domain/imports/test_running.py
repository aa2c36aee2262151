"""Running: a file is imported once, however often it is begun, interrupted, or begun twice."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pyarrow import parquet, table

from domain import imports
from domain.imports import ImportBusy, ImportTooOld, Kind, Mode, Report, State
from domain.programmes import Programme
from infra import db, tables
from tests.support import given
from tests.support.given import NOON

File = Callable[..., Path]
CHUNK = 50
ROWS = CHUNK * 2 + 7
SUM = "SELECT coalesce(sum(balance), 0)::bigint FROM ledger.account WHERE book = $1"
COUNT = "SELECT count(*) FROM member WHERE programme = $1"
POSTINGS = "SELECT count(*) FROM ledger.journal WHERE book = $1"
RUNS = "SELECT count(*) FROM import_run WHERE programme = $1"


class Killed(Exception):
    """The process is gone at this moment."""


def killing(after: int) -> Callable[[Report], None]:
    """Ends the run once that many rows are done."""

    def told(report: Report) -> None:
        if report.rows >= after:
            raise Killed

    return told


async def asked(sql: str, number: int) -> int:
    async with db.reading() as tx:
        return int(await tx.value(sql, number))


@pytest.fixture
async def crowd(club: Programme, file: File) -> Path:
    """As many members as three steps of an import; and a file that gives each of them 3 points."""
    lines = "".join(f"N-{n},Runner {n}\n" for n in range(ROWS))
    people = file(f"external_ref,name\n{lines}", "people.csv")
    await imports.run(people, kind=Kind.MEMBERS, programme=club, at=NOON)
    return file("external_ref,points\n" + "".join(f"N-{n},3\n" for n in range(ROWS)), "points.csv")


async def test_given_a_run_that_is_killed_when_begun_again_then_it_goes_on_and_nothing_is_twice(
    club: Programme, crowd: Path
) -> None:
    balances = {"kind": Kind.BALANCES, "programme": club, "chunk": CHUNK}
    with pytest.raises(Killed):
        await imports.run(crowd, **balances, at=NOON, told=killing(CHUNK))
    half = await asked(SUM, club.book)

    later = NOON + timedelta(hours=3)
    done = await imports.run(crowd, **balances, at=later)
    again = await imports.run(crowd, **balances, at=later)

    assert half == 3 * CHUNK
    assert (done.state, done.rows, done.done, done.refused) == (State.DONE, ROWS, ROWS, 0)
    assert again == done
    assert await asked(SUM, club.book) == 3 * ROWS
    assert await asked(POSTINGS, club.book) == ROWS


async def test_given_all_or_nothing_when_the_run_is_killed_then_nothing_is_left_and_it_begins_anew(
    club: Programme, crowd: Path
) -> None:
    balances = {
        "kind": Kind.BALANCES,
        "programme": club,
        "at": NOON,
        "mode": Mode.WHOLE,
    }
    with pytest.raises(Killed):
        await imports.run(crowd, **balances, told=killing(CHUNK * 2), chunk=CHUNK)
    left = await asked(SUM, club.book), await asked(POSTINGS, club.book)

    done = await imports.run(crowd, **balances, chunk=CHUNK)

    assert left == (0, 0)
    assert (done.state, done.done) == (State.DONE, ROWS)
    assert await asked(SUM, club.book) == 3 * ROWS


async def test_given_one_file_when_it_is_imported_many_times_at_once_then_each_row_is_done_once(
    club: Programme, crowd: Path
) -> None:
    runs = [
        imports.run(crowd, kind=Kind.BALANCES, programme=club, at=NOON, chunk=CHUNK)
        for _ in range(6)
    ]
    came = await asyncio.gather(*runs, return_exceptions=True)

    assert all(isinstance(one, Report | ImportBusy) for one in came), came
    finished = await imports.run(crowd, kind=Kind.BALANCES, programme=club, at=NOON)
    assert (finished.state, finished.done) == (State.DONE, ROWS)
    assert await asked(SUM, club.book) == 3 * ROWS
    assert await asked(RUNS, club.id) == 2


async def test_given_two_files_when_a_transaction_is_in_both_then_it_is_known_the_second_time(
    club: Programme, file: File
) -> None:
    people = file("external_ref,name\nA-1,Ada\n", "people.csv")
    await imports.run(people, kind=Kind.MEMBERS, programme=club, at=NOON)
    head = "id,external_ref,points,at,text\n"
    first = file(f"{head}T-1,A-1,50,2020-05-01,Welcome\nT-2,A-1,-20,,\n", "first.csv")
    second = file(f"{head}T-2,A-1,-20,,\nT-3,A-1,-31,,\nT-4,A-1,-1,,\nT-4,A-1,-1,,\n", "second.csv")
    asking = {"kind": Kind.TRANSACTIONS, "programme": club, "at": NOON}

    one, two = await imports.run(first, **asking), await imports.run(second, **asking)

    assert (one.done, one.known, one.refused) == (2, 0, 0)
    assert (two.done, two.known) == (1, 1)
    assert [(fault.row, fault.code) for fault in two.faults] == [
        (2, "INSUFFICIENT_POINTS"),
        (4, "DUPLICATE"),
    ]
    assert await asked(SUM, club.book) == 29


async def test_given_a_refused_transaction_when_it_comes_again_in_another_file_then_it_is_done(
    club: Programme, file: File
) -> None:
    people = file("external_ref,name\nA-1,Ada\n", "people.csv")
    await imports.run(people, kind=Kind.MEMBERS, programme=club, at=NOON)
    asking = {"kind": Kind.TRANSACTIONS, "programme": club, "at": NOON}
    head = "id,external_ref,points\n"

    refused = await imports.run(file(f"{head}T-1,A-1,-5\n", "one.csv"), **asking)
    mended = await imports.run(file(f"{head}T-0,A-1,9\nT-1,A-1,-5\n", "two.csv"), **asking)

    assert (refused.refused, mended.done) == (1, 2)
    assert await asked(SUM, club.book) == 4


async def test_given_an_import_of_long_ago_when_it_is_to_go_on_then_it_is_refused(
    club: Programme, crowd: Path
) -> None:
    balances = {"kind": Kind.BALANCES, "programme": club, "chunk": CHUNK}
    with pytest.raises(Killed):
        await imports.run(crowd, **balances, at=NOON, told=killing(1))

    with pytest.raises(ImportTooOld):
        await imports.run(crowd, **balances, at=NOON + timedelta(days=26))


@pytest.mark.parametrize("ending", ["csv", "parquet"])
async def test_given_a_programme_when_it_is_exported_and_imported_elsewhere_then_it_is_the_same(
    club: Programme, file: File, tmp_path: Path, ending: str
) -> None:
    people = file(
        "external_ref,name,handle,email,phone,zone,joined_at\n"
        f"A-1,Zoë,zoe.{club.id},zoe@example.com,+436601234567,Europe/Vienna,2020-01-02\n"
        f"B-1,Bob,bob.{club.id},,,Asia/Tokyo,\n"
    )
    await imports.run(people, kind=Kind.MEMBERS, programme=club, at=NOON)
    month = f"{NOON.year + 1}-03"
    had = file(f"external_ref,points,expires\nA-1,70,{month}\nA-1,30,never\nB-1,5,never\n", "b.csv")
    await imports.run(had, kind=Kind.BALANCES, programme=club, at=NOON)
    async with db.transaction() as tx:
        other = await given.a_programme(slug=f"{club.slug}-2", tx=tx)

    for kind in (Kind.MEMBERS, Kind.BALANCES):
        path = tmp_path / f"{kind}.{ending}"
        await imports.export(path, kind=kind, programme=club)
        came = await imports.run(path, kind=kind, programme=other, at=NOON)
        assert came.refused == 0, came.faults
        again = tmp_path / f"again.{ending}"
        await imports.export(again, kind=kind, programme=other)
        ours, theirs = ([line.values for line in tables.read(one)] for one in (path, again))
        assert sorted(theirs, key=str) == sorted(ours, key=str)

    assert await asked(SUM, other.book) == 105


async def test_given_a_name_that_is_a_formula_when_exported_then_no_spreadsheet_runs_it(
    club: Programme, file: File, tmp_path: Path
) -> None:
    people = file(f"external_ref,name,phone,handle\nA-1,=1+1,+436601234567,a.{club.id}\n")
    await imports.run(people, kind=Kind.MEMBERS, programme=club, at=NOON)
    out = tmp_path / "out.csv"

    await imports.export(out, kind=Kind.MEMBERS, programme=club)

    assert ",'=1+1,,+436601234567," in out.read_text()
    assert [line.values[2] for line in tables.read(out)] == ["=1+1"]
    assert out.stat().st_mode & 0o077 == 0


async def test_given_a_statement_when_it_is_exported_then_it_adds_up_to_the_balance(
    club: Programme, file: File, tmp_path: Path
) -> None:
    await imports.run(
        file("external_ref,name\nA-1,Ada\n"), kind=Kind.MEMBERS, programme=club, at=NOON
    )
    rows = "id,external_ref,points,text\nT-1,A-1,50,Welcome\nT-2,A-1,-20,Coffee\n"
    path = file(rows, "rows.csv")
    await imports.run(path, kind=Kind.TRANSACTIONS, programme=club, at=NOON)

    out = tmp_path / "out.csv"
    count = await imports.export(out, kind=Kind.TRANSACTIONS, programme=club)

    found = [(line.values[1], line.values[2], line.values[4]) for line in tables.read(out)]
    assert count == 2
    assert found == [("A-1", "50", "Welcome"), ("A-1", "-20", "Coffee")]


async def test_given_a_parquet_file_when_imported_then_numbers_and_times_are_what_they_say(
    club: Programme, tmp_path: Path
) -> None:
    path = tmp_path / "people.parquet"
    people = {"external_ref": ["A-1", "B-1"], "name": ["Ada", None], "joined_at": [NOON, None]}
    parquet.write_table(table(people), path)

    report = await imports.run(path, kind=Kind.MEMBERS, programme=club, at=NOON)

    assert (report.done, [fault.code for fault in report.faults]) == (1, ["MISSING"])
