"""What the tests of imports share: an import commits, so each test has a programme of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.programmes import Programme
from infra import clock, db, ids
from tests.support import given


@pytest.fixture
async def club(database: None) -> Programme:
    """A programme that stays."""
    async with db.transaction() as tx:
        return await given.a_programme(slug=f"imports-{ids.new(clock.now()).hex[-8:]}", tx=tx)


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a CSV file; bytes as they are."""

    def write(content: str | bytes, name: str = "rows.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
