"""A stand-in without a network for most tests, one on its ports for those about the wire."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fcm_standin import Served, StandIn
from tests.fcm_standin.senders import Sender
from tests.support import fcm


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose keys are made once: that takes a while."""
    return tmp_path_factory.mktemp("fcm")


@pytest.fixture
def standin(keys: Path) -> StandIn:
    return StandIn(keys)


@pytest.fixture
def sender(standin: StandIn) -> Sender:
    return Sender(standin)


@pytest.fixture
async def served(keys: Path) -> AsyncIterator[Served]:
    async with fcm.standin(keys) as served:
        yield served
