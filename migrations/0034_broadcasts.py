"""News for many members, at a pace."""

from migrations import runs

Migration = runs("0034_broadcasts", after="0033_push")
