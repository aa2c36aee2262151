"""Programmes, members, friendships, blocks."""

from migrations import runs

Migration = runs("0006_members", after="0005_ledger_seal")
