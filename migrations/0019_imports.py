"""Runs of imports and their errors."""

from migrations import runs

Migration = runs("0019_imports", after="0018_social")
