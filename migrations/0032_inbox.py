"""What members were told, and what they made of it."""

from migrations import runs

Migration = runs("0032_inbox", after="0031_wording")
