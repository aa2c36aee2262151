"""Activities: what members did, told by files from their watches and phones, by partners,
platforms and other capabilities, and whether to believe it.

A file is received, read by a worker in a sandbox, and judged: COUNTED, PENDING, REVIEW or
REJECTED, with reasons. What is reported is judged at once. Of several recordings of one time the
best counts. A later judgement replaces the one before, with the next revision: when the source
amends or withdraws it, a better recording comes, or an operator decides. It does not know what
an activity is worth; who wants to know hears Judged. Of a route nothing is kept but a sketch
that finds copies.
"""

from domain.activities.athletes import ATHLETE, HINTED, allow, athlete_of, disconnect, hint
from domain.activities.errors import (
    ActivityWithdrawn,
    AthleteTaken,
    BadActivityName,
    BadCode,
    BadPolicy,
    DuplicateFile,
    EmptyFile,
    FileTooLarge,
    IdReused,
    NoSuchActivity,
    NotASport,
    ReviewClosed,
    TooManyWaiting,
    UnsupportedFormat,
)
from domain.activities.events import Judged
from domain.activities.finding import get, listed, several
from domain.activities.following import follow_hints
from domain.activities.judging import claim, settle
from domain.activities.plausibility import MILLENNIUM
from domain.activities.policies import policy, set_policy
from domain.activities.receiving import SIZE_BYTES_MAX, UNREAD, receive
from domain.activities.records import (
    CELL_RESOLUTION,
    SPORTS,
    Activity,
    Claimed,
    Doubt,
    Fault,
    Format,
    Proof,
    Reading,
    Recorder,
    State,
    Type,
    Withdrawal,
)
from domain.activities.reporting import report
from domain.activities.reports import LANES, Lane, Outcome, Report, Status, id_of
from domain.activities.retelling import retold, retold_of
from domain.activities.retracting import retract
from domain.activities.reviewing import Order, Place, Waiting, judged_one, to_review
from domain.activities.revising import amend, decide, withdraw
from domain.activities.samples import ride_gpx, run_gpx
from domain.activities.sessions import Platform, report_sessions
from domain.activities.sourcing import reported, reported_as
from domain.activities.waiting import read_waiting
from domain.activities.weighing import Policy, Taking

__all__ = [
    "ATHLETE",
    "CELL_RESOLUTION",
    "HINTED",
    "LANES",
    "MILLENNIUM",
    "SIZE_BYTES_MAX",
    "SPORTS",
    "UNREAD",
    "Activity",
    "ActivityWithdrawn",
    "AthleteTaken",
    "BadActivityName",
    "BadCode",
    "BadPolicy",
    "Claimed",
    "Doubt",
    "DuplicateFile",
    "EmptyFile",
    "Fault",
    "FileTooLarge",
    "Format",
    "IdReused",
    "Judged",
    "Lane",
    "NoSuchActivity",
    "NotASport",
    "Order",
    "Outcome",
    "Place",
    "Platform",
    "Policy",
    "Proof",
    "Reading",
    "Recorder",
    "Report",
    "ReviewClosed",
    "State",
    "Status",
    "Taking",
    "TooManyWaiting",
    "Type",
    "UnsupportedFormat",
    "Waiting",
    "Withdrawal",
    "allow",
    "amend",
    "athlete_of",
    "claim",
    "decide",
    "disconnect",
    "follow_hints",
    "get",
    "hint",
    "id_of",
    "judged_one",
    "listed",
    "policy",
    "read_waiting",
    "receive",
    "report",
    "report_sessions",
    "reported",
    "reported_as",
    "retold",
    "retold_of",
    "retract",
    "ride_gpx",
    "run_gpx",
    "set_policy",
    "settle",
    "several",
    "to_review",
    "withdraw",
]
