"""Clubs, invitations, friends of other programmes, referrals."""

from migrations import runs

Migration = runs("0018_social", after="0017_transfers")
