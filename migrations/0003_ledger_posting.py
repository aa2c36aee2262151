"""The one writer of the ledger."""

from migrations import runs

Migration = runs("0003_ledger_posting", after="0002_ledger")
