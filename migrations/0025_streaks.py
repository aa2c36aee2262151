"""Days and weeks in a row."""

from migrations import runs

Migration = runs("0025_streaks", after="0024_badges")
