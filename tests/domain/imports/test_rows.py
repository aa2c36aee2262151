"""Rows: what is wrong with one of a file is told with its number, and stops no other one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from domain import imports
from domain.imports import BadColumns, Kind, Mode
from domain.programmes import Programme
from infra import db
from infra.tables import BadFile
from tests.support.given import NOON

File = Callable[..., Path]
GOOD = "A-1,Ada\n"
MEMBERS = "SELECT external_ref FROM member WHERE programme = $1 ORDER BY external_ref"


async def refs(club: Programme) -> list[str]:
    async with db.reading() as tx:
        return [row["external_ref"] for row in await tx.rows(MEMBERS, club.id)]


# The rows of a file of members, and what each is refused for: (row, column, code).
BAD: dict[str, tuple[str | bytes, list[tuple[int, str, str]]]] = {
    "a byte order mark is none": (b"\xef\xbb\xbfexternal_ref,name\nA-1,Ada\n", []),
    "other line ends are none": ("external_ref,name\r\nA-1,Ada\r\n", []),
    "no line end at the end is none": ("external_ref,name\nA-1,Ada", []),
    "blank lines are nothing": ("external_ref,name\n\nA-1,Ada\n\n", []),
    "a quoted comma and line are one value": ('external_ref,name\nA-1,"Ada, L"\n', []),
    "too few fields": (f"external_ref,name\nB-1\n{GOOD}", [(1, "", "WRONG_NUMBER_OF_FIELDS")]),
    "too many fields": (f"external_ref,name\nB,1,2\n{GOOD}", [(1, "", "WRONG_NUMBER_OF_FIELDS")]),
    "a stray quote": (f'external_ref,name\nB-1,"A"da\n{GOOD}', [(1, "", "BAD_QUOTES")]),
    "another encoding": (
        "external_ref,name\nB-1,Zoë\n".encode("latin-1") + GOOD.encode(),
        [(1, "", "BAD_ENCODING")],
    ),
    "a huge field": (
        f"external_ref,name\nB-1,{'x' * 20_000}\n{GOOD}",
        [(1, "", "FIELD_TOO_LONG")],
    ),
    "a NUL": (f"external_ref,name\nB-1,A\0da\n{GOOD}", [(1, "name", "BAD_NAME")]),
    "an empty name": (f"external_ref,name\nB-1,\n{GOOD}", [(1, "name", "MISSING")]),
    "an empty number": (f"external_ref,name\n,Bob\n{GOOD}", [(1, "external_ref", "MISSING")]),
    "a number with blanks": (
        f"external_ref,name\nB 1,Bob\n{GOOD}",
        [(1, "external_ref", "BAD_REF")],
    ),
    "a number twice": (
        f"external_ref,name\n{GOOD}{GOOD}",
        [(2, "external_ref", "REF_TAKEN")],
    ),
    "a handle that is none": (
        "external_ref,name,handle\nB-1,Bob,B!\nA-1,Ada,ada\n",
        [(1, "handle", "BAD_HANDLE")],
    ),
    "a handle twice": (
        "external_ref,name,handle\nA-1,Ada,ada\nB-1,Bob,ada\n",
        [(2, "handle", "HANDLE_TAKEN")],
    ),
    "an address that is none": (
        "external_ref,name,email\nB-1,Bob,bob\nA-1,Ada,ada@example.com\n",
        [(1, "email", "BAD_CONTACT")],
    ),
    "a number of no telephone": (
        "external_ref,name,phone\nB-1,Bob,12\nA-1,Ada,+436601234567\n",
        [(1, "phone", "BAD_CONTACT")],
    ),
    "a place that is none": (
        "external_ref,name,zone\nB-1,Bob,Mars/Base\nA-1,Ada,\n",
        [(1, "zone", "BAD_ZONE")],
    ),
    "a language that is none": (
        "external_ref,name,locale\nB-1,Bob,??\nA-1,Ada,de-AT\n",
        [(1, "locale", "BAD_LOCALE")],
    ),
    "a time that is none": (
        "external_ref,name,joined_at\nB-1,Bob,noon\nA-1,Ada,2020-01-01\n",
        [(1, "joined_at", "BAD_TIME")],
    ),
    "a time that has not come": (
        "external_ref,name,joined_at\nB-1,Bob,2999-01-01\nA-1,Ada,\n",
        [(1, "joined_at", "BAD_TIME")],
    ),
    "half an identity": (
        "external_ref,name,issuer,subject\nB-1,Bob,https://i.example,\nA-1,Ada,,\n",
        [(1, "subject", "BAD_IDENTITY")],
    ),
    "an identity twice": (
        "external_ref,name,issuer,subject\nA-1,Ada,https://i,a\nB-1,Bob,https://i,a\n",
        [(2, "subject", "ALREADY_MEMBER")],
    ),
}


@pytest.mark.parametrize("said", BAD)
async def test_given_a_file_of_members_when_a_row_is_bad_then_it_is_told_and_the_others_are_done(
    club: Programme, file: File, said: str
) -> None:
    content, faults = BAD[said]

    report = await imports.run(file(content), kind=Kind.MEMBERS, programme=club, at=NOON)

    assert [(one.row, one.column, one.code) for one in report.faults] == faults
    assert (report.done, report.refused) == (1, len(faults))
    assert await refs(club) == ["A-1"]


REFUSED: dict[str, tuple[str | bytes, type[Exception]]] = {
    "nothing in it": ("", BadFile),
    "no header": ("\n\n", BadFile),
    "a column without a name": ("external_ref,name,\n", BadFile),
    "a column twice": ("external_ref,name,name\n", BadFile),
    "a header with a NUL": ("external_ref,na\0me\n", BadFile),
    "a header with open quotes": ('external_ref,"name\n', BadFile),
    "columns that are missing": ("external_ref\nA-1\n", BadColumns),
    "columns that nobody knows": ("external_ref,name,iq\nA-1,Ada,150\n", BadColumns),
    "another delimiter": ("external_ref;name\nA-1;Ada\n", BadColumns),
    "another kind of file": (b"PK\x03\x04\x00\x00", BadFile),
}


@pytest.mark.parametrize("said", REFUSED)
async def test_given_a_file_that_is_no_such_table_when_imported_then_it_is_refused_as_a_whole(
    club: Programme, file: File, said: str
) -> None:
    content, refusal = REFUSED[said]

    with pytest.raises(refusal):
        await imports.run(file(content), kind=Kind.MEMBERS, programme=club, at=NOON)

    assert await refs(club) == []


async def test_given_a_broken_parquet_file_when_imported_then_it_is_refused(
    club: Programme, file: File
) -> None:
    path = file(b"PAR1 and nothing else PAR1", "rows.parquet")

    with pytest.raises(BadFile):
        await imports.run(path, kind=Kind.MEMBERS, programme=club, at=NOON)


MOST = 2**53 - 1
# Rows of points of A-1, who has 100; what is refused.
POINTS: dict[str, tuple[Kind, str, list[tuple[int, str, str]]]] = {
    "nobody": (Kind.BALANCES, "Z-9,10,", [(1, "external_ref", "NO_SUCH_MEMBER")]),
    "no points": (Kind.BALANCES, "A-1,0,", [(1, "points", "BAD_POINTS")]),
    "negative points": (Kind.BALANCES, "A-1,-5,", [(1, "points", "BAD_POINTS")]),
    "half a point": (Kind.BALANCES, "A-1,1.5,", [(1, "points", "BAD_POINTS")]),
    "points in words": (Kind.BALANCES, "A-1,ten,", [(1, "points", "BAD_POINTS")]),
    "points of another script": (Kind.BALANCES, "A-1,١٢,", [(1, "points", "BAD_POINTS")]),
    "points with an underscore": (Kind.BALANCES, "A-1,1_0,", [(1, "points", "BAD_POINTS")]),
    "too many points": (Kind.BALANCES, f"A-1,{MOST + 1},", [(1, "points", "BAD_POINTS")]),
    "far too many": (Kind.BALANCES, f"A-1,{'9' * 5000},", [(1, "points", "BAD_POINTS")]),
    "too many together": (Kind.BALANCES, f"A-1,{MOST},", [(1, "points", "BAD_POINTS")]),
    "a month that has passed": (Kind.BALANCES, "A-1,1,2020-01", [(1, "expires", "BAD_EXPIRY")]),
    "a month too far away": (Kind.BALANCES, "A-1,1,2099-01", [(1, "expires", "BAD_EXPIRY")]),
    "a thirteenth month": (Kind.BALANCES, "A-1,1,2027-13", [(1, "expires", "BAD_EXPIRY")]),
    "never is a month": (Kind.BALANCES, "A-1,1,never", []),
    "more than there is": (Kind.TRANSACTIONS, "A-1,-101,", [(1, "points", "INSUFFICIENT_POINTS")]),
    "as much as there is": (Kind.TRANSACTIONS, "A-1,-100,", []),
    "an expiry of what is spent": (
        Kind.TRANSACTIONS,
        "A-1,-1,never",
        [(1, "expires", "BAD_EXPIRY")],
    ),
}


@pytest.mark.parametrize("said", POINTS)
async def test_given_a_file_of_points_when_a_row_is_bad_then_it_is_told_and_moves_nothing(
    club: Programme, file: File, said: str
) -> None:
    kind, row, faults = POINTS[said]
    await imports.run(
        file("external_ref,name\nA-1,Ada\n"), kind=Kind.MEMBERS, programme=club, at=NOON
    )
    first = file("external_ref,points\nA-1,100\n", "first.csv")
    await imports.run(first, kind=Kind.BALANCES, programme=club, at=NOON)
    id = ("id,", "T-1,") if kind is Kind.TRANSACTIONS else ("", "")
    content = f"{id[0]}external_ref,points,expires\n{id[1]}{row}\n"

    report = await imports.run(file(content, "points.csv"), kind=kind, programme=club, at=NOON)

    assert [(one.row, one.column, one.code) for one in report.faults] == faults
    assert report.done == (0 if faults else 1)


async def test_given_a_bad_row_when_all_or_nothing_is_asked_then_it_is_nothing_and_may_be_mended(
    club: Programme, file: File
) -> None:
    bad, good = "external_ref,name\nA-1,Ada\nB-1,\n", "external_ref,name\nA-1,Ada\nB-1,Bob\n"

    refused = await imports.run(
        file(bad), kind=Kind.MEMBERS, programme=club, at=NOON, mode=Mode.WHOLE
    )
    left = await refs(club)
    done = await imports.run(
        file(good), kind=Kind.MEMBERS, programme=club, at=NOON, mode=Mode.WHOLE
    )

    assert (refused.state, [one.row for one in refused.faults]) == (imports.State.REFUSED, [2])
    assert left == []
    assert (done.state, done.done) == (imports.State.DONE, 2)
    assert await refs(club) == ["A-1", "B-1"]


async def test_given_a_dry_run_when_the_file_is_imported_afterwards_then_it_was_not_before(
    club: Programme, file: File
) -> None:
    path = file("external_ref,name\nA-1,Ada\nB-1,\n")

    dry = await imports.run(path, kind=Kind.MEMBERS, programme=club, at=NOON, mode=Mode.DRY)
    left = await refs(club)
    wet = await imports.run(path, kind=Kind.MEMBERS, programme=club, at=NOON)

    assert (dry.done, dry.refused, left) == (1, 1, [])
    assert (wet.done, wet.refused, await refs(club)) == (1, 1, ["A-1"])
