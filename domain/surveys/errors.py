"""What surveys refuses."""

from infra.errors import Refused


class BadSurvey(Refused):
    """A title is 1 to 120 characters, an address https; it closes within two years."""

    code = "BAD_SURVEY"

    def __init__(self, field: str, demand: str) -> None:
        super().__init__(demand)
        self.path = (field,)


class NoSuchSurvey(Refused):
    """There is no such survey, or it is another partner's."""

    code = "NO_SUCH_SURVEY"


class SurveyClosed(Refused):
    """The survey takes no more answers."""

    code = "SURVEY_CLOSED"


class NoSuchAnswer(Refused):
    """Nobody has started the survey under that ref."""

    code = "NO_SUCH_ANSWER"
    path = ("ref",)


class BadReturnToken(Refused):
    """The token is not the one that the survey's page gives this member."""

    code = "BAD_RETURN_TOKEN"
    path = ("token",)
