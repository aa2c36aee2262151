"""Quest: what somebody of the demo asks of members, before its days are known."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from domain.challenges import Terms

_SOME_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Quest:
    """One challenge of the demo.

    firm   -- the slug of the partner that asks; None: the programme itself.
    terms  -- without their days.
    ago    -- how many days before the demo's last day it begins; negative: after it.
    days   -- how long it lasts.
    budget -- points; what it can pay at most.
    disclosed_ago -- as `ago`, for a secret; None: it is none.
    """

    firm: str | None
    name: str
    description: str
    terms: Terms
    ago: int
    days: int
    budget: int
    disclosed_ago: int | None = None

    def dated(self, until: date, *, since: date) -> Terms:
        """The terms with their days; nothing begins before `since`."""
        first = max(until - timedelta(days=self.ago), since)
        return replace(self.terms, first_day=first, last_day=first + timedelta(days=self.days - 1))


# Terms that wait for their days.
asked = partial(Terms, first_day=_SOME_DAY, last_day=_SOME_DAY)
