"""Earning rules and awards."""

from migrations import runs

Migration = runs("0008_points", after="0007_activities")
