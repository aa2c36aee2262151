"""One `laurel up` for the journeys of a process, in a copy of the demo's folder."""

from collections.abc import Iterator

import pytest

from tests.journeys.living import Laurel
from tests.support import demos


@pytest.fixture(scope="package")
def laurel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laurel]:
    folder = demos.copied(tmp_path_factory, tmp_path_factory.mktemp("journeys") / "data")
    with demos.up(folder) as started:
        yield Laurel(started)
