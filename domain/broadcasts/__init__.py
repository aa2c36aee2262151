"""Broadcasts: an operator's news for all members, a segment or a tier, told at a pace.

Each member is told once: in the inbox, and where their windows allow it on phone and watch. It
decides nothing about hours, caps or texts' fit; that is what it calls for.
"""

from domain.broadcasts.drafting import create, preview
from domain.broadcasts.errors import (
    BadAudience,
    BadBroadcast,
    BadPace,
    BadStart,
    BadText,
    NoSuchBroadcast,
    WrongState,
)
from domain.broadcasts.reading import get, listed, report
from domain.broadcasts.records import (
    Audience,
    AudienceKind,
    Broadcast,
    Draft,
    Preview,
    Report,
    State,
    Text,
)
from domain.broadcasts.spreading import spread, start_due
from domain.broadcasts.steering import CHANNEL, cancel, pause, resume, start, start_at

__all__ = [
    "CHANNEL",
    "Audience",
    "AudienceKind",
    "BadAudience",
    "BadBroadcast",
    "BadPace",
    "BadStart",
    "BadText",
    "Broadcast",
    "Draft",
    "NoSuchBroadcast",
    "Preview",
    "Report",
    "State",
    "Text",
    "WrongState",
    "cancel",
    "create",
    "get",
    "listed",
    "pause",
    "preview",
    "report",
    "resume",
    "spread",
    "start",
    "start_at",
    "start_due",
]
