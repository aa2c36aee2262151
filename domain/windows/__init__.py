"""Windows: what members want to hear of, by which channel and when.

One module decides for every channel: what goes at once, what waits for the end of quiet hours,
what a digest gathers and what is not told at all. It does not know what a message says or how it
travels.
"""

from domain.windows.choosing import window
from domain.windows.deciding import decide
from domain.windows.digesting import due_digests
from domain.windows.errors import BadCap, BadDigestHour, BadMode, BadQuietHours
from domain.windows.hushing import quiet_now
from domain.windows.policies import Policy, policy, set_policy
from domain.windows.preferring import Change, preferences, set_preferences
from domain.windows.records import (
    CAP_MOST,
    Action,
    Channel,
    Choice,
    Decision,
    Digest,
    Mode,
    Modes,
    Preferences,
    Quiet,
    Reason,
    Topic,
    Urgency,
    Wish,
)

__all__ = [
    "CAP_MOST",
    "Action",
    "BadCap",
    "BadDigestHour",
    "BadMode",
    "BadQuietHours",
    "Change",
    "Channel",
    "Choice",
    "Decision",
    "Digest",
    "Mode",
    "Modes",
    "Policy",
    "Preferences",
    "Quiet",
    "Reason",
    "Topic",
    "Urgency",
    "Wish",
    "decide",
    "due_digests",
    "policy",
    "preferences",
    "quiet_now",
    "set_policy",
    "set_preferences",
    "window",
]
