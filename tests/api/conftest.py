"""One running API for the tests of a file; each test brings its own people."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support import client
from tests.support.client import Door
from tests.support.servers import Postgres


@pytest.fixture(scope="module")
async def door(
    postgres: Postgres, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Door]:
    folder: Path = tmp_path_factory.mktemp("door")
    url = await postgres.copy()
    async with client.door(database_url=url, valkey_url=valkey_url, folder=folder) as door:
        yield door
