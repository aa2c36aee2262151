"""Requests for points, screening, causes."""

from migrations import runs

Migration = runs("0017_transfers", after="0016_rules")
