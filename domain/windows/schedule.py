"""What windows does when the clock says so."""

from datetime import timedelta

from domain.windows.capping import purge
from infra.jobs import Job

JOBS = (Job("windows.purge", timedelta(hours=1), purge),)
