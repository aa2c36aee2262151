"""Raffles: tickets, and draws that anybody can check."""

from migrations import runs

Migration = runs("0040_raffles", after="0039_vouchers")
