"""What badges do when the clock says so."""

from datetime import timedelta

from domain.badges.filling import fill
from domain.badges.rarity import reckon_rarity
from infra.jobs import Job

JOBS = (
    Job("badges.fill", timedelta(seconds=15), fill),
    Job("badges.rarity", timedelta(hours=1), reckon_rarity),
)
