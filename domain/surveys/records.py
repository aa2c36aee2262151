"""What surveys hands out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Survey:
    """Questions on somebody's page.

    partner -- who confirms answers; None: the return token alone does.
    """

    id: UUID
    programme: int
    partner: UUID | None
    title: str
    url: str
    closes_at: datetime
    open: bool


@dataclass(frozen=True, slots=True)
class Registered:
    """A new survey, and what its page signs return tokens with, told once."""

    survey: Survey
    secret: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One member's part in a survey.

    ref         -- all that the survey's page learns of the member.
    url         -- where the member answers: the survey's address with the ref.
    answered_at -- None until it is confirmed.
    """

    survey: UUID
    member: UUID
    ref: str
    url: str
    answered_at: datetime | None
    activity: UUID | None
