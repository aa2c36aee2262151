"""What privacy does when the clock says so."""

from datetime import timedelta

from domain.privacy.erasing import sweep
from infra.jobs import Job

JOBS = (Job("privacy.sweep", timedelta(minutes=5), sweep),)
