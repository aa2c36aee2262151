"""Earning rules with caps and multipliers, awards by revision."""

from migrations import runs

Migration = runs("0016_rules", after="0015_sources")
