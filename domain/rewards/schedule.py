"""What rewards do when the clock says so."""

from datetime import timedelta

from domain.rewards.deciding import end_due
from infra.jobs import Job

JOBS = (Job("rewards.end", timedelta(minutes=1), end_due),)
