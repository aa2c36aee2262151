"""Purchases' jobs."""

from datetime import timedelta

from domain.purchases.assigning import assign_due
from domain.purchases.shops import forget_deliveries
from infra.jobs import Job

JOBS = (
    Job("purchases.assign", timedelta(seconds=30), assign_due),
    Job("purchases.forget_deliveries", timedelta(hours=1), forget_deliveries),
)
