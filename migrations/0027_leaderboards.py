"""Boards, leagues, and prizes."""

from migrations import runs

Migration = runs("0027_leaderboards", after="0026_tiers")
