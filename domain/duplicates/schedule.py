"""What duplicates do when the clock says so."""

from datetime import timedelta

from domain.duplicates.forwarding import forward
from domain.duplicates.suggesting import search
from infra.jobs import Job

JOBS = (
    Job("duplicates.forward", timedelta(minutes=1), forward),
    Job("duplicates.search", timedelta(minutes=1), search),
)
