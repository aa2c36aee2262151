"""A page of a statement; the only way to write a seal."""

from migrations import runs

Migration = runs("0005_ledger_seal", after="0004_ledger_upkeep")
