"""Activities and the files that wait to be read."""

from migrations import runs

Migration = runs("0007_activities", after="0006_members")
