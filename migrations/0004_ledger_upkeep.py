"""What the clock does to the ledger."""

from migrations import runs

Migration = runs("0004_ledger_upkeep", after="0003_ledger_posting")
