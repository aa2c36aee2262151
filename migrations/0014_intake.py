"""Activities from partners and platforms, and their revisions."""

from migrations import runs

Migration = runs("0014_intake", after="0013_members")
