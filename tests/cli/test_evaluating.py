"""Any data set judged from files: the forms they come in, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from cli import evaluating
from cli.telling import REFUSED, USAGE, Stop

DAY_S = 86_400
HOW = {"keep_seen": True, "ks": "5,10", "weighted": False, "allow_unseen": False}


def columns(*, later: bool) -> dict[str, list[object]]:
    """Thirty members with a favourite each, done every third day; ten days are later."""
    days = range(60, 70) if later else range(60)
    rows = [
        (f"m{member}", f"i{item}", day * DAY_S)
        for member in range(30)
        for item in (member % 12, (member * 7 + 1) % 12)
        for day in days
        if day % 3 == 0
    ]
    member, item, time = (list(one) for one in zip(*rows, strict=True))
    return {"member": member, "item": item, "weight": [1.0] * len(rows), "time": time}


def written(folder: Path, name: str, said: dict[str, list[object]]) -> Path:
    file = folder / name
    if file.suffix == ".npz":
        np.savez(file, **{key: np.array(value) for key, value in said.items()})
    elif file.suffix == ".parquet":
        parquet.write_table(pa.table(said), file)
    else:
        mark = "\t" if file.suffix == ".inter" else ","
        lines = [mark.join(map(str, row)) for row in zip(*said.values(), strict=True)]
        file.write_text("\n".join([mark.join(said), *lines]) + "\n")
    return file


def test_given_files_of_two_kinds_when_evaluated_then_a_table_and_then_json_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = columns(later=False)
    renamed = {"user_id:token": known["member"], "item_id:token": known["item"],
               "timestamp:float": known["time"]}  # fmt: skip
    interactions = written(tmp_path, "known.inter", renamed)
    test = written(tmp_path, "later.parquet", columns(later=True))

    evaluating.evaluate(interactions, test, **HOW)

    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["judged"] == 30
    assert {"ndcg@5", "recall@10", "coverage@5", "novelty@10"} <= set(found["metrics"]["own"])
    assert found["metrics"]["own"]["ndcg@5"] == 1.0
    assert found["metrics"]["pipeline"]["recall@5"] == 1.0


def test_the_same_rows_are_the_same_log_in_every_form(tmp_path: Path) -> None:
    said = columns(later=False)
    logs = [
        evaluating.logs(
            evaluating.read(written(tmp_path, name, said)),
            evaluating.read(written(tmp_path, "later.csv", columns(later=True))),
            weighted=True,
        )[0]
        for name in ("known.csv", "known.parquet", "known.npz", "known.inter")
    ]

    for log in logs[1:]:
        for name in ("member", "item", "weight", "day"):
            assert (getattr(log, name) == getattr(logs[0], name)).all()
    assert (logs[0].members, logs[0].items) == (30, 12)
    assert logs[0].day.max() == 57


@pytest.mark.parametrize(
    ("change", "said", "code"),
    [
        ({"weight": [-1.0]}, "BAD_WEIGHTS", REFUSED),
        ({"weight": [float("nan")]}, "BAD_WEIGHTS", REFUSED),
        ({"time": [float("inf")]}, "BAD_DAYS", REFUSED),
        ({"item": ["never"]}, "NEVER_SEEN", REFUSED),
        ({"member": ["nobody"]}, "NEVER_SEEN", REFUSED),
        ({"weight": ["much"]}, "not a number", USAGE),
        ({"item": None}, "no column of the item", USAGE),
    ],
    ids=["negative", "nan", "time", "item", "member", "text", "no item"],
)
def test_bad_rows_of_the_test_are_refused_by_name(
    tmp_path: Path, change: dict[str, list[object] | None], said: str, code: int
) -> None:
    row: dict[str, list[object] | None] = {
        "member": ["m1"], "item": ["i1"], "weight": [1.0], "time": [1.0],
    }  # fmt: skip
    bad = {name: value for name, value in (row | change).items() if value is not None}
    interactions = written(tmp_path, "known.csv", columns(later=False))
    test = written(tmp_path, "later.parquet", bad)

    with pytest.raises(Stop, match=said) as stop:
        evaluating.evaluate(interactions, test, **{**HOW, "weighted": True})

    assert stop.value.code == code


@pytest.mark.parametrize(
    "content", ["", "member,item\n", "\x00\x01"], ids=["empty", "head", "bytes"]
)
def test_a_file_with_nothing_in_it_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "known.csv"
    file.write_text(content)

    with pytest.raises(Stop):
        evaluating.evaluate(file, file, **HOW)


def test_a_broken_parquet_or_npz_and_a_silly_k_are_refused(tmp_path: Path) -> None:
    good = written(tmp_path, "known.csv", columns(later=False))
    for name in ("cut.parquet", "cut.npz"):
        (tmp_path / name).write_bytes(b"PK\x03\x04 no archive at all")
        with pytest.raises(Stop) as stop:
            evaluating.evaluate(tmp_path / name, good, **HOW)
        assert stop.value.code == USAGE
    for ks in ("0", "ten", "", "1,2,3,4,5,6", "5000"):
        with pytest.raises(Stop):
            evaluating.evaluate(good, good, **{**HOW, "ks": ks})
