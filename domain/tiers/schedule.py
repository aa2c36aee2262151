"""Schedule: tiers' own work over time."""

from datetime import timedelta

from domain.tiers.reviewing import end_due, review_changed
from infra.jobs import Job

JOBS = (
    Job("tiers.end_due", timedelta(minutes=5), end_due),
    Job("tiers.review_changed", timedelta(seconds=30), review_changed),
)
