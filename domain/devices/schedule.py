"""What devices do when the clock says so."""

from datetime import timedelta

from domain.devices.approving import purge_tries
from domain.devices.asking import purge_codes
from domain.devices.following import purge_live
from domain.devices.removing import forget_silent
from infra.jobs import Job

JOBS = (
    Job("devices.forget", timedelta(hours=24), forget_silent),
    Job("devices.purge_codes", timedelta(hours=1), purge_codes),
    Job("devices.purge_live", timedelta(hours=1), purge_live),
    Job("devices.purge_tries", timedelta(hours=6), purge_tries),
)
