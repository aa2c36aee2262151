"""Replays: what other earning rules would have given, before they are launched.

Runs the history of judgements under proposed rules and says who gains, who loses and what it
costs. It changes nothing, and reckons nothing itself: points does.
"""

from domain.replays.errors import BadProposal, ReplayTooLong
from domain.replays.proposing import proposed
from domain.replays.reading import Period
from domain.replays.replaying import PREVIEW_MAX, preview, replay
from domain.replays.tallying import STEPS, TOP, Tally, summed

__all__ = [
    "PREVIEW_MAX",
    "STEPS",
    "TOP",
    "BadProposal",
    "Period",
    "ReplayTooLong",
    "Tally",
    "preview",
    "proposed",
    "replay",
    "summed",
]
