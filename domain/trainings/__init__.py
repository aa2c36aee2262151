"""Trainings: which models were trained, what came of each, and which one a programme uses.

A model's files are in a folder of its id; whoever keeps them asks here which one counts. It does
not know what a model is, nor how one is trained.
"""

from domain.trainings.errors import ModelDropped, ModelInUse, NoSuchModel
from domain.trainings.keeping import CHANNEL, add, drop, get, in_use, listed, spare, use
from domain.trainings.planning import ended, expect, take_due
from domain.trainings.records import State, Trained

__all__ = [
    "CHANNEL",
    "ModelDropped",
    "ModelInUse",
    "NoSuchModel",
    "State",
    "Trained",
    "add",
    "drop",
    "ended",
    "expect",
    "get",
    "in_use",
    "listed",
    "spare",
    "take_due",
    "use",
]
