"""Orders, energy readings, hours of volunteers, shares, surveys, visits."""

from migrations import runs

Migration = runs("0015_sources", after="0014_intake")
