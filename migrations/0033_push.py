"""What waits to be pushed, to which device."""

from migrations import runs

Migration = runs("0033_push", after="0032_inbox")
