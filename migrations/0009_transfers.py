"""Transfers between members."""

from migrations import runs

Migration = runs("0009_transfers", after="0008_points")
