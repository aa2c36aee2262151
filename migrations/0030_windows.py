"""What members want to hear of, where and when."""

from migrations import runs

Migration = runs("0030_windows", after="0029_devices")
