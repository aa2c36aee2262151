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
