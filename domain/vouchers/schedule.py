"""What vouchers do when the clock says so."""

from datetime import timedelta

from domain.vouchers.warning import warn_due
from infra.jobs import Job

JOBS = (Job("vouchers.warn", timedelta(minutes=1), warn_due),)
