"""Profiles, identities, households, consents, labels, merges."""

from migrations import runs

Migration = runs("0013_members", after="0012_access")
