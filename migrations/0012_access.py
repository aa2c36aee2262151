"""Operators, partners, their keys, and the audit log."""

from migrations import runs

Migration = runs("0012_access", after="0011_walls")
