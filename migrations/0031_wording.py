"""What programmes say in their own words."""

from migrations import runs

Migration = runs("0031_wording", after="0030_windows")
