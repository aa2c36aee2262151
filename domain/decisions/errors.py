"""What decisions refuses."""

from infra.errors import Refused


class NoSuchDecision(Refused):
    """The member was shown nothing by that decision."""

    code = "NO_SUCH_DECISION"
    path = ("decision",)


class DecisionAnswered(Refused):
    """It was answered otherwise before.

    answer -- what was answered: ACCEPT or REFUSE.
    """

    code = "DECISION_ANSWERED"

    def __init__(self, answer: str) -> None:
        super().__init__(f"you have answered it: {answer.lower()}")
        self.answer = answer


class DecisionOver(Refused):
    """It was shown too long ago to be answered: ask what there is now."""

    code = "DECISION_OVER"


class TooManyDecisions(Refused):
    """More at once than are looked at."""

    code = "TOO_MANY_DECISIONS"
    path = ("decisions",)


class BadDecisionRules(Refused):
    """A programme cannot decide like that."""

    code = "BAD_DECISION_RULES"

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = path
