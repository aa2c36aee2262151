"""Kept answers to idempotency keys."""

from migrations import runs

Migration = runs("0010_answers", after="0009_transfers")
