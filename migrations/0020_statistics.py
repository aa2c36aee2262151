"""Fresh statistics for those who fill tables."""

from migrations import runs

Migration = runs("0020_statistics", after="0019_imports")
