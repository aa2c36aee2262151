"""Evaluating: the recommender on any data set, from files, with no database anywhere."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv, parquet
from rich.progress import Progress, TaskID

from cli import telling
from cli.telling import REFUSED, USAGE, Stop
from recommender.arrays import DAY_S, Log
from recommender.errors import Unusable
from recommender.evaluating import evaluated

# What each column may be called, in the data sets that people have; RecBole adds ":token".
NAMES: Mapping[str, Sequence[str]] = {
    "member": ("member", "user", "user_id", "member_id", "household_id", "customer_id"),
    "item": ("item", "item_id", "product_id", "movie_id"),
    "weight": ("weight", "rating", "count", "quantity"),
    "time": ("time", "timestamp", "at"),
}
TABS = (".tsv", ".inter", ".tab")
SHOWN = ("ndcg", "recall", "coverage", "novelty")
KS_MAX, K_MAX = 5, 1000


def evaluate(
    interactions: Path,
    test: Path,
    *,
    keep_seen: bool,
    ks: str,
    weighted: bool,
    allow_unseen: bool,
) -> None:
    """Print what each retriever and the pipeline reach on a test file: a table, then JSON.

    Raises Stop: a file cannot be read, or its numbers are none to compute with.
    """
    try:
        sizes = _sizes(ks)
        log, later = logs(read(interactions), read(test), weighted=weighted)
        with Progress(console=telling.people, transient=True) as bar:
            tasks: dict[str, TaskID] = {}

            def progress(what: str, share: float) -> None:
                if what not in tasks:
                    tasks[what] = bar.add_task(what, total=1.0)
                bar.update(tasks[what], completed=share)

            found = evaluated(
                log,
                later,
                keep_seen=keep_seen,
                ks=sizes,
                allow_unseen=allow_unseen,
                progress=progress,
            )
    except Unusable as refused:
        raise Stop(f"{refused.code}: {refused}", code=REFUSED) from refused
    _show(found, sizes)
    telling.as_json(found)


def read(file: Path) -> Mapping[str, pa.ChunkedArray]:
    """The columns member, item, and weight and time where there are any. Raises Stop."""
    try:
        if file.suffix == ".npz":
            with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
                table = pa.table({name: arrays[name] for name in arrays.files})
        elif file.suffix == ".parquet":
            table = parquet.read_table(file)
        else:
            separator = "\t" if file.suffix in TABS else ","
            table = csv.read_csv(file, parse_options=csv.ParseOptions(delimiter=separator))
    except (OSError, ValueError, EOFError, BadZipFile, pa.ArrowException) as error:
        raise Stop(f"{file} cannot be read: {error}", code=USAGE) from error
    called = {name.partition(":")[0].strip().lower(): name for name in table.column_names}
    found = {
        ours: table[called[theirs]]
        for ours, names in NAMES.items()
        for theirs in reversed(names)
        if theirs in called
    }
    for needed in ("member", "item"):
        if needed not in found:
            names = ", ".join(NAMES[needed])
            raise Stop(f"{file} has no column of the {needed}: {names}", code=USAGE)
        if found[needed].null_count:
            raise Stop(f"{file}: a {needed} is missing in some row", code=USAGE)
    return found


def logs(
    first: Mapping[str, pa.ChunkedArray],
    second: Mapping[str, pa.ChunkedArray],
    *,
    weighted: bool,
) -> tuple[Log, Log]:
    """Both files with the same numbers for the same members and items.

    weighted -- False: every interaction weighs 1. Raises Unusable, Stop.
    """
    member, members = _numbered(first["member"], second["member"])
    item, items = _numbered(first["item"], second["item"])
    timed = "time" in first and "time" in second
    made = [
        Log.of(
            numbers,
            columns,
            _floats(table["weight"]) if weighted and "weight" in table else None,
            _days(table["time"]) if timed else None,
            members=members,
            items=items,
        )
        for table, numbers, columns in zip((first, second), member, item, strict=True)
    ]
    return made[0], made[1]


def _sizes(ks: str) -> Sequence[int]:
    try:
        sizes = sorted({int(k) for k in ks.split(",")})
    except ValueError as error:
        raise Stop(f"--k must be numbers such as 10,20, not {ks}", code=USAGE) from error
    if not 0 < len(sizes) <= KS_MAX or sizes[0] < 1 or sizes[-1] > K_MAX:
        raise Stop(f"--k takes up to {KS_MAX} numbers from 1 to {K_MAX}", code=USAGE)
    return sizes


def _numbered(
    first: pa.ChunkedArray, second: pa.ChunkedArray
) -> tuple[Sequence[NDArray[np.int32]], int]:
    """The ids of both files as numbers from nought, and how many there are."""
    if first.type != second.type:
        first, second = (pc.cast(column, pa.string()) for column in (first, second))
    both = pa.chunked_array([*first.chunks, *second.chunks], type=first.type)
    coded = both.combine_chunks().dictionary_encode()
    numbers = coded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    return (numbers[: len(first)], numbers[len(first) :]), len(coded.dictionary)


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """As numbers, NaN for what is missing. Raises Stop."""
    try:
        numbers = pc.cast(column, pa.float64())
    except pa.ArrowException as error:
        raise Stop(f"not a number: {error}", code=USAGE) from error
    return np.asarray(pc.fill_null(numbers, float("nan")).to_numpy(), np.float64)


def _days(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Times, or seconds since 1970, as days."""
    if pa.types.is_timestamp(column.type):
        column = pc.cast(pc.cast(column, pa.timestamp("us")), pa.int64())
        return _floats(column) / (DAY_S * 1e6)
    return _floats(column) / DAY_S


def _show(found: Mapping[str, Any], ks: Sequence[int]) -> None:
    names = [f"{what}@{k}" for k in ks for what in SHOWN]
    rows = [
        (contestant, *(f"{reached[name]:.4f}" for name in names))
        for contestant, reached in found["metrics"].items()
    ]
    title = f"{found['judged']} members, ranked over all items"
    telling.table(title, ("", *names), rows)
