"""Members and balances by file from the command line, in and out and in again."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from cli import raffling
from domain import programmes, raffles
from infra import db
from tests.cli.laurels import laurel
from tests.cli.test_access import variables
from tests.domain.raffles.making import fair as evidence
from tests.domain.vouchers.making import a_reward
from tests.support import apart

__all__ = ["variables"]

MEMBERS = (
    "external_ref,name,handle,email\n"
    "CARD-1,Ida Stein,ida-stein,ida@example.com\n"
    "CARD-2,,nameless,\n"
    "CARD-3,Max Stein,max-stein,\n"
)
BALANCES = "external_ref,points,expires\nCARD-1,120,never\nCARD-3,40,never\nCARD-9,10,never\n"


def said_by(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


async def test_good_rows_come_in_bad_ones_are_named_and_all_goes_out_again(
    variables: Mapping[str, str], tmp_path: Path
) -> None:
    members, balances, out = (tmp_path / f"{name}.csv" for name in ("members", "balances", "out"))
    members.write_text(MEMBERS)
    balances.write_text(BALANCES)

    joined = await laurel("import", "members", str(members), "--json", **variables)
    opened = await laurel("import", "balances", str(balances), "--json", **variables)
    again = await laurel("import", "balances", str(balances), "--json", **variables)
    taken = await laurel("export", "balances", str(out), **variables)

    assert (joined.code, opened.code, again.code, taken.code) == (1, 1, 1, 0)
    assert (joined.json["rows"], joined.json["refused"]) == (3, 1)
    assert (opened.json["rows"], opened.json["refused"]) == (3, 1)
    kept = {row["external_ref"]: row["points"] for row in said_by(out)}
    assert {ref: kept.get(ref) for ref in ("CARD-1", "CARD-2", "CARD-3", "CARD-9")} == {
        "CARD-1": "120",
        "CARD-2": None,
        "CARD-3": "40",
        "CARD-9": None,
    }


async def test_all_or_nothing_brings_nothing_when_one_row_is_bad_and_a_dry_run_never_does(
    variables: Mapping[str, str], tmp_path: Path
) -> None:
    members = tmp_path / "others.csv"
    members.write_text(MEMBERS.replace("CARD", "PASS").replace("stein", "berg"))
    words = ("import", "members", str(members))

    whole = await laurel(*words, "--all-or-nothing", "--json", **variables)
    dry = await laurel(*words, "--dry-run", "--json", **variables)
    await laurel("export", "members", str(tmp_path / "out.csv"), **variables)

    assert (whole.code, dry.code) == (1, 1)
    refs = {row["external_ref"] for row in said_by(tmp_path / "out.csv")}
    assert not refs & {"PASS-1", "PASS-2", "PASS-3"}
    assert len(refs) >= 25


async def test_a_file_without_its_columns_is_refused(
    variables: Mapping[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("colour,shape\nred,round\n")

    said = await laurel("import", "members", str(file), **variables)

    assert (said.code, said.people.strip().split(":")[0]) == (1, "BAD_COLUMNS")


async def test_codes_come_into_a_pool_with_a_report_and_a_draw_is_checked(
    variables: Mapping[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codes, draw = tmp_path / "codes.csv", tmp_path / "raffle.json"
    codes.write_text("code,expires\nK-1,\nK-2,2099-12-31\nK-1,\nK-3,soon\n")
    sound = evidence()
    async with apart.database(variables["DATABASE_URL"]), db.transaction() as tx:
        reward = await a_reward(await programmes.by_slug("verde", tx=tx), tx=tx)

    words = ("--reward", str(reward), "--json")
    came = await laurel("vouchers", "import", str(codes), *words, **variables)
    unknown = await laurel("vouchers", "state", "--reward", "nothing", **variables)
    state = await laurel("vouchers", "state", *words, **variables)
    draw.write_bytes(raffles.write_evidence(sound))
    raffling.check(draw, as_json=False)
    draw.write_bytes(raffles.write_evidence(replace(sound, value="another")))
    with pytest.raises(raffles.DrawIsWrong):
        raffling.check(draw, as_json=False)

    assert (came.code, came.json["loaded"], came.json["in_file"], came.json["bad"]) == (1, 2, 1, 1)
    assert came.json["faults"] == [
        {"row": 3, "why": "IN_FILE", "first": 1},
        {"row": 4, "why": "BAD_EXPIRY", "first": None},
    ]
    assert (unknown.code, unknown.people.split(":")[0]) == (1, "NO_SUCH_REWARD")
    assert (state.json["left"], state.json["given"], state.json["low"]) == (2, 0, False)
    assert "The draw is sound. Of 9 tickets won: " in capsys.readouterr().out
