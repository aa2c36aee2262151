"""Push: the way to Firebase Cloud Messaging. Knows messages and devices, no loyalty.

`building` makes a message and `transporting` opens a way; both load Firebase's library, which
only the workers need, so they are not imported here.
"""

from infra.push.records import (
    Answer,
    BadMessage,
    Built,
    FcmTransport,
    Level,
    LiveUpdate,
    Message,
    Outcome,
    Platform,
    Priority,
)

__all__ = [
    "Answer",
    "BadMessage",
    "Built",
    "FcmTransport",
    "Level",
    "LiveUpdate",
    "Message",
    "Outcome",
    "Platform",
    "Priority",
]
