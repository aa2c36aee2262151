"""Numbers of what moves in challenges, for those who follow."""

from migrations import runs

Migration = runs("0037_live", after="0036_moments")
