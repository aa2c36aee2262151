"""Sharing's jobs."""

from datetime import timedelta

from domain.sharing.opening import forget
from infra.jobs import Job

JOBS = (Job("sharing.forget", timedelta(hours=1), forget),)
