"""What points refuse."""

from infra.errors import Refused


class BadRule(Refused):
    """A field of an earning rule is out of bounds; `path` names it."""

    code = "BAD_RULE"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.path = field, (field,)


class RuleInPast(Refused):
    """A new version may only hold from now on, and not before an earlier version does."""

    code = "RULE_IN_PAST"
    path = ("active_from",)


class BadMultiplier(Refused):
    """A field of a multiplier is out of bounds; `path` names it."""

    code = "BAD_MULTIPLIER"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.path = field, (field,)


class MultiplierInPast(Refused):
    """A multiplier begins and ends from now on: what it has given stays as it is."""

    code = "MULTIPLIER_IN_PAST"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.path = field, (field,)


class TooManyMultipliers(Refused):
    """The programme has as many that have not ended as it may have."""

    code = "TOO_MANY_MULTIPLIERS"

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"at most {limit} multipliers may be open at once")
        self.limit = limit


class NoSuchMultiplier(Refused):
    """The programme has no multiplier of that number."""

    code = "NO_SUCH_MULTIPLIER"
    path = ("number",)


class MultiplierEnded(Refused):
    """It has ended already, and what ended does not come back: set another."""

    code = "MULTIPLIER_ENDED"
    path = ("number",)


class BadMaturity(Refused):
    """Points mature after 0 to 2,160 hours."""

    code = "BAD_MATURITY"
    path = ("hours",)


class BadAdjustment(Refused):
    """Nothing, or more than one hand may move at once."""

    code = "BAD_ADJUSTMENT"
    path = ("points",)

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"an adjustment is 1 to {limit} points, more or less")
        self.limit = limit


class NoSuchClaim(Refused):
    """The programme has no claim of that id."""

    code = "NO_SUCH_CLAIM"
    path = ("claim",)


class ClaimClosed(Refused):
    """The claim was settled or written off before."""

    code = "CLAIM_CLOSED"
    path = ("claim",)
