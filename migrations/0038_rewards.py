"""The catalogue of rewards: what may be had for points, where, by whom, and how many."""

from migrations import runs

Migration = runs("0038_rewards", after="0037_live")
