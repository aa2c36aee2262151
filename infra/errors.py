"""Refused: the one family of errors a caller may meet and should handle."""

from typing import ClassVar


class Refused(Exception):
    """The app understood the request and said no.

    code      -- stable upper-case word clients switch on; never renamed once released.
    retryable -- True when the same request may succeed later unchanged.
    path      -- where in the input the fault is, as field names; empty when it is nowhere.
    """

    code: ClassVar[str]
    retryable: ClassVar[bool] = False
    path: tuple[str, ...] = ()
