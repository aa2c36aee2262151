"""What duplicates refuse."""

from domain.members import State
from infra.errors import Refused


class SelfMerge(Refused):
    """Nobody is their own duplicate."""

    code = "SELF_MERGE"


class AlreadyMerged(Refused):
    """One of the two is part of another member already."""

    code = "ALREADY_MERGED"


class NotMergeable(Refused):
    """The member is in a state that cannot be merged: the survivor must be active, the duplicate
    active or have left."""

    code = "NOT_MERGEABLE"

    def __init__(self, state: State) -> None:
        super().__init__(f"a member who is {state} cannot be merged so")
        self.state = state


class OpenTransfers(Refused):
    """A transfer from or to the duplicate waits for an answer; it is answered first."""

    code = "OPEN_TRANSFERS"
    retryable = True


class OpenHolds(Refused):
    """Points of the duplicate are set aside; what they wait for is finished first."""

    code = "OPEN_HOLDS"
    retryable = True

    def __init__(self, held: int) -> None:
        super().__init__(f"{held} points are set aside")
        self.held = held


class InDebt(Refused):
    """The duplicate owes points, and a debt cannot be moved."""

    code = "IN_DEBT"

    def __init__(self, debt: int) -> None:
        super().__init__(f"the member owes {debt} points")
        self.debt = debt


class NoSuchMerge(Refused):
    """No merge of this programme has that id."""

    code = "NO_SUCH_MERGE"


class MergedFurther(Refused):
    """The survivor has become part of another member since; that merge is undone first."""

    code = "MERGED_FURTHER"


class PointsSpent(Refused):
    """The survivor no longer has all the points that would have to go back."""

    code = "POINTS_SPENT"
    retryable = True

    def __init__(self, missing: int) -> None:
        super().__init__(f"{missing} of the points are spent or set aside")
        self.missing = missing


class NoSuchSuggestion(Refused):
    """No open suggestion names these two."""

    code = "NO_SUCH_SUGGESTION"
