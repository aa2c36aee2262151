"""What the tests of the simulator share: databases of their own, and the running API."""

from tests.api.conftest import door
from tests.infra.conftest import own_url

__all__ = ["door", "own_url"]
