"""What redemptions do by the clock."""

from datetime import timedelta

from domain.redemptions.cancelling import forget_secrets, release_due
from domain.redemptions.handing import hand_out_owed
from infra.jobs import Job

JOBS = (
    Job("redemptions.release", timedelta(seconds=15), release_due),
    Job("redemptions.owed", timedelta(minutes=1), hand_out_owed),
    Job("redemptions.secrets", timedelta(minutes=10), forget_secrets),
)
