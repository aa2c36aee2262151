"""What transfers do when the clock says so."""

from datetime import timedelta

from domain.transfers.answering import return_expired
from infra.jobs import Job

JOBS = (Job("transfers.return", timedelta(minutes=1), return_expired),)
