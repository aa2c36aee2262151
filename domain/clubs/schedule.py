"""What clubs do when the clock says so."""

from datetime import timedelta

from domain.clubs.squaring import expire
from infra.jobs import Job

JOBS = (Job("clubs.expire", timedelta(hours=1), expire),)
