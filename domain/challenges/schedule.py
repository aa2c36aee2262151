"""What challenges do when the clock says so."""

from datetime import timedelta

from domain.challenges.ending import end_due, open_due, return_leftover, settle_due
from domain.challenges.waiting import complete_waiting, fail_due, share_out
from infra.jobs import Job

JOBS = (
    Job("challenges.open", timedelta(minutes=1), open_due),
    Job("challenges.end", timedelta(minutes=1), end_due),
    Job("challenges.settle", timedelta(minutes=1), settle_due),
    Job("challenges.wait", timedelta(minutes=1), complete_waiting),
    Job("challenges.share", timedelta(seconds=15), share_out),
    Job("challenges.fail", timedelta(minutes=10), fail_due),
    Job("challenges.return", timedelta(minutes=5), return_leftover),
)
