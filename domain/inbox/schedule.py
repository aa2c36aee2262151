"""What inbox does when the clock says so."""

from datetime import timedelta

from domain.inbox.forgetting import forget_many, forget_old
from infra.jobs import Job

JOBS = (
    Job("inbox.forget_old", timedelta(hours=6), forget_old),
    Job("inbox.forget_many", timedelta(hours=1), forget_many),
)
