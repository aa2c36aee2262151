"""What offers does when the clock says so."""

from datetime import timedelta

from domain.offers.accepting import lapse_due
from domain.offers.deciding import end_due
from domain.offers.showing import forget_due
from infra.jobs import Job

JOBS = (
    Job("offers.end", timedelta(minutes=1), end_due),
    Job("offers.lapse", timedelta(minutes=5), lapse_due),
    Job("offers.forget", timedelta(hours=1), forget_due),
)
