"""Voucher codes in pools: each is given once."""

from migrations import runs

Migration = runs("0039_vouchers", after="0038_rewards")
