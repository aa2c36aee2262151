"""What leaderboards do when the clock says so."""

from datetime import timedelta

from domain.leaderboards.aging import age_all
from domain.leaderboards.closing import close_next
from domain.leaderboards.following import follow
from domain.leaderboards.moving import deal_all
from domain.leaderboards.paying import pay_next
from domain.leaderboards.recounting import recount_next
from infra.jobs import Job

JOBS = (
    Job("leaderboards.follow", timedelta(seconds=5), follow),
    Job("leaderboards.recount", timedelta(seconds=15), recount_next),
    Job("leaderboards.close", timedelta(seconds=30), close_next),
    Job("leaderboards.pay", timedelta(seconds=30), pay_next),
    Job("leaderboards.deal", timedelta(seconds=30), deal_all),
    Job("leaderboards.age", timedelta(hours=6), age_all),
)
