"""Activities under way, outlets, treats and bonuses."""

from migrations import runs

Migration = runs("0036_moments", after="0035_glances")
