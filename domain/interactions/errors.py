"""Why an interaction is not kept."""

from infra.errors import Refused


class BadItem(Refused):
    """What something was done with is not called `kind:name`, in 80 characters at most."""

    code = "BAD_ITEM"

    def __init__(self, key: str) -> None:
        super().__init__(f"{key[:100]!r} is no key of an item, such as product:oat-milk")
        self.key = key


class BadWeight(Refused):
    """A weight is from 0.001 to 1000."""

    code = "BAD_WEIGHT"

    def __init__(self, weight: float) -> None:
        super().__init__(f"{weight!r} is no weight from 0.001 to 1000")
        self.weight = weight
