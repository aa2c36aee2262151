"""Offers: what members may be shown, who pays for it, and to whom it may go."""

from migrations import runs

Migration = runs("0042_offers", after="0041_redemptions")
