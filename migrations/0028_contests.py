"""Challenges among friends, with stakes."""

from migrations import runs

Migration = runs("0028_contests", after="0027_leaderboards")
