"""What moments does when the clock says so."""

from datetime import timedelta

from domain.moments.answering import expire_due, forget_codes
from domain.moments.deciding import end_due
from domain.moments.rewarding import lapse_due
from domain.moments.sessions import end_forgotten, forget_places
from infra.jobs import Job

JOBS = (
    Job("moments.expire", timedelta(seconds=15), expire_due),
    Job("moments.end", timedelta(minutes=1), end_due),
    Job("moments.forgotten", timedelta(minutes=5), end_forgotten),
    Job("moments.places", timedelta(minutes=10), forget_places),
    Job("moments.codes", timedelta(minutes=10), forget_codes),
    Job("moments.lapse", timedelta(minutes=5), lapse_due),
)
