"""What friends do when the clock says so."""

from datetime import timedelta

from domain.friends.quotas import purge
from infra.jobs import Job

JOBS = (Job("friends.purge_quotas", timedelta(hours=6), purge),)
