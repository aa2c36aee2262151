"""Push: what waits to be pushed to members' phones and watches, and what became of it.

An order is one row for each device, taken by whoever sends it and crossed out by what Firebase
answers. It knows kinds of messages and how they feel on a device; when and whether a member is to
be told is decided before (windows, notices), and how it travels is infra.push's.
"""

from domain.push.answering import answer
from domain.push.composing import compose
from domain.push.crossing import put_off, tally
from domain.push.handing import SenderBeside, handing
from domain.push.ordering import ABOUT, CHANNEL, order
from domain.push.profiles import PROFILES, Profile
from domain.push.records import (
    Answered,
    Dead,
    Due,
    Kind,
    Lane,
    Live,
    Order,
    Progress,
    Stopped,
    Tally,
    Waiting,
    lane_of,
)
from domain.push.resuming import dead, drop, hold, release, resume, stopped, waiting
from domain.push.showing import show
from domain.push.switching import is_on, switched
from domain.push.taking import take

__all__ = [
    "ABOUT",
    "CHANNEL",
    "PROFILES",
    "Answered",
    "Dead",
    "Due",
    "Kind",
    "Lane",
    "Live",
    "Order",
    "Profile",
    "Progress",
    "SenderBeside",
    "Stopped",
    "Tally",
    "Waiting",
    "answer",
    "compose",
    "dead",
    "drop",
    "handing",
    "hold",
    "is_on",
    "lane_of",
    "order",
    "put_off",
    "release",
    "resume",
    "show",
    "stopped",
    "switched",
    "take",
    "tally",
    "waiting",
]
