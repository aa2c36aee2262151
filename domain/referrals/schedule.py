"""What referrals do when the clock says so."""

from datetime import timedelta

from domain.referrals.paying import lapse_due, pay_due
from infra.jobs import Job

JOBS = (
    Job("referrals.pay", timedelta(minutes=5), pay_due),
    Job("referrals.lapse", timedelta(hours=1), lapse_due),
)
