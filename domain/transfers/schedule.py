"""What transfers do when the clock says so."""

from datetime import timedelta

from domain.transfers.answering import return_expired
from domain.transfers.asking import expire_requests
from domain.transfers.resuming import offer_ready
from infra.jobs import Job

JOBS = (
    Job("transfers.return", timedelta(minutes=1), return_expired),
    Job("transfers.offer", timedelta(minutes=1), offer_ready),
    Job("transfers.expire_requests", timedelta(minutes=5), expire_requests),
)
