"""Interactions: what members did with what, for those who recommend."""

from migrations import runs

Migration = runs("0043_interactions", after="0042_offers")
