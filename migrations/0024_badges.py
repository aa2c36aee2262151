"""Badges, who has them, and what proves it."""

from migrations import runs

Migration = runs("0024_badges", after="0023_participation")
