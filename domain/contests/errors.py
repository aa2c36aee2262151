"""What contests refuse. What the ledger refuses, such as InsufficientPoints, comes from there."""

from infra.errors import Refused


class NoSuchContest(Refused):
    """The asker has no contest with that id; one of others, or declined, does not exist."""

    code = "NO_SUCH_CONTEST"


class BadTarget(Refused):
    """The target is out of the template's bounds."""

    code = "BAD_CONTEST_TARGET"
    path = ("target",)

    def __init__(self, *, least: int, most: int) -> None:
        super().__init__(f"a target is between {least} and {most}")
        self.least, self.most = least, most


class BadPayout(Refused):
    """Those who completed share only where there is a target to reach."""

    code = "BAD_CONTEST_PAYOUT"
    path = ("payout",)


class BadDays(Refused):
    """A contest begins tomorrow or later, and is over within 28 days from today.

    path -- what is wrong: the first day, or how many days it lasts.
    """

    code = "BAD_CONTEST_DAYS"

    def __init__(self, field: str) -> None:
        super().__init__("a contest begins tomorrow or later and is over within 28 days")
        self.path = (field,)


class BadStake(Refused):
    """A stake is a whole number of points, 0 for none."""

    code = "BAD_STAKE"
    path = ("stake",)


class BadPeople(Refused):
    """Too few or too many friends, one of them twice, or oneself among them."""

    code = "BAD_CONTEST_PEOPLE"
    path = ("friends",)

    def __init__(self, *, most: int) -> None:
        super().__init__(f"1 to {most} different friends are invited")
        self.most = most


class NotContestFriends(Refused):
    """Only friends are invited; whoever has been blocked is told the same."""

    code = "NOT_FRIENDS"
    path = ("friends",)


class OverStakeLimit(Refused):
    """More points than the programme lets each stake on one contest."""

    code = "OVER_STAKE_LIMIT"
    path = ("stake",)

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"a stake is {limit} points at most")
        self.limit = limit


class OverStakeDayLimit(Refused):
    """More points than the member may still stake on this local day.

    left -- points that may still be staked today.
    """

    code = "OVER_STAKE_DAY_LIMIT"
    retryable = True
    path = ("stake",)

    def __init__(self, *, limit: int, left: int) -> None:
        super().__init__(f"{limit} points a day may be staked; {left} are left today")
        self.limit, self.left = limit, left


class TooManyContests(Refused):
    """The member is in as many contests that are not over as one may be."""

    code = "TOO_MANY_CONTESTS"
    retryable = True

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"you are in {limit} contests, which is the most")
        self.limit = limit


class ContestClosed(Refused):
    """The contest has begun, is over, or was called off.

    state -- where it is; RUNNING as soon as its first day has begun.
    """

    code = "CONTEST_CLOSED"

    def __init__(self, state: str) -> None:
        super().__init__(f"the contest is {state.lower().replace('_', ' ')}")
        self.state = state


class NotTheCreator(Refused):
    """Only the one who created a contest calls it off."""

    code = "NOT_THE_CREATOR"


class BadContestPolicy(Refused):
    """A limit of the programme is out of bounds; `path` names it."""

    code = "BAD_CONTEST_POLICY"

    def __init__(self, field: str, *, least: int, most: int) -> None:
        super().__init__(f"{field} must be between {least} and {most}")
        self.field, self.least, self.most = field, least, most
        self.path = (field,)
