"""Challenges: what partners and the programme ask for, and what they pay for it."""

from migrations import runs

Migration = runs("0022_challenges", after="0021_metrics")
