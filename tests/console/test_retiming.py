"""Recorded activities, moved in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console import retiming
from console.pages import FOLDER
from domain.activities import reading

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FILES = sorted((FOLDER / "activities").glob("*.fit"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_given_a_recorded_file_when_retimed_then_only_its_times_are_others(file: Path) -> None:
    content = file.read_bytes()

    moved = retiming.retimed(content, ends_at=NOON)

    before, after = reading.read(content), reading.read(moved)
    assert len(moved) == len(content)
    assert timedelta() <= NOON - after.ended_at < timedelta(seconds=33)
    span = before.ended_at - before.started_at
    assert replace(after, started_at=before.started_at, ended_at=before.ended_at) == before
    assert after.ended_at - after.started_at == span
    assert retiming.retimed(moved, ends_at=NOON) == moved


def test_given_a_file_when_its_checksum_is_reckoned_then_it_is_the_one_it_carries() -> None:
    content = FILES[0].read_bytes()

    found = retiming.checksum(content[:-2])

    assert found == int.from_bytes(content[-2:], "little")


@pytest.mark.parametrize("cut", [0, 13, 40, 5_000, -1])
def test_given_a_broken_file_when_retimed_then_it_is_refused(cut: int) -> None:
    content = FILES[0].read_bytes()

    with pytest.raises(retiming.NotFit):
        retiming.retimed(content[:cut], ends_at=NOON)


def test_given_a_file_without_points_when_retimed_then_it_is_refused() -> None:
    header = bytes([12, 16, 0, 0]) + (0).to_bytes(4, "little") + b".FIT"

    with pytest.raises(retiming.NotFit):
        retiming.retimed(header + bytes(2), ends_at=NOON)
