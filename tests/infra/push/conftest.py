"""One stand-in of Firebase for a file; each test finds it without rules and without limits."""

from collections.abc import AsyncIterator

import pytest

from fcm_standin import Served
from fcm_standin.http2 import Shape
from tests.support import fcm


@pytest.fixture(scope="module")
async def one_standin() -> AsyncIterator[Served]:
    async with fcm.standin(adopting=True) as served:
        yield served


@pytest.fixture
def served(one_standin: Served) -> Served:
    standin, calm = one_standin.standin, Shape()
    standin.rules.replace([])
    standin.meter.limits.device_per_minute = None
    standin.shape.goaway_every_streams = calm.goaway_every_streams
    standin.shape.streams_max = calm.streams_max
    return one_standin
