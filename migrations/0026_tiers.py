"""Tiers, levels, and what members gathered towards them."""

from migrations import runs

Migration = runs("0026_tiers", after="0025_streaks")
