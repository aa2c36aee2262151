"""What replays refuse."""

from infra.errors import Refused


class BadProposal(Refused):
    """The proposed rules cannot be read; `path` names the field, such as rules, 0, points."""

    code = "BAD_PROPOSAL"

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        super().__init__(f"{'.'.join(map(str, path))}: {message}" if path else message)
        self.path = tuple(map(str, path))


class ReplayTooLong(Refused):
    """More events than a replay that somebody waits for may have; the command line has no limit."""

    code = "REPLAY_TOO_LONG"
    path = ("since",)

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"at most {limit} judgements can be replayed at once")
        self.limit = limit
