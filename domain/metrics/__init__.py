"""Metrics: what the game counts, one fact for each activity.

A fact is the newest judgement of an activity and the points that stand for it, in the shape that
challenges, badges, streaks and boards count. It does not know what is counted for.
"""

from domain.metrics.errors import BadFilter
from domain.metrics.filtering import check_filter, read_filter, write_filter
from domain.metrics.keeping import facts, facts_of
from domain.metrics.measuring import ANY, matches, total, worth
from domain.metrics.noting import Happening, note
from domain.metrics.placing import cells_around
from domain.metrics.recalling import Recent, recent
from domain.metrics.records import DISTINCT, Change, Fact, Filter, Metric
from domain.metrics.refreshing import refresh
from domain.metrics.telling import told, told_filter

__all__ = [
    "ANY",
    "DISTINCT",
    "BadFilter",
    "Change",
    "Fact",
    "Filter",
    "Happening",
    "Metric",
    "Recent",
    "cells_around",
    "check_filter",
    "facts",
    "facts_of",
    "matches",
    "note",
    "read_filter",
    "recent",
    "refresh",
    "told",
    "told_filter",
    "total",
    "worth",
    "write_filter",
]
