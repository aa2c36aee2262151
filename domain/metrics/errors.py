"""What metrics refuses."""

from infra.errors import Refused


class BadFilter(Refused):
    """A filter that nothing can fit, or that says more than a filter may."""

    code = "BAD_FILTER"

    def __init__(self, path: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.path = path
