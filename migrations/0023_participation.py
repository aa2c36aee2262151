"""Who takes part in challenges, and how far they are."""

from migrations import runs

Migration = runs("0023_participation", after="0022_challenges")
