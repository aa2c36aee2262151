"""What decisions does when the clock says so."""

from datetime import timedelta

from domain.decisions.forgetting import forget_candidates, forget_slates
from domain.decisions.suppressing import forget_due
from infra.jobs import Job

JOBS = (
    Job("decisions.candidates", timedelta(minutes=10), forget_candidates),
    Job("decisions.slates", timedelta(hours=1), forget_slates),
    Job("decisions.suppressions", timedelta(minutes=10), forget_due),
)
