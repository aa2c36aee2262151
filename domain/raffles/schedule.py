"""What raffles do when the clock says so."""

from datetime import timedelta

from domain.raffles.awarding import draw_due
from domain.raffles.closing import close_due
from infra.jobs import Job

JOBS = (
    Job("raffles.close", timedelta(seconds=15), close_due),
    Job("raffles.draw", timedelta(seconds=15), draw_due),
)
