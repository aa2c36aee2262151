"""The ledger's tables."""

from migrations import runs

Migration = runs("0002_ledger", after="0001_foundation")
