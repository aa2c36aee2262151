"""Surveys: members answer questions on somebody's page, once each.

What counts is the page's own word that the answers are there: by a partner's call or by a signed
return token. The page never learns who answers. It does not know what an answer earns.
"""

from domain.surveys.answering import confirm, finish, start, token_of
from domain.surveys.errors import (
    BadReturnToken,
    BadSurvey,
    NoSuchAnswer,
    NoSuchSurvey,
    SurveyClosed,
)
from domain.surveys.records import Answer, Registered, Survey
from domain.surveys.registering import by_id, close, register, surveys

__all__ = [
    "Answer",
    "BadReturnToken",
    "BadSurvey",
    "NoSuchAnswer",
    "NoSuchSurvey",
    "Registered",
    "Survey",
    "SurveyClosed",
    "by_id",
    "close",
    "confirm",
    "finish",
    "register",
    "start",
    "surveys",
    "token_of",
]
