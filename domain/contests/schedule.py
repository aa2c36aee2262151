"""What contests do when the clock says so."""

from datetime import timedelta

from domain.contests.beginning import begin_due
from domain.contests.settling import settle_due
from infra.jobs import Job

JOBS = (
    Job("contests.begin", timedelta(minutes=1), begin_due),
    Job("contests.settle", timedelta(minutes=1), settle_due),
)
