"""Decisions: what members were shown, why, and what they made of it."""

from migrations import runs

Migration = runs("0044_decisions", after="0043_interactions")
