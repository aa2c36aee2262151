"""Models: what was trained, and which of them is in use."""

from migrations import runs

Migration = runs("0045_models", after="0044_decisions")
