"""The app's role, events and their queue, jobs."""

from migrations import runs

Migration = runs("0001_foundation", after=None)
