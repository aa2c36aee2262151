"""What notices do when the clock says so."""

from datetime import timedelta

from domain.notices.digesting import digest
from infra.jobs import Job

JOBS = (Job("notices.digest", timedelta(minutes=1), digest),)
