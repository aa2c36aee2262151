"""What streaks do when the clock says so."""

from datetime import timedelta

from domain.streaks.recounting import catch_up
from domain.streaks.rolling import roll
from infra.jobs import Job

JOBS = (
    Job("streaks.catch_up", timedelta(seconds=15), catch_up),
    Job("streaks.roll", timedelta(seconds=15), roll),
)
