"""What the game counts."""

from migrations import runs

Migration = runs("0021_metrics", after="0020_statistics")
