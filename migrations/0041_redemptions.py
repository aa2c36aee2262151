"""Redemptions: points held for a reward, handed over, taken back."""

from migrations import runs

Migration = runs("0041_redemptions", after="0040_raffles")
