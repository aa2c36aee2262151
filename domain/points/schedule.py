"""Schedule: points' own work over time."""

from datetime import timedelta

from domain.points.maturing import mature_due
from infra.jobs import Job

JOBS = (Job("points.mature_due", timedelta(seconds=15), mature_due),)
