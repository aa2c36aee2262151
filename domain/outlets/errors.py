"""What outlets refuses."""

from infra.errors import Refused


class BadOutlet(Refused):
    """An outlet has a name, a position on earth, a zone, and hours that can be kept."""

    code = "BAD_OUTLET"

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = path


class NoSuchOutlet(Refused):
    """There is no such outlet, or not of whoever asks."""

    code = "NO_SUCH_OUTLET"
    path = ("outlet",)


class TooManyOutlets(Refused):
    """The partner has as many open outlets as it may have."""

    code = "TOO_MANY_OUTLETS"


class TooManyGuesses(Refused):
    """So many codes were wrong at this outlet lately that no more are looked at for a while."""

    code = "TOO_MANY_GUESSES"
    retryable = True


class BadPosition(Refused):
    """A position is -90 to 90 and -180 to 180 degrees."""

    code = "BAD_POSITION"
    path = ("position",)
