"""What leaderboards refuses."""

from infra.errors import Refused


class BadBoard(Refused):
    """A field of a board is out of bounds; `path` names it."""

    code = "BAD_BOARD"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.path = field, (field,)


class TooManyBoards(Refused):
    """The programme has as many boards as it may."""

    code = "TOO_MANY_BOARDS"

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"a programme has {limit} boards at most")
        self.limit = limit


class NoSuchBoard(Refused):
    """No board of this programme has that id."""

    code = "NO_SUCH_BOARD"


class BadPseudonym(Refused):
    """A pseudonym is plain text of 2 to 30 characters."""

    code = "BAD_PSEUDONYM"
    path = ("pseudonym",)


class PseudonymTaken(Refused):
    """Somebody else is called so."""

    code = "PSEUDONYM_TAKEN"
    path = ("pseudonym",)
