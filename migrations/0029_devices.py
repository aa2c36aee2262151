"""Installations of the app, watches that sign in by a code, and their tokens."""

from migrations import runs

Migration = runs("0029_devices", after="0028_contests")
