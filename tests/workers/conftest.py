"""What the tests of the workers share."""

from tests.infra.conftest import own_url

__all__ = ["own_url"]
